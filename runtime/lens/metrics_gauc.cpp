#include "lens/metrics_gauc.h"

#include <algorithm>
#include <limits>

#include "lens/metrics_sort.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

struct GroupPairs {
  std::uint64_t clicks = 0, others = 0;
  std::uint64_t won = 0;  // 2 x pairs; a group has fewer than 2^31 rows of a class in memory
};

// `rows` of one group in ascending order of logit.
GroupPairs count_pairs(std::span<const MetricsRow> rows) {
  GroupPairs pairs;
  for (std::size_t i = 0; i < rows.size();) {
    const std::uint32_t order = rows[i].order;
    std::uint64_t clicks = 0, others = 0;
    for (; i < rows.size() && rows[i].order == order; ++i) ++(rows[i].is_click() ? clicks : others);
    pairs.won += clicks * (2 * pairs.others + others);
    pairs.clicks += clicks;
    pairs.others += others;
  }
  return pairs;
}

double median(std::vector<std::size_t>& sizes) {
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  const auto upper = static_cast<double>(*middle);
  if (sizes.size() % 2 != 0) return upper;
  return (upper + static_cast<double>(*std::max_element(sizes.begin(), middle))) / 2;
}

}  // namespace

Gauc grouped_auc(MetricsRows& rows) {
  radix_sort(rows, [](const MetricsRow& row) { return row.order; });
  radix_sort(rows, [](const MetricsRow& row) { return row.group; });
  radix_sort(rows, [](const MetricsRow& row) { return row.is_grouped() ? 0u : 1u; });  // ungrouped rows last
  std::vector<std::size_t> sizes;
  double weighted = 0;
  std::uint64_t covered = 0;
  for (std::size_t begin = 0, end = 0; begin < rows.size() && rows[begin].is_grouped(); begin = end) {
    while (end < rows.size() && rows[end].is_grouped() && rows[end].group == rows[begin].group) ++end;
    const std::size_t size = end - begin;
    sizes.push_back(size);
    const GroupPairs pairs = count_pairs(std::span(rows).subspan(begin, size));
    if (pairs.clicks == 0 || pairs.others == 0) continue;
    const double auc =
        static_cast<double>(pairs.won) / (2 * static_cast<double>(pairs.clicks) * static_cast<double>(pairs.others));
    weighted += static_cast<double>(size) * auc;
    covered += size;
  }
  if (sizes.empty()) return {undefined, undefined, undefined};
  const auto counted = static_cast<double>(covered);
  return {covered == 0 ? undefined : weighted / counted, counted / static_cast<double>(rows.size()), median(sizes)};
}

}  // namespace clicklens::lens
