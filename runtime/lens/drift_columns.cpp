#include "lens/drift_columns.h"

#include <algorithm>
#include <cmath>

#include "lens/drift_distance.h"
#include "lens/drift_rules.h"
#include "lens/neurons_bins.h"
#include "lens/tails.h"

namespace clicklens::lens {
namespace {

constexpr std::size_t psi_bins = 10;

// Where a bin's rows are taken to lie; open bins at their finite end.
const std::vector<double>& bin_points() {
  static const std::vector<double> points = [] {
    std::vector<double> made(neuron_bins);
    for (std::size_t i = 0; i < neuron_bins; ++i) {
      const BinEnds ends = bin_ends(i);
      made[i] = std::isinf(ends.low) ? ends.high : std::isinf(ends.high) ? ends.low : (ends.low + ends.high) / 2;
    }
    return made;
  }();
  return points;
}

std::uint64_t rows_of(std::span<const std::uint64_t> counts) {
  std::uint64_t rows = 0;
  for (const std::uint64_t count : counts) rows += count;
  return rows;
}

void fill(const Change& change, DriftMeasure& to) {
  to.reference = change.reference;
  to.live = change.live;
  to.sd_ratio = change.sd_ratio;
  to.se = change.se;
  to.z = change.z;
  to.p = change.p;
  if (!change.enough) to.verdict = Verdict::not_enough;
}

void fill_distances(BinCounts before, BinCounts after, DriftMeasure& to) {
  to.ks = ks_distance(before, after);
  to.jensen_shannon = jensen_shannon(before, after);
  to.hellinger = hellinger(before, after);
  if (before.size() == neuron_bins) to.wasserstein = wasserstein(before, after, bin_points());
}

// Variance of a change of mean over that of independent rows; at least 1.
double design_effect(std::span<const DriftColumn* const> reference, const DriftColumn& live, const Change& change) {
  double rows = 0, squares = 0;
  for (const DriftColumn* day : reference) {
    const auto n = static_cast<double>(day->quantity.rows);
    rows += n;
    if (n > 1) squares += (n - 1) * day->quantity.sd * day->quantity.sd;
  }
  const auto m = static_cast<double>(live.quantity.rows);
  if (m > 1) squares += (m - 1) * live.quantity.sd * live.quantity.sd;
  const double independent = squares / (rows + m) * (1 / rows + 1 / m);
  return independent > 0 ? std::max(change.se * change.se / independent, 1.0) : 1.0;
}

}  // namespace

DriftMeasure measure_column(std::span<const DriftColumn* const> reference, const DriftColumn& live) {
  DriftMeasure to;
  std::vector<const Quantity*> quantities;
  std::vector<std::uint64_t> before(live.counts.size());
  for (const DriftColumn* day : reference) {
    quantities.push_back(&day->quantity);
    for (std::size_t i = 0; i < std::min(before.size(), day->counts.size()); ++i) before[i] += day->counts[i];
  }
  const Change change = change_of(quantities, live.quantity);
  fill(change, to);
  to.effect = change.shift;
  if (rows_of(before) == 0 || rows_of(live.counts) == 0) return to;
  fill_distances(before, live.counts, to);
  const Merge merge = equal_mass_bins(before, psi_bins, zero_bin);
  const auto coarse = merge_counts(before, merge), now = merge_counts(live.counts, merge);
  to.psi = psi(coarse, now);
  to.psi_null = psi_null_mean(coarse, now);
  to.psi_freedom = psi_freedom(coarse, now);
  if (change.enough) to.psi_clustered_null = to.psi_null * design_effect(reference, live, change);
  return to;
}

// Bins of equal mass vary alike: a chi-squared of as many degrees as there are bins but one.
double psi_tail(const DriftMeasure& measure) {
  return chi_squared_tail(measure.psi_freedom, measure.psi_freedom * measure.psi / measure.psi_clustered_null);
}

DriftMeasure measure_ids(std::span<const Histogram* const> reference, const Histogram& live) {
  DriftMeasure to;
  std::vector<std::uint64_t> before(live.counts.size());
  for (const Histogram* day : reference)
    for (std::size_t i = 0; i < before.size(); ++i) before[i] += day->counts[i];
  const HistogramChange change = change_of(reference, live);
  fill_distances(before, live.counts, to);
  to.ks = undefined;  // hashes have no order
  to.psi = to.effect = change.psi;
  to.psi_null = change.null_mean;
  to.psi_clustered_null = change.clustered_null;
  to.p = change.p;
  if (!change.enough) to.verdict = Verdict::not_enough;
  return to;
}

DriftMeasure measure_rate(std::span<const Quantity* const> reference, const Quantity& live) {
  DriftMeasure to;
  const Change change = change_of(reference, live);
  fill(change, to);
  to.sd_ratio = undefined;
  const auto angle = [](double rate) { return 2 * std::asin(std::sqrt(std::clamp(rate, 0.0, 1.0))); };
  to.effect = std::isnan(change.live - change.reference) ? undefined : angle(change.live) - angle(change.reference);
  return to;
}

namespace {

// Sums of |s| over days, by group and bucket.
struct Sizes {
  std::vector<std::vector<double>> groups;
  std::vector<double> whole;  // of all groups, by bucket
  double all = 0;

  explicit Sizes(std::span<const DriftDay> days) : groups(days.front().groups.size()) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      groups[g].resize(days.front().groups[g].sizes.size());
      for (const DriftDay& day : days)
        for (std::size_t b = 0; b < groups[g].size(); ++b) groups[g][b] += day.groups[g].sizes[b];
      whole.resize(groups[g].size());
      for (std::size_t b = 0; b < whole.size(); ++b) whole[b] += groups[g][b];
    }
    for (const double size : whole) all += size;
  }
  [[nodiscard]] double sum(std::size_t group) const {
    double total = 0;
    for (const double size : groups[group]) total += size;
    return total;
  }
  [[nodiscard]] double share(std::size_t group) const { return sum(group) / all; }
  [[nodiscard]] double log_share_without(std::size_t group, std::size_t bucket) const {
    return std::log((sum(group) - groups[group][bucket]) / (all - whole[bucket]));
  }
};

double between_shares(std::span<const DriftDay> days, std::size_t group) {
  std::vector<double> figures, variances;
  for (const DriftDay& day : days) {
    const Sizes alone({&day, 1});
    figures.push_back(std::log(alone.share(group)));
    variances.push_back(jackknife_variance(
        alone.whole.size(), [&](std::size_t b) { return alone.whole[b] > 0; },
        [&](std::size_t b) { return alone.log_share_without(group, b); }));
  }
  const double between = between_days(figures, variances);
  return std::isnan(between) ? 0 : between;
}

}  // namespace

std::vector<DriftMeasure> measure_shares(std::span<const DriftDay> reference, const DriftDay& live) {
  std::vector<DriftMeasure> measures(live.groups.size());
  const Sizes before(reference), after({&live, 1});
  std::uint64_t rows = 0;
  for (const DriftDay& day : reference) rows += day.rows;
  const auto filled = std::count_if(after.whole.begin(), after.whole.end(), [](double size) { return size > 0; });
  const bool enough = rows >= enough_drift_rows && live.rows >= enough_drift_rows &&
                      static_cast<std::size_t>(filled) >= enough_drift_clusters;
  for (std::uint32_t g = 0; g < measures.size(); ++g) {
    DriftMeasure& to = measures[g];
    to.kind = DriftKind::saliency;
    to.subject = g;
    to.reference = before.share(g);
    to.live = after.share(g);
    to.effect = std::log(to.live / to.reference);
    if (!enough) {
      to.verdict = Verdict::not_enough;
      continue;
    }
    const double variance = jackknife_variance(
        after.whole.size(), [&](std::size_t b) { return before.whole[b] + after.whole[b] > 0; },
        [&](std::size_t b) { return after.log_share_without(g, b) - before.log_share_without(g, b); });
    to.se = std::sqrt(variance + between_shares(reference, g));
    to.z = to.effect / to.se;
    to.low = to.effect - rules::interval * to.se;
    to.high = to.effect + rules::interval * to.se;
    // a share of nothing on one side has no logarithm, and needs none
    const bool outside = std::isinf(to.effect) || to.low > rules::log_share || to.high < -rules::log_share;
    if (outside && std::max(to.reference, to.live) >= rules::share) to.verdict = Verdict::found;
  }
  return measures;
}

}  // namespace clicklens::lens
