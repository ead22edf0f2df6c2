#include "commands/diff_figures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace clicklens::cli {
namespace {

constexpr double unknown_figure = std::numeric_limits<double>::quiet_NaN();

std::vector<double> ranks(std::span<const float> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
  std::vector<double> rank(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    for (std::size_t i = first; i <= last; ++i) rank[order[i]] = static_cast<double>(first + last) / 2;
    first = last + 1;
  }
  return rank;
}

// Columns less their means, divided by their lengths; zero where a column does not vary.
std::vector<std::vector<double>> standardised(const Columns& columns) {
  const std::size_t rows = columns.width > 0 ? columns.values.size() / columns.width : 0;
  std::vector<std::vector<double>> made(columns.width, std::vector<double>(rows));
  for (std::size_t c = 0; c < columns.width; ++c) {
    double mean = 0, squares = 0;
    for (std::size_t r = 0; r < rows; ++r) mean += double{columns.values[r * columns.width + c]};
    mean /= static_cast<double>(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      const double x = made[c][r] = double{columns.values[r * columns.width + c]} - mean;
      squares += x * x;
    }
    for (double& x : made[c]) x = squares > 0 ? x / std::sqrt(squares) : 0;
  }
  return made;
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

double correlation(std::span<const double> a, std::span<const double> b) {
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? std::clamp(ab / std::sqrt(aa) / std::sqrt(bb), -1.0, 1.0) : unknown_figure;
}

double rank_correlation(std::span<const float> a, std::span<const float> b) {
  const std::vector<double> ranks_a = ranks(a), ranks_b = ranks(b);
  return correlation(ranks_a, ranks_b);
}

// SplitMix64's finaliser (Steele, Lea and Flood 2014).
std::size_t ShareSums::bucket(std::uint64_t key) noexcept {
  key += 0x9E3779B97F4A7C15ull;
  key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9ull;
  key = (key ^ (key >> 27)) * 0x94D049BB133111EBull;
  return static_cast<std::size_t>((key ^ (key >> 31)) % buckets);
}

double ShareSums::share_without(std::size_t group, std::size_t bucket) const noexcept {
  double own = 0, all = 0;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    if (i % buckets == bucket) continue;
    all += sums_[i];
    if (i / buckets == group) own += sums_[i];
  }
  return own / all;
}

ShareChange share_change(const ShareSums& a, std::size_t group_a, const ShareSums& b, std::size_t group_b) {
  constexpr double interval = 1.959963984540054, least_change = 0.1, least_share = 0.01;
  ShareChange change{a.share(group_a), b.share(group_b), 0, unknown_figure, unknown_figure, unknown_figure, false};
  change.log_ratio = std::log(change.b / change.a);
  std::vector<double> left_out;
  for (std::size_t i = 0; i < ShareSums::buckets; ++i)
    left_out.push_back(std::log(b.share_without(group_b, i) / a.share_without(group_a, i)));
  const auto n = static_cast<double>(left_out.size());
  const double mean = std::accumulate(left_out.begin(), left_out.end(), 0.0) / n;
  double squares = 0;
  for (const double x : left_out) squares += (x - mean) * (x - mean);
  change.se = std::sqrt((n - 1) / n * squares);
  change.low = change.log_ratio - interval * change.se;
  change.high = change.log_ratio + interval * change.se;
  change.moved = (change.low > least_change || change.high < -least_change || std::isinf(change.log_ratio)) &&
                 std::max(change.a, change.b) >= least_share;
  return change;
}

std::vector<Counterpart> counterparts(const Columns& a, const Columns& b) {
  const auto of_a = standardised(a), of_b = standardised(b);
  std::vector<bool> varies(b.width);
  for (std::size_t j = 0; j < b.width; ++j) varies[j] = product(of_b[j], of_b[j]) > 0;
  std::vector<Counterpart> found(a.width);
  for (std::size_t i = 0; i < a.width; ++i) {
    Counterpart& best = found[i];
    best.r = best.same = unknown_figure;
    if (!(product(of_a[i], of_a[i]) > 0)) continue;
    for (std::size_t j = 0; j < b.width; ++j) {
      if (!varies[j]) continue;
      const double r = product(of_a[i], of_b[j]);
      if (i == j) best.same = r;
      if (std::isnan(best.r) || std::abs(r) > std::abs(best.r)) best = {j, r, best.same};
    }
  }
  return found;
}

}  // namespace clicklens::cli
