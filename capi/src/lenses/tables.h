// Tables that a caller names, and what is said of them.
#pragma once

#include <span>
#include <vector>

#include "handles.h"
#include "lens/refine_tables.h"

namespace clicklens::capi {

// Tables by index, all where `tables` is NULL; room for what is said of them, by table.
base::Status read_tables(const exec::Model& model, const std::size_t* tables, std::size_t count,
                         std::vector<std::uint32_t>& out);
base::Status check_changes(const clens_table_change* changes, std::size_t count) noexcept;
base::Status write_changes(const exec::Model& model, std::span<const lens::TableChange> from,
                           clens_table_change* changes) noexcept;

}  // namespace clicklens::capi
