#include "lens/drift_clusters.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lens/drift_distance.h"
#include "lens/metrics_jackknife.h"
#include "lens/tails.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

// Days of the reference as one.
struct Pooled {
  double rows = 0, mean = 0, sd = undefined;
  std::vector<ClusterSums> clusters;
  ClusterSums whole;

  explicit Pooled(std::span<const Quantity* const> days) {
    for (const Quantity* day : days) {
      rows += static_cast<double>(day->rows);
      mean += day->rows > 0 ? day->mean * static_cast<double>(day->rows) : 0;
      clusters.resize(std::max(clusters.size(), day->clusters.size()));
      for (std::size_t b = 0; b < day->clusters.size(); ++b) {
        clusters[b].rows += day->clusters[b].rows;
        clusters[b].sum += day->clusters[b].sum;
      }
    }
    mean = rows > 0 ? mean / rows : undefined;
    double squares = 0;
    for (const Quantity* day : days) {
      if (day->rows == 0) continue;
      const auto n = static_cast<double>(day->rows);
      squares += (day->rows > 1 ? (n - 1) * day->sd * day->sd : 0) + n * (day->mean - mean) * (day->mean - mean);
    }
    if (rows > 1) sd = std::sqrt(squares / (rows - 1));
    for (const ClusterSums& bucket : clusters) {
      whole.rows += bucket.rows;
      whole.sum += bucket.sum;
    }
  }
  [[nodiscard]] double mean_without(std::size_t bucket) const {
    return (whole.sum - clusters[bucket].sum) / (whole.rows - clusters[bucket].rows);
  }
  [[nodiscard]] bool enough() const {
    const auto filled = std::count_if(clusters.begin(), clusters.end(), [](const auto& b) { return b.rows > 0; });
    return rows >= static_cast<double>(enough_drift_rows) && static_cast<std::size_t>(filled) >= enough_drift_clusters;
  }
};

double variance_of_days(std::span<const Quantity* const> days) {
  if (days.size() < 2) return 0;
  std::vector<double> means, variances;
  for (const Quantity* day : days) {
    const Pooled alone({&day, 1});
    if (!alone.enough()) continue;
    means.push_back(alone.mean);
    variances.push_back(jackknife_variance(
        alone.clusters.size(), [&](std::size_t b) { return alone.clusters[b].rows > 0; },
        [&](std::size_t b) { return alone.mean_without(b); }));
  }
  return lens::between_days(means, variances);
}

double ratio(double live, double reference) {
  if (reference > 0) return live / reference;
  return live > 0 ? std::numeric_limits<double>::infinity() : undefined;
}

}  // namespace

double jackknife_variance(std::size_t buckets, const Present& present, const LeftOut& estimate) {
  std::vector<double> estimates;
  for (std::size_t b = 0; b < buckets; ++b)
    if (present(b)) estimates.push_back(estimate(b));
  const double se = jackknife_se(estimates);
  return se * se;
}

double between_days(std::span<const double> figures, std::span<const double> variances) {
  if (figures.size() < 2) return 0;
  const auto k = static_cast<double>(figures.size());
  double mean = 0, own = 0, squares = 0;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    mean += figures[i] / k;
    own += variances[i] / k;
  }
  for (const double figure : figures) squares += (figure - mean) * (figure - mean);
  return (1 + 1 / k) * std::max(squares / (k - 1) - own, 0.0);
}

Change change_of(std::span<const Quantity* const> reference, const Quantity& live) {
  const Pooled before(reference);
  const Quantity* one = &live;
  const Pooled after({&one, 1});
  Change change{};
  change.reference = before.mean;
  change.live = after.mean;
  const double moved = after.mean - before.mean;
  change.shift = before.sd > 0 ? moved / before.sd
                 : moved == 0  ? 0
                               : std::copysign(std::numeric_limits<double>::infinity(), moved);
  if (std::isnan(moved)) change.shift = undefined;
  change.sd_ratio = ratio(after.sd, before.sd);
  change.se = change.z = change.p = undefined;
  change.enough = before.enough() && after.enough() && before.clusters.size() == after.clusters.size();
  if (!change.enough) return change;
  const double variance = jackknife_variance(
      after.clusters.size(), [&](std::size_t b) { return before.clusters[b].rows + after.clusters[b].rows > 0; },
      [&](std::size_t b) { return after.mean_without(b) - before.mean_without(b); });
  change.se = std::sqrt(variance + variance_of_days(reference));
  change.z = change.se > 0 ? moved / change.se
             : moved == 0  ? 0
                           : std::copysign(std::numeric_limits<double>::infinity(), moved);
  change.p = normal_two_sided(change.z);
  return change;
}

}  // namespace clicklens::lens
