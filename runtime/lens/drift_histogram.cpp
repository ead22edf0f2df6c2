// What a PSI would be if nothing had changed. Near 0 it is sum (p - q)^2 / m over the bins, m the share of both sides
// together: a quadratic form of p - q, whose mean and variance follow from the clustered covariance C of p - q. With
// S = D^-1/2 C D^-1/2, D = diag m: mean tr S, variance 2 tr S^2; a scaled chi-squared of these two moments gives the
// tail (Satterthwaite 1946; Rao and Scott 1981 for clustered tables).
#include <algorithm>
#include <cmath>

#include "lens/drift_clusters.h"
#include "lens/drift_distance.h"
#include "lens/tails.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

// Shares of the bins of some days as one, with any bucket left out.
class Shares {
 public:
  Shares(std::span<const Histogram* const> days, std::size_t bins)
      : bins_(bins), counts_(bins), clusters_(days.front()->clusters.size()) {
    for (const Histogram* day : days) {
      for (std::size_t i = 0; i < bins; ++i) counts_[i] += static_cast<double>(day->counts[i]);
      for (std::size_t i = 0; i < std::min(clusters_.size(), day->clusters.size()); ++i)
        clusters_[i] += static_cast<double>(day->clusters[i]);
    }
    rows_ = sum(counts_);
    all_.resize(bins);
    for (std::size_t i = 0; i < clusters_.size(); ++i) all_[i % bins] += clusters_[i];
  }
  [[nodiscard]] std::size_t buckets() const { return clusters_.size() / bins_; }
  [[nodiscard]] double rows() const { return rows_; }
  [[nodiscard]] double count(std::size_t bin) const { return counts_[bin]; }
  [[nodiscard]] double rows_in(std::size_t bucket) const {
    double rows = 0;
    for (std::size_t i = 0; i < bins_; ++i) rows += clusters_[bucket * bins_ + i];
    return rows;
  }
  [[nodiscard]] bool enough() const {
    std::size_t filled = 0;
    for (std::size_t b = 0; b < buckets(); ++b) filled += rows_in(b) > 0 ? 1 : 0;
    return rows_ >= static_cast<double>(enough_drift_rows) && filled >= enough_drift_clusters;
  }
  void subtract_without(std::size_t bucket, double sign, std::vector<double>& to) const {
    const double left = sum(all_) - rows_in(bucket);
    for (std::size_t i = 0; i < bins_; ++i) to[i] += sign * (all_[i] - clusters_[bucket * bins_ + i]) / left;
  }

 private:
  static double sum(const std::vector<double>& of) {
    double total = 0;
    for (const double x : of) total += x;
    return total;
  }
  std::size_t bins_;
  double rows_ = 0;
  std::vector<double> counts_, clusters_, all_;
};

// Rows: p - q without one bucket, of the buckets that hold rows, less their mean.
std::vector<std::vector<double>> deviations(const Shares& before, const Shares& after, std::size_t bins) {
  std::vector<std::vector<double>> rows;
  std::vector<double> mean(bins);
  for (std::size_t b = 0; b < after.buckets(); ++b) {
    if (before.rows_in(b) + after.rows_in(b) == 0) continue;
    auto& row = rows.emplace_back(bins);
    after.subtract_without(b, 1, row);
    before.subtract_without(b, -1, row);
    for (std::size_t i = 0; i < bins; ++i) mean[i] += row[i];
  }
  for (auto& row : rows)
    for (std::size_t i = 0; i < bins; ++i) row[i] -= mean[i] / static_cast<double>(rows.size());
  return rows;
}

// Of each bin's share.
std::vector<double> variances_of_days(std::span<const Histogram* const> days, std::size_t bins) {
  std::vector<double> variances(bins);
  if (days.size() < 2) return variances;
  std::vector<std::vector<double>> shares(bins), own(bins);
  for (const Histogram* day : days) {
    const Shares alone({&day, 1}, bins);
    if (!alone.enough()) continue;
    std::vector<std::vector<double>> left;
    for (std::size_t b = 0; b < alone.buckets(); ++b)
      if (alone.rows_in(b) > 0) alone.subtract_without(b, 1, left.emplace_back(bins));
    for (std::size_t i = 0; i < bins; ++i) {
      shares[i].push_back(alone.count(i) / alone.rows());
      own[i].push_back(jackknife_variance(
          left.size(), [](std::size_t) { return true; }, [&](std::size_t b) { return left[b][i]; }));
    }
  }
  for (std::size_t i = 0; i < bins; ++i) variances[i] = lens::between_days(shares[i], own[i]);
  return variances;
}

struct Moments {
  double mean, variance;
};

Moments null_moments(const std::vector<std::vector<double>>& rows, const std::vector<double>& shares,
                     const std::vector<double>& between) {
  const std::size_t bins = shares.size();
  const auto groups = static_cast<double>(rows.size());
  double trace = 0, squared = 0, more = 0, more_squared = 0;
  for (std::size_t i = 0; i < bins; ++i) {
    if (!(shares[i] > 0)) continue;
    more += between[i] / shares[i];
    more_squared += between[i] * between[i] / (shares[i] * shares[i]);
    for (std::size_t j = i; j < bins; ++j) {
      if (!(shares[j] > 0)) continue;
      double sum = 0;
      for (const auto& row : rows) sum += row[i] * row[j];
      const double entry = (groups - 1) / groups * sum / std::sqrt(shares[i] * shares[j]);
      if (i == j) trace += entry;
      squared += (i == j ? 1 : 2) * entry * entry;
    }
  }
  // tr S^2 of an estimate from `groups` buckets is too large by about (tr S)^2 / freedom (Srivastava 2005).
  const double freedom = groups - 1;
  const double unbiased = freedom * freedom / ((freedom - 1) * (freedom + 2)) * (squared - trace * trace / freedom);
  // At least what one bin fewer than all, varying alike, would give.
  const double least = trace * trace / static_cast<double>(std::max<std::size_t>(bins, 2) - 1);
  return {trace + more, 2 * (std::max(unbiased, least) + more_squared)};
}

}  // namespace

HistogramChange change_of(std::span<const Histogram* const> reference, const Histogram& live) {
  const std::size_t bins = live.counts.size();
  const Histogram* one = &live;
  const Shares before(reference, bins), after({&one, 1}, bins);
  std::vector<std::uint64_t> counts(bins);
  std::vector<double> shares(bins);
  for (std::size_t i = 0; i < bins; ++i) {
    counts[i] = static_cast<std::uint64_t>(before.count(i));
    shares[i] = (before.count(i) + after.count(i)) / (before.rows() + after.rows());
  }
  HistogramChange change{};
  change.psi = psi(counts, live.counts);
  change.null_mean = psi_null_mean(counts, live.counts);
  change.clustered_null = change.p = undefined;
  change.enough = before.buckets() == after.buckets() && before.enough() && after.enough();
  if (!change.enough) return change;
  const auto moments = null_moments(deviations(before, after, bins), shares, variances_of_days(reference, bins));
  change.clustered_null = moments.mean;
  const double scale = moments.variance / (2 * moments.mean);
  change.p = moments.mean > 0 ? chi_squared_tail(2 * moments.mean * moments.mean / moments.variance, change.psi / scale)
                              : (change.psi > 0 ? 0.0 : 1.0);
  return change;
}

}  // namespace clicklens::lens
