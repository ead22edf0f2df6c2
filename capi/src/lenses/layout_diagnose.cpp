// As layout.cpp, of diagnoses.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "lens/diagnose.h"
#include "released.h"

namespace clicklens::capi {
namespace {

#define CLENS_SAME(ours, theirs) static_assert(static_cast<unsigned>(ours) == static_cast<unsigned>(theirs))
CLENS_SAME(lens::FindingKind::overfit, CLENS_FINDING_OVERFIT);
CLENS_SAME(lens::FindingKind::layer_adds_nothing, CLENS_FINDING_LAYER);
CLENS_SAME(lens::FindingKind::useless_group, CLENS_FINDING_USELESS_GROUP);
CLENS_SAME(lens::FindingKind::memorising_group, CLENS_FINDING_MEMORISING_GROUP);
CLENS_SAME(lens::FindingKind::dead_neurons, CLENS_FINDING_DEAD);
CLENS_SAME(lens::FindingKind::provably_dead_neurons, CLENS_FINDING_PROVABLY_DEAD);
CLENS_SAME(lens::FindingKind::saturated_neurons, CLENS_FINDING_SATURATED);
CLENS_SAME(lens::FindingKind::duplicate_neurons, CLENS_FINDING_DUPLICATE);
CLENS_SAME(lens::FindingKind::redundant_layer, CLENS_FINDING_REDUNDANT_LAYER);
CLENS_SAME(lens::FindingKind::calibration, CLENS_FINDING_CALIBRATION);
CLENS_SAME(lens::FindingKind::calibration_bucket, CLENS_FINDING_CALIBRATION_BUCKET);
CLENS_SAME(lens::FindingKind::calibration_value, CLENS_FINDING_CALIBRATION_GROUP);
CLENS_SAME(lens::FindingKind::drift_score, CLENS_FINDING_DRIFT_SCORE);
CLENS_SAME(lens::FindingKind::drift_feature, CLENS_FINDING_DRIFT_FEATURE);
CLENS_SAME(lens::FindingKind::drift_neurons, CLENS_FINDING_DRIFT_NEURONS);
CLENS_SAME(lens::FindingKind::drift_auc, CLENS_FINDING_DRIFT_AUC);
CLENS_SAME(lens::FindingKind::coverage, CLENS_FINDING_COVERAGE);
CLENS_SAME(lens::FindingKind::hash_load, CLENS_FINDING_HASH_LOAD);
CLENS_SAME(lens::FindingKind::saliency_shift, CLENS_FINDING_SALIENCY);
CLENS_SAME(lens::FindingState::none, CLENS_FINDING_STATE_NONE);
CLENS_SAME(lens::FindingState::found, CLENS_FINDING_STATE_FOUND);
CLENS_SAME(lens::FindingState::not_enough, CLENS_FINDING_STATE_NOT_ENOUGH);
CLENS_SAME(lens::Severity::note, CLENS_SEVERITY_NOTE);
CLENS_SAME(lens::Severity::warning, CLENS_SEVERITY_WARNING);
CLENS_SAME(lens::Severity::fault, CLENS_SEVERITY_FAULT);
CLENS_SAME(lens::DayPart::train, CLENS_DAY_TRAIN);
CLENS_SAME(lens::DayPart::hold, CLENS_DAY_HOLD);
CLENS_SAME(lens::DayPart::test, CLENS_DAY_TEST);
static_assert(lens::finding_kinds == CLENS_FINDING_SALIENCY + 1);
#undef CLENS_SAME

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_diagnosis_options, struct_size, 0);
CLENS_AT(clens_diagnosis_options, task, 8);
CLENS_AT(clens_diagnosis_options, probe_rows, 16);
CLENS_AT(clens_diagnosis_options, seed, 24);
CLENS_AT(clens_diagnosis_options, draws, 32);
CLENS_AT(clens_diagnosis_options, reserved, 36);
static_assert(first_size<clens_diagnosis_options> == 40);
CLENS_AT(clens_finding, struct_size, 0);
CLENS_AT(clens_finding, kind, 8);
CLENS_AT(clens_finding, state, 12);
CLENS_AT(clens_finding, severity, 16);
CLENS_AT(clens_finding, reserved, 20);
CLENS_AT(clens_finding, subject, 24);
CLENS_AT(clens_finding, rows_of, 32);
CLENS_AT(clens_finding, text, 40);
CLENS_AT(clens_finding, caveat, 48);
CLENS_AT(clens_finding, command, 56);
CLENS_AT(clens_finding, value, 64);
CLENS_AT(clens_finding, low, 72);
CLENS_AT(clens_finding, high, 80);
CLENS_AT(clens_finding, threshold, 88);
CLENS_AT(clens_finding, rows, 96);
CLENS_AT(clens_finding, clicks, 104);
CLENS_AT(clens_finding, columns, 112);
CLENS_AT(clens_finding, column_count, 120);
CLENS_AT(clens_finding, evidence, 128);
static_assert(first_size<clens_finding> == 136);
CLENS_AT(clens_evidence, struct_size, 0);
CLENS_AT(clens_evidence, name, 8);
CLENS_AT(clens_evidence, value, 16);
CLENS_AT(clens_evidence, low, 24);
CLENS_AT(clens_evidence, high, 32);
static_assert(first_size<clens_evidence> == 40);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
