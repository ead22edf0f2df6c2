// Two sets of days side by side, by bucket of the cluster key (metrics_jackknife.h). The same user is in the same
// bucket on every day, so a bucket is left out on both sides at once: what users bring along to both days is no change
// and does not widen its error.
//
// A reference of k >= 2 days also says how much days differ when nothing is wrong: the variance of the daily figures
// beyond their own error, times 1 + 1 / k, is added to that of a change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace clicklens::lens {

// Below these a statistic is "not enough data", neither found nor ruled out.
inline constexpr std::uint64_t enough_drift_rows = 1'000;
inline constexpr std::size_t enough_drift_clusters = 20;

struct ClusterSums {
  double rows = 0, sum = 0;
};

// One number a row (a score, a neuron, a rate) over a day.
struct Quantity {
  std::uint64_t rows = 0;
  double mean = 0, sd = 0;
  std::vector<ClusterSums> clusters;  // by bucket; empty: not kept
};

struct Change {
  double reference, live;  // means
  double shift;            // of the mean, in standard deviations of the reference; infinite: it did not vary
  double sd_ratio;         // live / reference; NaN: neither varies
  double se, z, p;         // of live - reference, clustered; NaN: not enough data
  bool enough;
};
Change change_of(std::span<const Quantity* const> reference, const Quantity& live);

// Counts on edges that both sides share.
struct Histogram {
  std::vector<std::uint64_t> counts;
  std::vector<std::uint64_t> clusters;  // [bucket][bin]; empty: not kept
};

struct HistogramChange {
  double psi, null_mean;     // of independent rows
  double clustered_null, p;  // mean of the PSI and its tail when nothing changed; NaN: not enough data
  bool enough;
};
// Of the bins as they are.
HistogramChange change_of(std::span<const Histogram* const> reference, const Histogram& live);

// Whether a bucket holds rows on any side, and a statistic with it left out on all of them.
using Present = std::function<bool(std::size_t bucket)>;
using LeftOut = std::function<double(std::size_t bucket)>;
double jackknife_variance(std::size_t buckets, const Present& present, const LeftOut& estimate);

// (1 + 1 / k) times what k daily figures vary beyond their errors, whose squares are `variances`; 0 of one day.
double between_days(std::span<const double> figures, std::span<const double> variances);

}  // namespace clicklens::lens
