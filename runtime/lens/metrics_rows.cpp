#include "lens/metrics_rows.h"

#include <algorithm>
#include <bit>

#include "lens/metrics_jackknife.h"
#include "lens/metrics_sort.h"

namespace clicklens::lens {
namespace {

constexpr std::uint32_t sign = 0x80000000u;

// Adds a row to the cell of its bucket if that is the last one: sorted rows make it so nearly always.
void append(std::vector<Cell>& cells, const MetricsRow& row) {
  if (cells.empty() || cells.back().bucket != row.bucket()) cells.push_back(Cell{row.logit(), 0, 0, row.bucket()});
  ++(row.is_click() ? cells.back().clicks : cells.back().others);
}

}  // namespace

MetricsRow MetricsRow::make(float logit, bool is_click, std::uint32_t bucket, std::optional<std::uint64_t> group) {
  const auto bits = std::bit_cast<std::uint32_t>(logit == 0 ? 0.0f : logit);
  MetricsRow row{};
  row.order = (bits & sign) != 0 ? ~bits : bits | sign;
  row.tags = (is_click ? click : 0) | (group ? grouped : 0);
  row.set_bucket(bucket);
  row.group = group.value_or(0);
  return row;
}

float MetricsRow::logit() const {
  return std::bit_cast<float>((order & sign) != 0 ? order & ~sign : ~order);
}

void reserve_more(MetricsRows& rows, std::size_t n) {
  const std::size_t needed = rows.size() + n;
  if (needed > rows.capacity()) rows.reserve(std::max(needed, 2 * rows.capacity()));
}

SortedRows::SortedRows(MetricsRows rows, std::uint32_t buckets) : rows_(std::move(rows)), buckets_(buckets) {
  radix_sort(rows_, [](const MetricsRow& row) { return row.key(); });
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].bucket() == MetricsRow::own_cluster) rows_[i].set_bucket(bucket_of(i, buckets_));
  }
}

void SortedRows::visit(const TieVisitor& tie) const {
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < rows_.size();) {
    const std::uint32_t order = rows_[i].order;
    cells.clear();
    for (; i < rows_.size() && rows_[i].order == order; ++i) append(cells, rows_[i]);
    tie(cells);
  }
}

}  // namespace clicklens::lens
