// Rules of a diagnosis about features and drift, at their thresholds.
#include <gtest/gtest.h>

#include <cmath>

#include "lens/diagnose_rules.h"

namespace clicklens::lens {
namespace {

using State = FindingState;

FeatureCoverage usual_coverage() {
  FeatureCoverage of;
  of.feature = "user_id";
  of.days = {"day.tsv"};
  of.train_rows = of.train_ids = 20'000;
  of.rows = of.ids = 20'000;
  return of;
}

TEST(DiagnoseRules, UnknownIdsAreCountedAgainstTraining) {
  FeatureCoverage of = usual_coverage();
  of.unknown = 9'999;
  EXPECT_EQ(judge_coverage(of).state, State::none);
  of.unknown = 10'000;
  EXPECT_EQ(judge_coverage(of).state, State::found);
  EXPECT_DOUBLE_EQ(judge_coverage(of).value, 0.5);
  EXPECT_LT(judge_coverage(of).low, 0.5);
  EXPECT_GT(judge_coverage(of).high, 0.5);
  of.train_unknown = 8'001;  // half of the ids were unknown then, too
  EXPECT_EQ(judge_coverage(of).state, State::none);
  of.train_unknown = 7'999;
  EXPECT_EQ(judge_coverage(of).state, State::found);
  of = usual_coverage();
  of.ids = of.unknown = 999;  // seldom there: nothing is said of its ids
  EXPECT_EQ(judge_coverage(of).state, State::none);
}

TEST(DiagnoseRules, MissingEntriesAreCountedAgainstTraining) {
  FeatureCoverage of = usual_coverage();
  of.missing = 10'000;
  EXPECT_EQ(judge_coverage(of).state, State::found);
  of.train_missing = 10'000;  // an optional feature
  EXPECT_EQ(judge_coverage(of).state, State::none);
  of.missing = of.train_missing = 20'000;  // never there at all
  of.ids = of.train_ids = 0;
  EXPECT_EQ(judge_coverage(of).state, State::found);
  EXPECT_EQ(judge_coverage(of).value, 1.0);
  of.rows = of.missing = 999;
  EXPECT_EQ(judge_coverage(of).state, State::not_enough);
}

TEST(DiagnoseRules, HashesAreOverloadedWhenHalfOfTheIdsCollide) {
  HashLoad load{"ad_id", {"day.tsv"}, 20'000, 1000, 693, 0.4999};
  EXPECT_EQ(judge_hash_load(load).state, State::none);
  load.collisions = 0.5;
  EXPECT_EQ(judge_hash_load(load).state, State::found);
  EXPECT_NEAR(judge_hash_load(load).low, 1 - std::exp(-(693 * 0.9686 - 1) / 1000), 1e-4);
  EXPECT_EQ(judge_hash_load(load).command, "train with a table of 4096 rows or more");
  load.rows = 999;
  EXPECT_EQ(judge_hash_load(load).state, State::not_enough);
}

DriftMeasure measure(DriftKind kind, Verdict verdict, std::uint32_t subject, double effect, std::uint32_t column = 0) {
  DriftMeasure made;
  made.kind = kind;
  made.verdict = verdict;
  made.subject = subject;
  made.effect = effect;
  made.column = column;
  return made;
}

Drift drift() {
  Drift made;
  made.live.rows = 20'000;
  made.live.scores.resize(1);
  made.live.scores[0].task = "ctr";
  made.live.layers = {{"l1", 4, {}}, {"l2", 5, {}}};
  made.live.features.resize(2);
  made.live.features[0].name = "topic";
  made.live.features[1].name = "user_id";
  made.live.groups = {{"query", {}}, {"user", {}}};
  return made;
}

TEST(DiagnoseRules, DriftIsAFindingForEachFeatureAndLayer) {
  Drift made = drift();
  made.measures = {measure(DriftKind::score, Verdict::none, 0, 0.01),
                   measure(DriftKind::ids, Verdict::none, 0, 0.09),
                   measure(DriftKind::unknown, Verdict::found, 0, 0.3),
                   measure(DriftKind::ids, Verdict::not_enough, 1, undefined),
                   measure(DriftKind::neuron, Verdict::found, 0, 0.3, 2),
                   measure(DriftKind::neuron, Verdict::none, 0, 0.1, 3),
                   measure(DriftKind::neuron, Verdict::found, 0, -0.5, 7),
                   measure(DriftKind::neuron, Verdict::none, 1, 0.2, 0),
                   measure(DriftKind::auc, Verdict::found, 0, -0.05)};
  made.traces = {{0, 2, true, {{1, 0.7}, {0, 0.1}}}};
  const std::vector<std::string> groups = {"query", "user"};
  const auto all = judge_drift(made, groups, "a.tsv", "b.tsv");
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[0].kind, FindingKind::drift_score);
  EXPECT_EQ(all[0].state, State::none);
  EXPECT_EQ(all[1].subject, "topic");
  EXPECT_EQ(all[1].state, State::found);
  EXPECT_EQ(all[1].value, 0.3);  // the worst of its measures
  EXPECT_EQ(all[2].subject, "user_id");
  EXPECT_EQ(all[2].state, State::not_enough);
  EXPECT_EQ(all[3].subject, "l1");
  EXPECT_EQ(all[3].columns, (std::vector<std::uint32_t>{2, 7}));
  EXPECT_EQ(all[3].value, -0.5);
  EXPECT_NE(all[3].text.find("moved most by user"), std::string::npos);
  EXPECT_EQ(all[4].state, State::none);
  EXPECT_TRUE(all[4].columns.empty());
  EXPECT_EQ(all[5].kind, FindingKind::drift_auc);
  EXPECT_EQ(all[5].state, State::found);
}

TEST(DiagnoseRules, SaliencyIsAFindingForEachGroup) {
  Drift made = drift();
  made.measures = {measure(DriftKind::saliency, Verdict::found, 0, 0.4),
                   measure(DriftKind::saliency, Verdict::none, 1, 0.05),
                   measure(DriftKind::auc, Verdict::found, 0, -0.05)};
  const std::vector<std::string> train = {"a.tsv", "b.tsv"};
  const auto all = judge_saliency(made, train, "c.tsv");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].subject, "query");
  EXPECT_EQ(all[0].state, State::found);
  EXPECT_EQ(all[0].command, "clicklens saliency MODEL --train a.tsv b.tsv --test c.tsv");
  EXPECT_EQ(all[1].state, State::none);
}

}  // namespace
}  // namespace clicklens::lens
