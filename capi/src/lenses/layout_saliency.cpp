// As layout.cpp, of saliency and metrics.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "lens/saliency.h"
#include "released.h"

namespace clicklens::capi {
namespace {

#define CLENS_SAME(ours, theirs) static_assert(static_cast<unsigned>(ours) == static_cast<unsigned>(theirs))
CLENS_SAME(lens::SaliencyMethod::centred, CLENS_SALIENCY_CENTRED);
CLENS_SAME(lens::SaliencyMethod::gradient_x_input, CLENS_SALIENCY_GRADIENT_X_INPUT);
CLENS_SAME(lens::SaliencyMethod::gradient_l1, CLENS_SALIENCY_GRADIENT_L1);
CLENS_SAME(lens::SaliencyMethod::gradient_l2, CLENS_SALIENCY_GRADIENT_L2);
CLENS_SAME(lens::SaliencyLevel::group, CLENS_LEVEL_GROUP);
CLENS_SAME(lens::SaliencyLevel::feature, CLENS_LEVEL_FEATURE);
CLENS_SAME(lens::SaliencyLevel::id, CLENS_LEVEL_ID);
CLENS_SAME(lens::SaliencyLevel::dimension, CLENS_LEVEL_DIMENSION);
CLENS_SAME(lens::SaliencyTarget::logit, CLENS_TARGET_LOGIT);
CLENS_SAME(lens::SaliencyTarget::probability, CLENS_TARGET_PROBABILITY);
CLENS_SAME(lens::SaliencyTarget::neuron, CLENS_TARGET_NEURON);
#undef CLENS_SAME

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_saliency_spec, struct_size, 0);
CLENS_AT(clens_saliency_spec, method, 8);
CLENS_AT(clens_saliency_spec, level, 12);
CLENS_AT(clens_saliency_spec, target, 16);
CLENS_AT(clens_saliency_spec, flags, 20);
CLENS_AT(clens_saliency_spec, task, 24);
CLENS_AT(clens_saliency_spec, value, 32);
CLENS_AT(clens_saliency_spec, column, 40);
CLENS_AT(clens_saliency_spec, means, 48);
CLENS_AT(clens_saliency_spec, mean_count, 56);
static_assert(first_size<clens_saliency_spec> == 64);
CLENS_AT(clens_metrics_options, struct_size, 0);
CLENS_AT(clens_metrics_options, negative_rate, 8);
CLENS_AT(clens_metrics_options, buckets, 16);
CLENS_AT(clens_metrics_options, streaming, 20);
CLENS_AT(clens_metrics_options, correct_scores, 24);
CLENS_AT(clens_metrics_options, reserved, 28);
static_assert(first_size<clens_metrics_options> == 32);
CLENS_AT(clens_metrics_result, struct_size, 0);
CLENS_AT(clens_metrics_result, rows, 8);
CLENS_AT(clens_metrics_result, clicks, 16);
CLENS_AT(clens_metrics_result, non_finite, 24);
CLENS_AT(clens_metrics_result, auc, 32);
CLENS_AT(clens_metrics_result, auc_se, 40);
CLENS_AT(clens_metrics_result, auc_error_bound, 48);
CLENS_AT(clens_metrics_result, gauc, 56);
CLENS_AT(clens_metrics_result, gauc_coverage, 64);
CLENS_AT(clens_metrics_result, gauc_median_rows, 72);
CLENS_AT(clens_metrics_result, logloss, 80);
CLENS_AT(clens_metrics_result, logloss_se, 88);
CLENS_AT(clens_metrics_result, normalized_entropy, 96);
CLENS_AT(clens_metrics_result, calibration, 104);
CLENS_AT(clens_metrics_result, calibration_se, 112);
CLENS_AT(clens_metrics_result, slope, 120);
CLENS_AT(clens_metrics_result, slope_se, 128);
CLENS_AT(clens_metrics_result, intercept, 136);
CLENS_AT(clens_metrics_result, enough_data, 144);
CLENS_AT(clens_metrics_result, reserved, 148);
static_assert(first_size<clens_metrics_result> == 152);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
