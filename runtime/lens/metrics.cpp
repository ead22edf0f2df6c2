#include "lens/metrics.h"

#include <cmath>
#include <utility>

#include "lens/labels.h"
#include "lens/metrics_auc.h"
#include "lens/metrics_cox.h"
#include "lens/metrics_gauc.h"
#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

Status check(const MetricsOptions& options) {
  if (!(options.negative_rate > 0 && options.negative_rate <= 1)) {
    return Status::error(Code::invalid_argument, "negative_rate is %g: it must be above 0 and at most 1",
                         options.negative_rate);
  }
  if (options.buckets < 64 || options.buckets > 200) {
    return Status::error(Code::invalid_argument, "buckets is %u: it must be from 64 to 200", options.buckets);
  }
  return {};
}

}  // namespace

base::Result<Metrics> Metrics::create(const MetricsOptions& options) {
  CLENS_TRY(check(options));
  return Metrics(options);
}

Metrics::Metrics(const MetricsOptions& options) : options_(options) {
  if (!options.streaming) return;
  bins_.emplace(options.buckets);
  sums_ = LossSums(options.buckets, options.negative_rate);
}

Status Metrics::add(const float* logits, const std::uint8_t* labels, const std::uint64_t* groups,
                    const std::uint64_t* clusters, std::size_t n) {
  CLENS_TRY(check_labels("labels", labels, n));
  if (!options_.streaming) reserve_more(rows_, n);
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isfinite(logits[i])) {
      ++non_finite_;
      continue;
    }
    const bool click = labels[i] != 0;
    if (options_.streaming) {
      add_streaming(logits[i], click, bucket_of(clusters != nullptr ? clusters[i] : unclustered_++, options_.buckets));
      continue;
    }
    const auto group = groups != nullptr ? std::optional(groups[i]) : std::nullopt;
    const std::uint32_t bucket =
        clusters != nullptr ? bucket_of(clusters[i], options_.buckets) : MetricsRow::own_cluster;
    rows_.push_back(MetricsRow::make(logits[i], click, bucket, group));
  }
  return {};
}

void Metrics::add_streaming(float logit, bool click, std::uint32_t bucket) {
  bins_->fine.add(logit, click, 0);
  bins_->coarse.add(logit, click, bucket);
  sums_.add(double{logit} + shift(), click ? 1 : 0, click ? 0 : 1, bucket);
}

Status Metrics::merge(const Metrics& other) {
  if (options_ != other.options_) {
    return Status::error(Code::invalid_argument,
                         "other: its options (negative_rate, buckets, streaming, correct_scores) differ");
  }
  const std::size_t count = other.rows_.size();  // `other` may be this
  reserve_more(rows_, count);
  for (std::size_t i = 0; i < count; ++i) rows_.push_back(other.rows_[i]);
  if (options_.streaming) {
    bins_->fine.merge(other.bins_->fine);
    bins_->coarse.merge(other.bins_->coarse);
    sums_.merge(other.sums_);
  }
  non_finite_ += other.non_finite_;
  unclustered_ += other.unclustered_;
  return {};
}

double Metrics::shift() const {
  return options_.correct_scores ? std::log(options_.negative_rate) : 0;
}

MetricsResult Metrics::compute() const {
  MetricsResult result;
  result.non_finite = non_finite_;
  if (options_.streaming) {
    compute_streaming(result);
  } else {
    compute_exact(result);
  }
  return result;
}

void Metrics::compute_exact(MetricsResult& result) const {
  MetricsRows rows = rows_;
  const Gauc gauc = grouped_auc(rows);
  result.gauc = gauc.value;
  result.gauc_coverage = gauc.coverage;
  result.gauc_median_rows = gauc.median_rows;

  const SortedRows sorted(std::move(rows), options_.buckets);
  const AucCounter pairs(sorted);
  result.auc = pairs.auc();
  result.auc_se = jackknife_se(pairs.delete_one());
  fill_loss(LossSums(sorted, options_.negative_rate, shift()), result);
  fill_slope(sorted, sorted, result);
}

void Metrics::compute_streaming(MetricsResult& result) const {
  result.auc = AucCounter(bins_->fine).auc();
  result.auc_se = jackknife_se(AucCounter(bins_->coarse).delete_one());
  result.auc_error_bound = auc_error_bound(bins_->fine);
  fill_loss(sums_, result);
  fill_slope(bins_->fine, bins_->coarse, result);
}

void Metrics::fill_loss(const LossSums& sums, MetricsResult& result) const {
  constexpr std::uint64_t enough_clicks = 200;
  result.rows = sums.rows();
  result.clicks = sums.clicks();
  result.enough_data = result.clicks >= enough_clicks;
  const Estimate logloss = sums.logloss(), calibration = sums.calibration();
  result.logloss = logloss.value;
  result.logloss_se = jackknife_se(logloss.delete_one);
  result.normalized_entropy = logloss.value / sums.entropy();
  result.calibration = calibration.value;
  result.calibration_se = jackknife_se(calibration.delete_one);
}

// Fitted to the logits as they came; a shift moves the intercept alone.
void Metrics::fill_slope(const Sample& point, const Sample& clustered, MetricsResult& result) const {
  const CoxFit fit = fit_cox(point, options_.negative_rate);
  result.slope = fit.slope;
  result.intercept = fit.intercept - fit.slope * shift();
  if (std::isnan(fit.slope)) return;
  result.slope_se = jackknife_se(delete_one_slopes(clustered, options_.negative_rate, fit));
}

}  // namespace clicklens::lens
