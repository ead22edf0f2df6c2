// Evaluation of logits against clicks: streaming, mergeable, with clustered standard errors.
//
// Definitions, over the rows whose logit z is finite (the others are counted and left out):
//   weight          1 for a click, 1/r for a non-click, r the share of non-clicks that sampling kept
//   AUC             P(z of a click > z of a non-click) + half P(equal), unweighted (Mann and Whitney 1947)
//   GAUC            mean of the AUC of the groups that hold both classes, weighted by their rows
//                   (Zhou et al. 2018, "Deep Interest Network"); coverage: share of all rows that are in
//                   such groups; median rows: over all groups, one-class ones included
//   log loss        weighted mean of softplus(-z) on clicks and softplus(z) on non-clicks, natural log
//   normalised entropy   log loss / entropy of the same rows' weighted click rate (He et al. 2014)
//   calibration     sum of w p / sum of w y, p = sigmoid(z)
//   slope, intercept     weighted maximum likelihood of y ~ sigmoid(intercept + slope z) (Cox 1958)
//   standard errors      see metrics_jackknife.h
// With correct_scores, log loss, entropy, calibration and intercept use z + log r, which is
// p' = p / (p + (1 - p) / r): the scores of a model trained on the sampled rows. AUC, GAUC and the slope do
// not depend on it. Whatever is not defined (one class, no groups, separable rows) is NaN.
//
// Exact mode keeps 16 bytes a row (and needs 32 more while it computes); its result depends on the multiset
// of rows alone, to the last bit, however they were split and merged. Streaming mode keeps a fixed block
// (metrics_bins.h): counts on fixed edges, which add up exactly, and sums in two-word doubles, which
// agree to 1e-15 relative in any order. It cannot give GAUC, which needs the order of rows inside
// every group; and rows without a cluster key are there put into buckets by their position, so that the
// standard errors of such rows (nothing else) depend on how the rows were split.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/status.h"
#include "lens/metrics_bins.h"
#include "lens/metrics_loss.h"
#include "lens/metrics_rows.h"

namespace clicklens::lens {

struct MetricsOptions {
  double negative_rate = 1;     // r, in (0, 1]
  std::uint32_t buckets = 128;  // of the jackknife, 64..200
  bool streaming = false;
  bool correct_scores = false;

  bool operator==(const MetricsOptions&) const = default;
};

struct MetricsResult {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  std::uint64_t rows = 0, clicks = 0, non_finite = 0;  // rows: those with a finite logit
  double auc = none, auc_se = none;
  double auc_error_bound = 0;  // |auc - exact auc| is at most this
  double gauc = none, gauc_coverage = none, gauc_median_rows = none;
  double logloss = none, logloss_se = none, normalized_entropy = none;
  double calibration = none, calibration_se = none;
  double slope = none, slope_se = none, intercept = none;
  bool enough_data = false;  // at least 200 clicks
};

// Thread: one at a time.
class Metrics {
 public:
  // INVALID_ARGUMENT names the option.
  static base::Result<Metrics> create(const MetricsOptions& options);

  // `labels` are 0 or 1 (else BAD_VALUE, and nothing was added). `groups` and `clusters` are keys or null:
  // no group (the row counts as not covered by GAUC); every row its own cluster.
  base::Status add(const float* logits, const std::uint8_t* labels, const std::uint64_t* groups,
                   const std::uint64_t* clusters, std::size_t n);

  // Adds all rows of `other`, which may be this. INVALID_ARGUMENT unless the options are equal.
  base::Status merge(const Metrics& other);

  [[nodiscard]] MetricsResult compute() const;

 private:
  explicit Metrics(const MetricsOptions& options);

  [[nodiscard]] double shift() const;  // what correct_scores adds to a logit
  void add_streaming(float logit, bool click, std::uint32_t bucket);
  void compute_exact(MetricsResult& result) const;
  void compute_streaming(MetricsResult& result) const;
  void fill_loss(const LossSums& sums, MetricsResult& result) const;
  void fill_slope(const Sample& point, const Sample& clustered, MetricsResult& result) const;

  MetricsOptions options_;
  std::uint64_t non_finite_ = 0;
  MetricsRows rows_;  // exact mode
  // streaming mode
  std::optional<MetricsBins> bins_;
  LossSums sums_;
  std::uint64_t unclustered_ = 0;  // rows that came without a cluster key
};

}  // namespace clicklens::lens
