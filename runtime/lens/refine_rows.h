// One table's rows in another type.
#pragma once

#include <functional>

#include "lens/refine_tables.h"

namespace clicklens::lens {

// Encodes every row of a table of `model` as `type`, `stride` bytes each, hands it to `take`, and notes the largest
// error in `change`. BAD_VALUE names the table: a number that the type cannot hold. What `take` says ends it too.
base::Status encode_table(const exec::Model& model, std::uint32_t table, format::ElementType type, std::uint32_t stride,
                          const std::function<base::Status(std::span<const std::byte>)>& take, TableChange& change);

}  // namespace clicklens::lens
