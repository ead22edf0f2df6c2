#include "lens/delong.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

template <class Less>
std::vector<std::uint32_t> order_of(std::size_t n, Less less) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), less);
  return order;
}

struct Counts {
  double clicks = 0, others = 0;
};

Counts count(std::span<const std::uint8_t> labels) {
  Counts counts;
  for (const std::uint8_t label : labels) ++(label != 0 ? counts.clicks : counts.others);
  return counts;
}

}  // namespace

Placements placements(std::span<const float> scores, std::span<const std::uint8_t> labels) {
  const std::vector<std::uint32_t> order =
      order_of(scores.size(), [&](std::uint32_t a, std::uint32_t b) { return scores[a] < scores[b]; });
  const Counts all = count(labels);
  Placements result{std::vector<double>(scores.size()), undefined};
  Counts below;
  double won = 0;
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    Counts tied;
    for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end)
      ++(labels[order[end]] != 0 ? tied.clicks : tied.others);
    const double beats = below.others + tied.others / 2;
    const double beaten_by = all.clicks - below.clicks - tied.clicks / 2;
    for (std::size_t i = begin; i < end; ++i)
      result.of_row[order[i]] = labels[order[i]] != 0 ? beats / all.others : beaten_by / all.clicks;
    won += tied.clicks * beats;  // whole halves below 2^53: exact
    below.clicks += tied.clicks;
    below.others += tied.others;
  }
  if (all.clicks > 0 && all.others > 0) result.auc = won / (all.clicks * all.others);
  return result;
}

double delong_se(std::span<const double> of_row, double value, std::span<const std::uint8_t> labels) {
  const Counts n = count(labels);
  if (n.clicks < 2 || n.others < 2) return undefined;
  double clicks = 0, others = 0;
  for (std::size_t i = 0; i < of_row.size(); ++i) {
    const double deviation = of_row[i] - value;
    (labels[i] != 0 ? clicks : others) += deviation * deviation;
  }
  return std::sqrt(clicks / (n.clicks - 1) / n.clicks + others / (n.others - 1) / n.others);
}

double clustered_delong_se(std::span<const double> of_row, double value, std::span<const std::uint8_t> labels,
                           std::span<const std::uint32_t> clusters, std::size_t count_of_clusters) {
  struct Cluster {
    double clicks = 0, others = 0;  // sums of deviations
    std::uint64_t click_rows = 0, other_rows = 0;
  };
  std::vector<Cluster> sums(count_of_clusters);
  for (std::size_t i = 0; i < of_row.size(); ++i) {
    Cluster& cluster = sums[clusters[i]];
    (labels[i] != 0 ? cluster.clicks : cluster.others) += of_row[i] - value;
    ++(labels[i] != 0 ? cluster.click_rows : cluster.other_rows);
  }
  const Counts rows = count(labels);
  double clicks = 0, others = 0, both = 0, with_clicks = 0, with_others = 0;
  for (const Cluster& cluster : sums) {
    clicks += cluster.clicks * cluster.clicks;
    others += cluster.others * cluster.others;
    both += cluster.clicks * cluster.others;
    with_clicks += cluster.click_rows > 0 ? 1 : 0;
    with_others += cluster.other_rows > 0 ? 1 : 0;
  }
  if (with_clicks < 2 || with_others < 2) return undefined;
  const auto all = static_cast<double>(count_of_clusters);
  const double variance = with_clicks / (with_clicks - 1) * clicks / (rows.clicks * rows.clicks) +
                          with_others / (with_others - 1) * others / (rows.others * rows.others) +
                          2 * all / (all - 1) * both / (rows.clicks * rows.others);
  return std::sqrt(std::max(variance, 0.0));
}

NumberedClusters number_clusters(std::span<const std::uint64_t> keys) {
  const std::vector<std::uint32_t> order =
      order_of(keys.size(), [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
  NumberedClusters numbered{std::vector<std::uint32_t>(keys.size()), 0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || keys[order[i]] != keys[order[i - 1]]) ++numbered.count;
    numbered.of_row[order[i]] = static_cast<std::uint32_t>(numbered.count - 1);
  }
  return numbered;
}

}  // namespace clicklens::lens
