// As layout.cpp, of drift.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "lens/drift.h"
#include "released.h"

namespace clicklens::capi {
namespace {

#define CLENS_SAME(ours, theirs) static_assert(static_cast<unsigned>(ours) == static_cast<unsigned>(theirs))
CLENS_SAME(lens::DriftKind::score, CLENS_DRIFT_SCORE);
CLENS_SAME(lens::DriftKind::element, CLENS_DRIFT_ELEMENT);
CLENS_SAME(lens::DriftKind::ids, CLENS_DRIFT_IDS);
CLENS_SAME(lens::DriftKind::missing, CLENS_DRIFT_MISSING);
CLENS_SAME(lens::DriftKind::unknown, CLENS_DRIFT_UNKNOWN);
CLENS_SAME(lens::DriftKind::neuron, CLENS_DRIFT_NEURON);
CLENS_SAME(lens::DriftKind::saliency, CLENS_DRIFT_SALIENCY);
CLENS_SAME(lens::DriftKind::auc, CLENS_DRIFT_AUC);
CLENS_SAME(lens::DriftKind::slope, CLENS_DRIFT_SLOPE);
CLENS_SAME(lens::DriftKind::calibration, CLENS_DRIFT_CALIBRATION);
CLENS_SAME(lens::Verdict::none, CLENS_DRIFT_NONE);
CLENS_SAME(lens::Verdict::found, CLENS_DRIFT_FOUND);
CLENS_SAME(lens::Verdict::not_enough, CLENS_DRIFT_NOT_ENOUGH);
#undef CLENS_SAME

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_drift_measure, name, 0);
CLENS_AT(clens_drift_measure, reference, 8);
CLENS_AT(clens_drift_measure, live, 16);
CLENS_AT(clens_drift_measure, effect, 24);
CLENS_AT(clens_drift_measure, sd_ratio, 32);
CLENS_AT(clens_drift_measure, se, 40);
CLENS_AT(clens_drift_measure, z, 48);
CLENS_AT(clens_drift_measure, p, 56);
CLENS_AT(clens_drift_measure, q, 64);
CLENS_AT(clens_drift_measure, low, 72);
CLENS_AT(clens_drift_measure, high, 80);
CLENS_AT(clens_drift_measure, psi, 88);
CLENS_AT(clens_drift_measure, psi_null, 96);
CLENS_AT(clens_drift_measure, psi_clustered_null, 104);
CLENS_AT(clens_drift_measure, ks, 112);
CLENS_AT(clens_drift_measure, jensen_shannon, 120);
CLENS_AT(clens_drift_measure, hellinger, 128);
CLENS_AT(clens_drift_measure, wasserstein, 136);
CLENS_AT(clens_drift_measure, kind, 144);
CLENS_AT(clens_drift_measure, verdict, 148);
CLENS_AT(clens_drift_measure, subject, 152);
CLENS_AT(clens_drift_measure, column, 156);
static_assert(first_size<clens_drift_measure> == 160);
CLENS_AT(clens_drift_info, struct_size, 0);
CLENS_AT(clens_drift_info, reference_rows, 8);
CLENS_AT(clens_drift_info, live_rows, 16);
CLENS_AT(clens_drift_info, days, 24);
CLENS_AT(clens_drift_info, measures, 32);
CLENS_AT(clens_drift_info, found, 40);
CLENS_AT(clens_drift_info, not_enough, 48);
CLENS_AT(clens_drift_info, traces, 56);
CLENS_AT(clens_drift_info, groups, 64);
static_assert(first_size<clens_drift_info> == 72);
CLENS_AT(clens_drift_day, struct_size, 0);
CLENS_AT(clens_drift_day, rows, 8);
CLENS_AT(clens_drift_day, clicks, 16);
CLENS_AT(clens_drift_day, auc, 24);
CLENS_AT(clens_drift_day, auc_se, 32);
CLENS_AT(clens_drift_day, slope, 40);
CLENS_AT(clens_drift_day, slope_se, 48);
CLENS_AT(clens_drift_day, calibration, 56);
CLENS_AT(clens_drift_day, log_calibration_se, 64);
static_assert(first_size<clens_drift_day> == 72);
CLENS_AT(clens_drift_trace, struct_size, 0);
CLENS_AT(clens_drift_trace, name, 8);
CLENS_AT(clens_drift_trace, neurons, 16);
CLENS_AT(clens_drift_trace, moved, 24);
CLENS_AT(clens_drift_trace, reserved, 28);
static_assert(first_size<clens_drift_trace> == 32);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
