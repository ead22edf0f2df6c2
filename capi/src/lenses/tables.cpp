// Models written again with other rows in their embedding tables.
#include "tables.h"

#include <numeric>

#include "guard.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

// Since 0.1.
static_assert(offsetof(clens_table_change, struct_size) == 0);
static_assert(offsetof(clens_table_change, name) == 8);
static_assert(offsetof(clens_table_change, from) == 16);
static_assert(offsetof(clens_table_change, to) == 20);
static_assert(offsetof(clens_table_change, bytes_before) == 24);
static_assert(offsetof(clens_table_change, bytes_after) == 32);
static_assert(offsetof(clens_table_change, largest_error) == 40);
static_assert(offsetof(clens_table_change, largest_error_row) == 48);
static_assert(first_size<clens_table_change> == 56);

// The caller's version of element `index`, which follow each other by the size of the first.
const clens_table_change* change_at(const clens_table_change* changes, std::size_t index) noexcept {
  const auto* bytes = reinterpret_cast<const unsigned char*>(changes) + index * changes->struct_size;
  return reinterpret_cast<const clens_table_change*>(bytes);
}

clens_table_change to_c(const exec::Model& model, const lens::TableChange& from) noexcept {
  clens_table_change change = CLENS_TABLE_CHANGE_INIT;
  change.name = model.desc().tables[from.table].name.c_str();
  change.from = static_cast<std::uint32_t>(from.from);
  change.to = static_cast<std::uint32_t>(from.to);
  change.bytes_before = from.bytes_before;
  change.bytes_after = from.bytes_after;
  change.largest_error = from.largest_error;
  change.largest_error_row = from.largest_error_row;
  return change;
}

}  // namespace

Status read_tables(const exec::Model& model, const std::size_t* tables, std::size_t count,
                   std::vector<std::uint32_t>& out) {
  const std::size_t known = model.desc().tables.size();
  if (tables == nullptr && count != 0) return require(tables, "tables");
  out.resize(tables == nullptr ? known : count);
  if (tables == nullptr) std::iota(out.begin(), out.end(), 0u);
  for (std::size_t i = 0; i < count; ++i) {
    if (tables[i] >= known)
      return Status::error(Code::invalid_argument, "tables[%zu]: %zu, the model has %zu", i, tables[i], known);
    out[i] = static_cast<std::uint32_t>(tables[i]);
  }
  return {};
}

Status check_changes(const clens_table_change* changes, std::size_t count) noexcept {
  for (std::size_t i = 0; changes != nullptr && i < count; ++i) {
    const std::size_t size = change_at(changes, i)->struct_size;
    CLENS_TRY(check_struct_size<clens_table_change>(size, "changes"));
    if (size != changes->struct_size)
      return Status::error(Code::invalid_argument, "changes[%zu].struct_size: %zu; the first has %zu", i, size,
                           changes->struct_size);
  }
  return {};
}

Status write_changes(const exec::Model& model, std::span<const lens::TableChange> from,
                     clens_table_change* changes) noexcept {
  for (std::size_t i = 0; changes != nullptr && i < from.size(); ++i)
    CLENS_TRY(write_sized(to_c(model, from[i]), "changes",
                          const_cast<clens_table_change*>(change_at(changes, i))));  // NOLINT: the caller's own
  return {};
}

}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;
using clicklens::format::ElementType;

clens_status clens_refine_tables(const clens_model* model, uint32_t row_type, const size_t* tables, size_t table_count,
                                 const char* out_path, clens_table_change* changes) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out_path, "out_path"));
    ElementType type{};
    CLENS_TRY(clicklens::capi::read_row_type(row_type, type));
    const clicklens::exec::Model& from = *model->model;
    std::vector<std::uint32_t> chosen;
    CLENS_TRY(clicklens::capi::read_tables(from, tables, table_count, chosen));
    CLENS_TRY(clicklens::capi::check_changes(changes, chosen.size()));
    const auto made = clicklens::lens::refine_tables(from, chosen, type, out_path);
    if (!made.ok()) return made.status();
    return clicklens::capi::write_changes(from, *made, changes);
  });
}
