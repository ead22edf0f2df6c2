// As layout.cpp, of probes.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "lens/probe_control.h"
#include "released.h"

namespace clicklens::capi {
namespace {

#define CLENS_SAME(ours, theirs) static_assert(static_cast<unsigned>(ours) == static_cast<unsigned>(theirs))
CLENS_SAME(lens::ProbeTarget::label, CLENS_PROBE_LABEL);
CLENS_SAME(lens::ProbeTarget::number, CLENS_PROBE_NUMBER);
CLENS_SAME(lens::ProbeControlKind::shuffled, CLENS_CONTROL_SHUFFLED);
CLENS_SAME(lens::ProbeControlKind::random_task, CLENS_CONTROL_RANDOM_TASK);
#undef CLENS_SAME

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_probe_rows_options, struct_size, 0);
CLENS_AT(clens_probe_rows_options, values, 8);
CLENS_AT(clens_probe_rows_options, value_count, 16);
CLENS_AT(clens_probe_rows_options, memory_bytes, 24);
static_assert(first_size<clens_probe_rows_options> == 32);
CLENS_AT(clens_probe_options, struct_size, 0);
CLENS_AT(clens_probe_options, target, 8);
CLENS_AT(clens_probe_options, reserved, 12);
CLENS_AT(clens_probe_options, lambda, 16);
CLENS_AT(clens_probe_options, negative_rate, 24);
CLENS_AT(clens_probe_options, tolerance, 32);
static_assert(first_size<clens_probe_options> == 40);
CLENS_AT(clens_probe_info, struct_size, 0);
CLENS_AT(clens_probe_info, name, 8);
CLENS_AT(clens_probe_info, value, 16);
CLENS_AT(clens_probe_info, width, 24);
CLENS_AT(clens_probe_info, rows, 32);
CLENS_AT(clens_probe_info, clicks, 40);
CLENS_AT(clens_probe_info, target, 48);
CLENS_AT(clens_probe_info, converged, 52);
CLENS_AT(clens_probe_info, iterations, 56);
CLENS_AT(clens_probe_info, reserved, 60);
CLENS_AT(clens_probe_info, lambda, 64);
CLENS_AT(clens_probe_info, objective, 72);
CLENS_AT(clens_probe_info, gradient, 80);
CLENS_AT(clens_probe_info, intercept, 88);
static_assert(first_size<clens_probe_info> == 96);
CLENS_AT(clens_auc_difference, struct_size, 0);
CLENS_AT(clens_auc_difference, auc_a, 8);
CLENS_AT(clens_auc_difference, auc_b, 16);
CLENS_AT(clens_auc_difference, difference, 24);
CLENS_AT(clens_auc_difference, se, 32);
CLENS_AT(clens_auc_difference, delong_se, 40);
CLENS_AT(clens_auc_difference, delong_clustered_se, 48);
CLENS_AT(clens_auc_difference, delong_se_a, 56);
CLENS_AT(clens_auc_difference, delong_se_b, 64);
CLENS_AT(clens_auc_difference, delong_clustered_se_a, 72);
CLENS_AT(clens_auc_difference, delong_clustered_se_b, 80);
CLENS_AT(clens_auc_difference, low, 88);
CLENS_AT(clens_auc_difference, high, 96);
static_assert(first_size<clens_auc_difference> == 104);
CLENS_AT(clens_probe_control_result, struct_size, 0);
CLENS_AT(clens_probe_control_result, draws, 8);
CLENS_AT(clens_probe_control_result, reserved, 12);
CLENS_AT(clens_probe_control_result, fit_auc_mean, 16);
CLENS_AT(clens_probe_control_result, fit_auc_sd, 24);
CLENS_AT(clens_probe_control_result, eval_auc_mean, 32);
CLENS_AT(clens_probe_control_result, eval_auc_sd, 40);
CLENS_AT(clens_probe_control_result, eval_rows, 48);
static_assert(first_size<clens_probe_control_result> == 56);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
