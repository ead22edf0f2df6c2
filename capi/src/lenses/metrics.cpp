#include "lens/metrics.h"

#include <memory>
#include <utility>

#include "guard.h"
#include "probe.h"
#include "sized.h"

struct clens_metrics {
  clicklens::lens::Metrics metrics;
};

namespace clicklens::capi {

using base::Code;
using base::Status;

Status read_metrics_options(const clens_metrics_options* given, lens::MetricsOptions& options) noexcept {
  clens_metrics_options known = CLENS_METRICS_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  if (known.streaming > 1) {
    return Status::error(Code::invalid_argument, "options.streaming: %u; 0 or 1", known.streaming);
  }
  if (known.negative_rate != 0) options.negative_rate = known.negative_rate;
  if (known.buckets != 0) options.buckets = known.buckets;
  options.streaming = known.streaming != 0;
  options.correct_scores = known.correct_scores != 0;
  return {};
}

clens_metrics_result metrics_to_c(const lens::MetricsResult& from) noexcept {
  clens_metrics_result to = CLENS_METRICS_RESULT_INIT;
  to.rows = from.rows;
  to.clicks = from.clicks;
  to.non_finite = from.non_finite;
  to.auc = from.auc;
  to.auc_se = from.auc_se;
  to.auc_error_bound = from.auc_error_bound;
  to.gauc = from.gauc;
  to.gauc_coverage = from.gauc_coverage;
  to.gauc_median_rows = from.gauc_median_rows;
  to.logloss = from.logloss;
  to.logloss_se = from.logloss_se;
  to.normalized_entropy = from.normalized_entropy;
  to.calibration = from.calibration;
  to.calibration_se = from.calibration_se;
  to.slope = from.slope;
  to.slope_se = from.slope_se;
  to.intercept = from.intercept;
  to.enough_data = from.enough_data ? 1 : 0;
  return to;
}

}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_metrics_create(const clens_metrics_options* options, clens_metrics** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(out, "out"));
    clicklens::lens::MetricsOptions known;
    CLENS_TRY(clicklens::capi::read_metrics_options(options, known));
    auto metrics = clicklens::lens::Metrics::create(known);
    if (!metrics.ok()) return metrics.status();
    *out = std::make_unique<clens_metrics>(clens_metrics{std::move(*metrics)}).release();
    return {};
  });
}

void clens_metrics_release(clens_metrics* metrics) {
  delete metrics;
}

clens_status clens_metrics_add(clens_metrics* metrics, const float* logits, const uint8_t* labels,
                               const uint64_t* groups, const uint64_t* clusters, size_t n) {
  return guard([&]() -> Status {
    CLENS_TRY(require(metrics, "metrics"));
    if (n == 0) return {};
    CLENS_TRY(require(logits, "logits"));
    CLENS_TRY(require(labels, "labels"));
    return metrics->metrics.add(logits, labels, groups, clusters, n);
  });
}

clens_status clens_metrics_merge(clens_metrics* metrics, const clens_metrics* other) {
  return guard([&]() -> Status {
    CLENS_TRY(require(metrics, "metrics"));
    CLENS_TRY(require(other, "other"));
    return metrics->metrics.merge(other->metrics);
  });
}

clens_status clens_metrics_compute(const clens_metrics* metrics, clens_metrics_result* result) {
  return guard([&]() -> Status {
    CLENS_TRY(require(metrics, "metrics"));
    CLENS_TRY(require(result, "result"));
    return clicklens::capi::write_sized(clicklens::capi::metrics_to_c(metrics->metrics.compute()), "result", result);
  });
}
