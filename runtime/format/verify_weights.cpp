// Tables and constants against the segments they lie in.
#include <span>

#include "base/checked.h"
#include "format/rows.h"
#include "format/text.h"
#include "format/verify.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

Status bad(const char* what, const std::string& name, const char* field, const char* why) noexcept {
  return Status::error(Code::bad_file, "%s '%s': %s: %s", what, ShownName(name).text, field, why);
}

Status above(const char* what, const std::string& name, const char* field, std::uint64_t limit) noexcept {
  return Status::error(Code::limit_exceeded, "%s '%s': %s: above the limit of %llu", what, ShownName(name).text, field,
                       static_cast<unsigned long long>(limit));
}

Status check_table(const ModelDesc& desc, const TableDesc& table, const base::Limits& limits) noexcept {
  if (table.rows == 0) return bad("table", table.name, "rows", "zero");
  if (table.rows > limits.table_rows) return above("table", table.name, "rows", limits.table_rows);
  if (table.dim == 0) return bad("table", table.name, "dim", "zero");
  if (table.dim > limits.columns) return above("table", table.name, "dim", limits.columns);
  if (table.row_stride < row_bytes(table.type, table.dim))
    return bad("table", table.name, "row_stride", "shorter than a row");
  if (table.row_stride % row_alignment(table.type) != 0)
    return bad("table", table.name, "row_stride", "rows would not be aligned");
  if (table.segment >= desc.segments.size()) return bad("table", table.name, "segment", "no such segment");
  const auto bytes = base::checked_multiply<std::uint64_t>(table.rows, table.row_stride);
  if (!bytes || *bytes > desc.segments[table.segment].size)
    return bad("table", table.name, "segment", "smaller than rows * row_stride");
  return {};
}

Status check_constant(const ModelDesc& desc, const ConstantDesc& constant) noexcept {
  if (constant.shape.empty() || constant.shape.size() > 8)
    return bad("constant", constant.name, "shape", "not of 1 to 8 dimensions");
  if (constant.segment >= desc.segments.size()) return bad("constant", constant.name, "segment", "no such segment");
  const auto count = base::checked_product(std::span<const std::uint64_t>(constant.shape));
  const auto bytes = count ? base::checked_multiply<std::uint64_t>(*count, 4) : std::nullopt;
  if (!bytes || *bytes == 0) return bad("constant", constant.name, "shape", "empty, or larger than memory");
  if (*bytes != desc.segments[constant.segment].size)
    return bad("constant", constant.name, "segment", "not of the size the shape says");
  return {};
}

}  // namespace

Status verify_weights(const ModelDesc& desc, const base::Limits& limits) noexcept {
  for (const TableDesc& table : desc.tables) CLENS_TRY(check_table(desc, table, limits));
  std::uint64_t dense = 0;
  for (const ConstantDesc& constant : desc.constants) {
    CLENS_TRY(check_constant(desc, constant));
    const auto sum = base::checked_add(dense, desc.segments[constant.segment].size);
    if (!sum || *sum > limits.dense_bytes)
      return above("constant", constant.name, "bytes of all constants", limits.dense_bytes);
    dense = *sum;
  }
  return {};
}

}  // namespace clicklens::format
