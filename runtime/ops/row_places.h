// A table's map as its kernel takes it.
#pragma once

#include <cstddef>

#include "format/row_map.h"
#include "kernels/table.h"

namespace clicklens::ops {

static_assert(sizeof(kernels::RowBlock) == sizeof(format::RowMap::Block) &&
              offsetof(kernels::RowBlock, before) == offsetof(format::RowMap::Block, before) &&
              offsetof(kernels::RowBlock, apart) == offsetof(format::RowMap::Block, apart) &&
              kernels::rows_per_block == format::RowMap::rows_per_block);

// Ids of the table to the numbers of its rows in the memory where some lie apart.
inline void row_places(const kernels::Table& kernels, const format::RowMap& map, const std::uint32_t* ids,
                       std::size_t count, std::uint32_t* places) noexcept {
  const auto* const blocks = reinterpret_cast<const kernels::RowBlock*>(map.blocks());
  kernels.row_places({blocks, map.kept_at(), map.apart_at(), ids, count, places});
}

}  // namespace clicklens::ops
