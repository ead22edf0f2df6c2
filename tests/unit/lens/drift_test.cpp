// Findings on days drawn for the purpose: what moved is found, what did not is not, what is too little says so.
#include "lens/drift.h"

#include <gtest/gtest.h>

#include "drift_support.h"
#include "lens/drift_labels.h"

namespace clicklens::lens {
namespace {

using testing::DriftRows;

constexpr std::size_t usual_rows = 20'000;

double steady(double way, double noise) {
  return std::max(0.5 * way + noise, 0.0);
}

struct Plan {
  std::size_t rows = lens::usual_rows;
  DriftRows::Value logit = [](double way, double noise) { return -2 + 0.5 * way + 0.5 * noise; };
  DriftRows::Value neuron = steady;
  double ids = 0, missing = 0.02, size = 1, slope = 1, shift = 0;
  bool labels = true;
};

DriftDay day(DriftRows& draws, const Plan& plan = {}) {
  DriftDay made;
  made.rows = plan.rows;
  made.scores.push_back({"ctr", draws.column(plan.rows, plan.logit), {}});
  if (plan.labels) made.scores[0].labels = draws.labels(plan.rows, plan.slope, plan.shift);
  made.layers.push_back({"l1", 0, {}});
  made.layers[0].columns.push_back(draws.column(plan.rows, plan.neuron));
  for (int i = 0; i < 9; ++i) made.layers[0].columns.push_back(draws.column(plan.rows, steady));
  DriftFeature feature;
  feature.name = "topic";
  feature.id_kinds = 2;
  feature.ids = draws.ids(plan.rows, plan.ids);
  feature.missing = draws.rate(plan.rows, plan.missing);
  feature.unknown = draws.rate(plan.rows, 0.1);
  made.features.push_back(feature);
  made.groups = {{"query", draws.sizes(plan.rows, plan.size)}, {"user", draws.sizes(plan.rows, 1)}};
  return made;
}

std::vector<DriftMeasure> found(const std::vector<DriftMeasure>& measures, Verdict verdict = Verdict::found) {
  std::vector<DriftMeasure> chosen;
  for (const DriftMeasure& measure : measures)
    if (measure.verdict == verdict) chosen.push_back(measure);
  return chosen;
}

std::vector<DriftMeasure> found(DriftRows& draws, const Plan& plan) {
  const DriftDay reference = day(draws);
  return found(measure_drift({&reference, 1}, day(draws, plan)));
}

TEST(Drift, AllKindsAreMeasuredInOrder) {
  DriftRows draws(1);
  const DriftDay reference = day(draws);
  const auto measures = measure_drift({&reference, 1}, day(draws));
  std::vector<DriftKind> kinds;
  for (const DriftMeasure& measure : measures) kinds.push_back(measure.kind);
  std::vector<DriftKind> expected = {DriftKind::score, DriftKind::ids, DriftKind::missing, DriftKind::unknown};
  expected.insert(expected.end(), 10, DriftKind::neuron);
  expected.insert(expected.end(), 2, DriftKind::saliency);
  for (const DriftKind kind : {DriftKind::auc, DriftKind::slope, DriftKind::calibration}) expected.push_back(kind);
  EXPECT_EQ(kinds, expected);
}

// Equal days: no more than chance allows, and rows that share users do not alarm.
TEST(Drift, SilentWhenNothingChanged) {
  int alarms = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    DriftRows draws(seed);
    alarms += found(draws, {}).empty() ? 0 : 1;
  }
  EXPECT_LE(alarms, 1);
}

TEST(Drift, ANeuronMustMoveFarAndSurely) {
  DriftRows draws(2);
  Plan far;
  far.neuron = [](double way, double noise) { return steady(way, noise + 0.6); };
  const auto moved = found(draws, far);
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_EQ(moved[0].kind, DriftKind::neuron);
  EXPECT_EQ(moved[0].column, 0u);
  EXPECT_GT(moved[0].effect, 0.25);
  EXPECT_GT(moved[0].psi, 20 * moved[0].psi_clustered_null);
  EXPECT_GE(moved[0].psi_clustered_null, moved[0].psi_null);
  Plan near;  // sure, but small
  near.neuron = [](double way, double noise) { return steady(way, noise + 0.1); };
  const DriftDay reference = day(draws), live = day(draws, near);
  const auto measures = measure_drift({&reference, 1}, live);
  EXPECT_TRUE(found(measures).empty());
  EXPECT_LT(measures[4].q, 0.05);
}

TEST(Drift, SpreadAloneCountsWhereTheMeanIsSure) {
  DriftRows draws(3);
  Plan wide;
  wide.neuron = [](double way, double noise) { return steady(way, 1.4 * noise - 0.08); };
  const auto moved = found(draws, wide);
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_GT(moved[0].sd_ratio, 1.25);
  EXPECT_LT(std::abs(moved[0].effect), 0.25);
}

TEST(Drift, ScoresIdsRatesAndShares) {
  struct Case {
    DriftKind kind;
    Plan plan;
  };
  Plan scores, ids, missing, share;
  scores.logit = [](double way, double noise) { return -1.6 + 0.5 * way + 0.5 * noise; };
  ids.ids = 0.1;
  missing.missing = 0.06;
  share.size = 1.5;
  for (const Case& c : {Case{DriftKind::score, scores}, Case{DriftKind::ids, ids}, Case{DriftKind::missing, missing},
                        Case{DriftKind::saliency, share}}) {
    DriftRows draws(4);
    const auto moved = found(draws, c.plan);
    ASSERT_FALSE(moved.empty()) << static_cast<int>(c.kind);
    for (const DriftMeasure& measure : moved) EXPECT_EQ(measure.kind, c.kind);
  }
}

TEST(Drift, LabelsTellAucSlopeAndCalibration) {
  DriftRows draws(5);
  const LabelFigures right = label_figures(draws.labels(60'000));
  EXPECT_NEAR(right.slope, 1, 3 * right.slope_se + 0.02);
  EXPECT_NEAR(std::log(right.calibration), 0, 3 * right.calibration_se + 0.01);
  EXPECT_TRUE(right.enough);
  Plan flat, high;
  flat.slope = 0.3;
  high.shift = 0.5;
  std::vector<DriftKind> kinds;
  for (const DriftMeasure& measure : found(draws, flat)) kinds.push_back(measure.kind);
  EXPECT_NE(std::find(kinds.begin(), kinds.end(), DriftKind::auc), kinds.end());
  EXPECT_NE(std::find(kinds.begin(), kinds.end(), DriftKind::slope), kinds.end());
  const auto off = found(draws, high);
  ASSERT_EQ(off.size(), 1u);
  EXPECT_EQ(off[0].kind, DriftKind::calibration);
  EXPECT_LT(off[0].live, 0.8);
}

TEST(Drift, TooLittleIsAStateOfItsOwn) {
  DriftRows draws(6);
  const DriftDay reference = day(draws);
  Plan few;
  few.rows = 900;
  few.neuron = [](double way, double noise) { return steady(way, noise + 2); };
  const auto measures = measure_drift({&reference, 1}, day(draws, few));
  EXPECT_TRUE(found(measures).empty());
  EXPECT_EQ(found(measures, Verdict::not_enough).size(), measures.size());
  Plan unlabelled;
  unlabelled.labels = false;
  for (const DriftMeasure& measure : measure_drift({&reference, 1}, day(draws, unlabelled)))
    EXPECT_LT(measure.kind, DriftKind::auc);
  DriftDay unclustered = day(draws);
  for (DriftColumn& column : unclustered.layers[0].columns) column.quantity.clusters.clear();
  for (const DriftMeasure& measure : measure_drift({&reference, 1}, unclustered))
    EXPECT_EQ(measure.kind == DriftKind::neuron, measure.verdict == Verdict::not_enough);
}

// Days that differ by themselves make one more different day no finding.
TEST(Drift, SeveralDaysOfReferenceAddHowDaysDiffer) {
  DriftRows draws(7);
  std::vector<DriftDay> days;
  for (const double shift : {0.0, 0.5, -0.5, 0.3}) {
    Plan plan;
    plan.neuron = [shift](double way, double noise) { return steady(way, noise + shift); };
    days.push_back(day(draws, plan));
  }
  EXPECT_FALSE(found(measure_drift({days.data(), 1}, days[1])).empty());
  const std::span<const DriftDay> three(days.data(), 3);
  EXPECT_TRUE(found(measure_drift(three, days[3])).empty());
  Plan plan;
  plan.neuron = [](double way, double noise) { return steady(way, noise + 4); };
  EXPECT_EQ(found(measure_drift(three, day(draws, plan))).size(), 1u);
}

TEST(Drift, IdsThatCameInAnotherFormAreNotCompared) {
  DriftRows draws(8);
  const DriftDay reference = day(draws);
  DriftDay live = day(draws);
  live.features[0].id_kinds = 4;
  for (const DriftMeasure& measure : measure_drift({&reference, 1}, live)) EXPECT_NE(measure.kind, DriftKind::ids);
}

TEST(Drift, WhatDiffersIsNamed) {
  DriftRows draws(9);
  const DriftDay a = day(draws);
  EXPECT_EQ(incomparable(a, a), "");
  DriftDay b = a;
  b.features[0].name = "other";
  EXPECT_EQ(incomparable(a, b), "features: 'topic' and 'other'");
  b = a;
  b.layers[0].columns.pop_back();
  EXPECT_EQ(incomparable(a, b), "layers: widths of 'l1'");
  b = a;
  b.groups.clear();
  EXPECT_EQ(incomparable(a, b), "groups: 2 and 0");
}

// A neuron that never fired has no spread to measure a shift in.
TEST(Drift, ANeuronThatBeginsToFire) {
  DriftRows draws(10);
  const DriftDay live = day(draws);
  DriftDay reference = day(draws);
  reference.layers[0].columns[0] = draws.column(usual_rows, [](double, double) { return 0.0; });
  const auto moved = found(measure_drift({&reference, 1}, live));
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_EQ(moved[0].effect, INFINITY);
  EXPECT_EQ(moved[0].sd_ratio, INFINITY);
  const auto still = measure_drift({&reference, 1}, reference);
  EXPECT_TRUE(found(still).empty());
}

}  // namespace
}  // namespace clicklens::lens
