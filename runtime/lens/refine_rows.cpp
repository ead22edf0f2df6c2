#include "lens/refine_rows.h"

#include <cinttypes>
#include <cmath>
#include <vector>

#include "format/rows.h"
#include "format/text.h"

namespace clicklens::lens {
namespace {

double difference(float before, float after) noexcept {
  if (before == after || (std::isnan(before) && std::isnan(after))) return 0;
  return std::abs(double{before} - double{after});
}

}  // namespace

base::Status encode_table(const exec::Model& model, std::uint32_t table, format::ElementType type, std::uint32_t stride,
                          const std::function<base::Status(std::span<const std::byte>)>& take, TableChange& change) {
  const format::TableDesc& from = model.desc().tables[table];
  const std::uint32_t dim = from.dim;
  std::vector<float> scratch(dim), after(dim);
  std::vector<std::byte> stored(stride);
  const format::TableRows rows = model.table(table);
  for (std::uint64_t row = 0; row < from.rows; ++row) {
    const float* before = format::read_row(from.type, rows.row(row, from.row_stride), dim, scratch.data());
    if (const auto odd = format::encode_row(type, before, dim, stored.data()))
      return base::Status::error(base::Code::bad_value, "table '%s': row %" PRIu64 ", column %u: %s cannot hold %g",
                                 format::ShownName(from.name).text, row, *odd, format::name_of(type),
                                 double{before[*odd]});
    format::decode_row(type, stored.data(), dim, after.data());
    for (std::uint32_t c = 0; c < dim; ++c) {
      const double error = difference(before[c], after[c]);
      if (error <= change.largest_error) continue;
      change.largest_error = error;
      change.largest_error_row = row;
    }
    CLENS_TRY(take(stored));
  }
  return {};
}

}  // namespace clicklens::lens
