// Probes on rows: logits, figures, differences and controls.
#include <algorithm>

#include "guard.h"
#include "lens/probe_control.h"
#include "probe.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

clens_auc_difference to_c(const lens::AucDifference& from) noexcept {
  clens_auc_difference to = CLENS_AUC_DIFFERENCE_INIT;
  to.auc_a = from.auc_a;
  to.auc_b = from.auc_b;
  to.difference = from.difference;
  to.se = from.se;
  to.delong_se = from.delong_se;
  to.delong_clustered_se = from.delong_clustered_se;
  to.delong_se_a = from.delong_se_a;
  to.delong_se_b = from.delong_se_b;
  to.delong_clustered_se_a = from.delong_clustered_se_a;
  to.delong_clustered_se_b = from.delong_clustered_se_b;
  to.low = from.low;
  to.high = from.high;
  return to;
}

clens_probe_control_result to_c(const lens::ProbeControl& from) noexcept {
  clens_probe_control_result to = CLENS_PROBE_CONTROL_RESULT_INIT;
  to.draws = from.draws;
  to.fit_auc_mean = from.fit_auc_mean;
  to.fit_auc_sd = from.fit_auc_sd;
  to.eval_auc_mean = from.eval_auc_mean;
  to.eval_auc_sd = from.eval_auc_sd;
  to.eval_rows = from.eval_rows;
  return to;
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_probe_logits(const clens_probe* probe, size_t index, const clens_probe_rows* rows, double* logits,
                                size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(probe, "probe"));
    CLENS_TRY(require(rows, "rows"));
    CLENS_TRY(require(logits, "logits"));
    if (capacity < rows->rows.data().rows())
      return Status::error(Code::buffer_too_small, "capacity: %zu, there are %zu rows", capacity,
                           rows->rows.data().rows());
    const auto scores = probe->probe.logits(index, rows->rows);
    if (!scores.ok()) return scores.status();
    std::ranges::copy(*scores, logits);
    return {};
  });
}

clens_status clens_probe_evaluate(const clens_probe* probe, size_t index, const clens_probe_rows* rows,
                                  const clens_metrics_options* options, clens_metrics_result* result, double* r2) {
  return guard([&]() -> Status {
    CLENS_TRY(require(probe, "probe"));
    CLENS_TRY(require(rows, "rows"));
    CLENS_TRY(require(result, "result"));
    clicklens::lens::MetricsOptions known;
    CLENS_TRY(clicklens::capi::read_metrics_options(options, known));
    const auto evaluation = probe->probe.evaluate(index, rows->rows, known);
    if (!evaluation.ok()) return evaluation.status();
    if (r2 != nullptr) *r2 = evaluation->r2;
    return clicklens::capi::write_sized(clicklens::capi::metrics_to_c(evaluation->metrics), "result", result);
  });
}

clens_status clens_auc_compare(const float* a, const float* b, const uint8_t* labels, const uint64_t* clusters,
                               size_t n, uint32_t buckets, clens_auc_difference* result) {
  return guard([&]() -> Status {
    CLENS_TRY(require(result, "result"));
    if (n > 0) {
      CLENS_TRY(require(a, "a"));
      CLENS_TRY(require(b, "b"));
      CLENS_TRY(require(labels, "labels"));
    }
    std::span<const std::uint64_t> keys;
    if (clusters != nullptr) keys = {clusters, n};
    const auto difference =
        clicklens::lens::compare_aucs({a, n}, {b, n}, {labels, n}, keys, buckets == 0 ? 128 : buckets);
    if (!difference.ok()) return difference.status();
    return clicklens::capi::write_sized(clicklens::capi::to_c(*difference), "result", result);
  });
}

clens_status clens_probe_difference(const clens_probe* probe, size_t a, size_t b, const clens_probe_rows* rows,
                                    clens_auc_difference* result) {
  return guard([&]() -> Status {
    CLENS_TRY(require(probe, "probe"));
    CLENS_TRY(require(rows, "rows"));
    CLENS_TRY(require(result, "result"));
    const auto difference = probe->probe.difference(a, b, rows->rows);
    if (!difference.ok()) return difference.status();
    return clicklens::capi::write_sized(clicklens::capi::to_c(*difference), "result", result);
  });
}

clens_status clens_probe_control(const clens_probe* probe, size_t index, uint32_t kind, const clens_probe_rows* fit,
                                 const clens_probe_rows* eval, uint32_t draws, uint64_t seed,
                                 clens_probe_control_result* result) {
  return guard([&]() -> Status {
    CLENS_TRY(require(probe, "probe"));
    CLENS_TRY(require(fit, "fit"));
    CLENS_TRY(require(eval, "eval"));
    CLENS_TRY(require(result, "result"));
    const auto control =
        clicklens::lens::probe_control(probe->probe, index, static_cast<clicklens::lens::ProbeControlKind>(kind),
                                       fit->rows, eval->rows, draws == 0 ? 10 : draws, seed);
    if (!control.ok()) return control.status();
    return clicklens::capi::write_sized(clicklens::capi::to_c(*control), "result", result);
  });
}
