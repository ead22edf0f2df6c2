// Every rule of a diagnosis at its threshold, below and above it, and with too little data.
#include "lens/diagnose_rules.h"

#include <gtest/gtest.h>

#include <cmath>

namespace clicklens::lens {
namespace {

using State = FindingState;

OverfitFigures slope(double value, double se, std::uint64_t clicks = 1000) {
  return {{"hold.tsv"}, false, 20'000, clicks, value, se};
}

TEST(DiagnoseRules, OverfitIsASlopeWhollyBelowItsBound) {
  EXPECT_EQ(judge_overfit(slope(0.3, 0.1)).state, State::found);
  EXPECT_EQ(judge_overfit(slope(0.5, 0.05)).state, State::none);  // .5 + 2 x .05 is the bound itself
  EXPECT_EQ(judge_overfit(slope(0.5, 0.0499)).state, State::found);
  EXPECT_EQ(judge_overfit(slope(0.5, 0.0501)).state, State::none);
  EXPECT_EQ(judge_overfit(slope(1.0, 0.01)).state, State::none);
  const Finding finding = judge_overfit(slope(0.25, 0.125));
  EXPECT_EQ(finding.value, 0.25);
  EXPECT_EQ(finding.low, 0.0);
  EXPECT_EQ(finding.high, 0.5);
  EXPECT_EQ(finding.threshold, 0.6);
  EXPECT_EQ(finding.command, "clicklens refine MODEL -o OUT --calibrate platt --learn hold.tsv");
}

TEST(DiagnoseRules, OverfitNeedsClicksAndAnError) {
  EXPECT_EQ(judge_overfit(slope(0.1, 0.01, 199)).state, State::not_enough);
  EXPECT_EQ(judge_overfit(slope(0.1, 0.01, 200)).state, State::found);
  EXPECT_EQ(judge_overfit(slope(undefined, undefined)).state, State::not_enough);
  EXPECT_EQ(judge_overfit(slope(0.1, undefined)).state, State::not_enough);
  EXPECT_TRUE(judge_overfit(slope(0.1, 0.01, 199)).command.empty());
  EXPECT_EQ(judge_overfit(slope(0.1, 0.01, 199)).text, "over-fit on hold.tsv: 199 clicks; 200 are needed");
  // all rows of one cluster, say: it is not the clicks that are missing
  EXPECT_EQ(judge_overfit(slope(0.1, undefined)).text,
            "over-fit on hold.tsv: no standard error: both classes, and more than one cluster, are needed");
}

TEST(DiagnoseRules, OverfitOfALaterDaySaysThatDriftConfoundsIt) {
  OverfitFigures later = slope(0.1, 0.01);
  later.confounded = true;
  EXPECT_NE(judge_overfit(later).caveat.find("confounded with drift"), std::string::npos);
  EXPECT_EQ(judge_overfit(slope(0.1, 0.01)).caveat.find("confounded"), std::string::npos);
}

LayerStep step(double difference, double high, std::uint64_t clicks = 1000, std::uint64_t fit_clicks = 1000) {
  LayerStep step;
  step.layer = "l2";
  step.before = "l1";
  step.fit = "two days.tsv";
  step.eval = "b.tsv";
  step.clicks = clicks;
  step.fit_clicks = fit_clicks;
  step.difference.difference = difference;
  step.difference.se = (high - difference) / 1.96;
  step.difference.low = 2 * difference - high;
  step.difference.high = high;
  return step;
}

TEST(DiagnoseRules, ALayerAddsNothingWhenItsIntervalLiesBelowTheBound) {
  EXPECT_EQ(judge_layer(step(-0.001, 0.0019)).state, State::found);
  EXPECT_EQ(judge_layer(step(-0.001, 0.002)).state, State::none);
  EXPECT_EQ(judge_layer(step(0.01, 0.02)).state, State::none);
  EXPECT_EQ(judge_layer(step(-0.02, 0.004)).state, State::none);  // undecided
  EXPECT_EQ(judge_layer(step(-0.001, 0.001, 199)).state, State::not_enough);
  EXPECT_EQ(judge_layer(step(-0.001, 0.001, 200, 199)).state, State::not_enough);
  EXPECT_EQ(judge_layer(step(-0.001, 0.001, 200, 200)).state, State::found);
  EXPECT_EQ(judge_layer(LayerStep{}).state, State::not_enough);
  EXPECT_EQ(judge_layer(step(-0.001, 0.001)).command,
            "clicklens refine MODEL -o OUT --cut-at l1 --learn 'two days.tsv' --data b.tsv");
}

TEST(DiagnoseRules, ACutThatLosesABetterLayerSaysSo) {
  LayerStep cut = step(-0.001, 0.001);
  EXPECT_EQ(judge_layer(cut).caveat.find("takes"), std::string::npos);
  cut.difference.auc_a = 0.7;
  cut.later = "l4";
  cut.later_auc = 0.7251;
  EXPECT_NE(judge_layer(cut).caveat.find("the cut takes l4 away, too, which reads AUC 0.7251, l1 0.7000"),
            std::string::npos);
  cut.difference.high = 0.01;  // nothing found, nothing to cut
  EXPECT_EQ(judge_layer(cut).caveat.find("takes"), std::string::npos);
}

TEST(DiagnoseRules, NamesThatLookLikeOptionsAreValues) {
  LayerStep cut = step(-0.001, 0.001);
  cut.before = "--json";
  EXPECT_NE(judge_layer(cut).command.find(" --cut-at=--json --learn "), std::string::npos);
  const GroupGap gap = {"-o x", "a", "b", "c", 1, 1000, {0.3, 0.01, 0.2, 0.4}, 0.3, 0};
  EXPECT_EQ(judge_memorising(gap).command, "clicklens refine MODEL -o OUT --drop-group='-o x' --learn b --data c");
}

GroupImportance drop(double value, double high) {
  GroupImportance importance;
  importance.drop = value;
  importance.high = high;
  importance.low = 2 * value - high;
  importance.se = (high - value) / 1.96;
  return importance;
}

TEST(DiagnoseRules, AGroupIsUselessAloneAndTogetherWithTheOthers) {
  const std::vector<std::string> set = {"noise", "memo"};
  const auto judge = [&](const GroupImportance& alone, bool joined, const GroupImportance& joint,
                         std::uint64_t clicks = 1000) {
    return judge_useless({"noise", "day.tsv", "later.tsv", 20'000, clicks, alone}, joined, joint, set);
  };
  EXPECT_EQ(judge(drop(0, 0.0039), true, drop(0.001, 0.0039)).state, State::found);
  EXPECT_EQ(judge(drop(0, 0.004), true, drop(0.001, 0.0039)).state, State::none);
  EXPECT_EQ(judge(drop(0, 0.0039), true, drop(0.001, 0.004)).state, State::none);
  EXPECT_EQ(judge(drop(0, 0.0039), false, drop(0.1, 0.12)).state, State::none);
  EXPECT_EQ(judge(drop(0.02, 0.03), false, {}).state, State::none);
  EXPECT_EQ(judge(drop(0, 0.0039), true, drop(0.001, 0.0039), 199).state, State::not_enough);
  EXPECT_EQ(judge(drop(0, undefined), true, {}).state, State::not_enough);
  EXPECT_EQ(judge(drop(0, 0.0039), true, drop(0.001, 0.0039)).command,
            "clicklens refine MODEL -o OUT --drop-group noise --drop-group memo --learn day.tsv --data later.tsv");
}

TEST(DiagnoseRules, OfManyUselessGroupsEachFindingNamesItself) {
  std::vector<std::string> set;
  for (int i = 0; i < 5000; ++i) set.push_back("group " + std::to_string(i));
  const auto judge = [&](const GroupImportance& joint) {
    return judge_useless({set[7], "day.tsv", "", 20'000, 1000, drop(0, 0.0039)}, true, joint, set);
  };
  const Finding found = judge(drop(0.001, 0.0039)), hidden = judge(drop(0.1, 0.12));
  EXPECT_EQ(found.state, State::found);
  EXPECT_EQ(found.command, "clicklens refine MODEL -o OUT --drop-group 'group 7' --learn day.tsv --data day.tsv");
  EXPECT_NE(found.caveat.find("the day that chose the group"), std::string::npos) << found.caveat;
  EXPECT_NE(found.text.find("all 5000 such groups"), std::string::npos) << found.text;
  EXPECT_EQ(hidden.state, State::none);
  EXPECT_NE(hidden.text.find("group 11 and 4988 more"), std::string::npos) << hidden.text;
}

TEST(DiagnoseRules, AGroupMemorisesWhenBothItsGapAndItsBoundAreLarge) {
  const auto judge = [](double difference, double low, std::uint64_t clicks = 1000) {
    return judge_memorising(
        {"user", "train.tsv", "hold.tsv", "", 20'000, clicks, {difference, 0.01, low, 2 * difference - low}, 0.2, 0.1});
  };
  EXPECT_EQ(judge(0.081, 0.051).state, State::found);
  EXPECT_EQ(judge(0.08, 0.051).state, State::none);
  EXPECT_EQ(judge(0.081, 0.05).state, State::none);
  EXPECT_EQ(judge(0.3, 0.2, 199).state, State::not_enough);
  EXPECT_EQ(judge(0.3, 0.2, 200).state, State::found);
  EXPECT_EQ(judge_memorising({"user", "a", "b", "", 1, 1000, {0.3, undefined, undefined, undefined}, 0, 0}).state,
            State::not_enough);
}

CalibrationFigures calibration(double ratio, double se, std::uint64_t clicks = 1000) {
  const double observed = static_cast<double>(clicks);
  return {FindingKind::calibration, "ctr",    {"a.tsv", "b.tsv"}, 20'000, clicks,
          ratio * observed,         observed, std::log(ratio),    se};
}

TEST(DiagnoseRules, CalibrationMustBeFarOffAndSurelySo) {
  EXPECT_EQ(judge_calibration(calibration(1.26, 0.01)).state, State::found);
  EXPECT_EQ(judge_calibration(calibration(1.24, 0.01)).state, State::none);
  EXPECT_EQ(judge_calibration(calibration(1 / 1.26, 0.01)).state, State::found);
  EXPECT_EQ(judge_calibration(calibration(1 / 1.24, 0.01)).state, State::none);
  EXPECT_EQ(judge_calibration(calibration(2, std::log(2.0) / 2.99)).state, State::none);  // z 2.99
  EXPECT_EQ(judge_calibration(calibration(2, std::log(2.0) / 3.01)).state, State::found);
  EXPECT_EQ(judge_calibration(calibration(2, 0.01, 199)).state, State::not_enough);
  EXPECT_EQ(judge_calibration(calibration(2, 0.01, 200)).state, State::found);
  EXPECT_EQ(judge_calibration(calibration(2, undefined)).state, State::not_enough);
  const Finding finding = judge_calibration(calibration(2, 0.1));
  EXPECT_DOUBLE_EQ(finding.value, 2);
  EXPECT_NEAR(finding.low, 2 * std::exp(-0.196), 1e-4);
  EXPECT_EQ(finding.command, "clicklens refine MODEL -o OUT --calibrate platt --learn a.tsv b.tsv");
}

TEST(DiagnoseRules, APartMustBeOffByTheBoundAndThreeErrors) {
  const auto judge = [](double ratio, double se, std::uint64_t clicks = 1000) {
    CalibrationFigures figures = calibration(ratio, se, clicks);
    figures.kind = FindingKind::calibration_bucket;
    const State of_bucket = judge_calibration(figures).state;
    figures.kind = FindingKind::calibration_value;
    EXPECT_EQ(judge_calibration(figures).state, of_bucket);
    return of_bucket;
  };
  // A calibration of the score cannot mend what is off for some rows of every score.
  CalibrationFigures part = calibration(2, 0.01);
  part.kind = FindingKind::calibration_bucket;
  EXPECT_EQ(judge_calibration(part).command, "clicklens refine MODEL -o OUT --calibrate isotonic --learn a.tsv b.tsv");
  part.kind = FindingKind::calibration_value;
  EXPECT_EQ(judge_calibration(part).state, State::found);
  EXPECT_EQ(judge_calibration(part).command, "train with the column as a feature, or on more recent days");
  const double beyond = std::log(2 / 1.5);
  EXPECT_EQ(judge(2, beyond / 3.01), State::found);
  EXPECT_EQ(judge(2, beyond / 2.99), State::none);
  EXPECT_EQ(judge(0.5, beyond / 3.01), State::found);
  EXPECT_EQ(judge(0.5, beyond / 2.99), State::none);
  EXPECT_EQ(judge(1.49, 1e-6), State::none);
  EXPECT_EQ(judge(1.51, 1e-6), State::found);
  EXPECT_EQ(judge(1 / 1.49, 1e-6), State::none);
  EXPECT_EQ(judge(1 / 1.51, 1e-6), State::found);
  EXPECT_EQ(judge(2, 0.01, 199), State::not_enough);
}

LayerNeurons neurons() {
  LayerNeurons layer;
  layer.layer = "l1";
  layer.days = {"a.tsv"};
  layer.further = "b.tsv";
  layer.width = 64;
  layer.rows = 10'000;
  layer.counted = 1000;
  layer.sampled = 4096;
  layer.rectified = true;
  layer.effective_rank = 20;
  return layer;
}

const Finding* of(const std::vector<Finding>& all, FindingKind kind) {
  for (const Finding& finding : all)
    if (finding.kind == kind) return &finding;
  return nullptr;
}

TEST(DiagnoseRules, DeadNeuronsNeedTenThousandRows) {
  LayerNeurons layer = neurons();
  layer.dead = {3, 9};
  const auto enough = judge_neurons(layer);
  EXPECT_EQ(of(enough, FindingKind::dead_neurons)->state, State::found);
  EXPECT_EQ(of(enough, FindingKind::dead_neurons)->columns, (std::vector<std::uint32_t>{3, 9}));
  EXPECT_EQ(of(enough, FindingKind::dead_neurons)->evidence.front().value, 3.0 / 10'000);
  EXPECT_EQ(of(enough, FindingKind::dead_neurons)->command,
            "clicklens refine MODEL -o OUT --prune dead --learn a.tsv --data b.tsv");
  EXPECT_EQ(of(enough, FindingKind::provably_dead_neurons)->state, State::none);
  layer.rows = 9'999;
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::dead_neurons)->state, State::not_enough);
  layer = neurons();
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::dead_neurons)->state, State::none);
  layer.rectified = false;
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::dead_neurons), nullptr);
}

TEST(DiagnoseRules, ProofsNeedNoRows) {
  LayerNeurons layer = neurons();
  layer.rows = layer.counted = layer.sampled = 0;
  layer.proven = {7};
  const auto all = judge_neurons(layer);
  EXPECT_EQ(of(all, FindingKind::provably_dead_neurons)->state, State::found);
  EXPECT_EQ(of(all, FindingKind::provably_dead_neurons)->command, "clicklens refine MODEL -o OUT --prune proven");
}

TEST(DiagnoseRules, SaturatedAndDuplicateNeuronsNeedTheirRows) {
  LayerNeurons layer = neurons();
  layer.rectified = false;
  layer.saturates = true;
  layer.saturated = {1};
  layer.duplicates = {2};
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::saturated_neurons)->state, State::found);
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::duplicate_neurons)->state, State::found);
  layer.counted = 999;
  layer.sampled = 99;
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::saturated_neurons)->state, State::not_enough);
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::duplicate_neurons)->state, State::not_enough);
}

TEST(DiagnoseRules, ARedundantLayerIsOneFinding) {
  LayerNeurons layer = neurons();
  layer.effective_rank = 6.3;
  layer.redundant = true;
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::redundant_layer)->state, State::found);
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::redundant_layer)->command,
            "clicklens refine MODEL -o OUT --prune weak --learn a.tsv --data b.tsv");  // there is no layer before it
  layer.before = "l1";
  layer.fresh = "c.tsv";
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::redundant_layer)->command,
            "clicklens refine MODEL -o OUT --cut-at l1 --learn b.tsv --data c.tsv");
  layer.further.clear();
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::redundant_layer)->command,
            "clicklens refine MODEL -o OUT --prune weak --learn a.tsv");
  layer.redundant = false;
  layer.effective_rank = 6.5;
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::redundant_layer)->state, State::none);
  layer.sampled = 64;
  EXPECT_EQ(of(judge_neurons(layer), FindingKind::redundant_layer)->state, State::not_enough);
}

}  // namespace
}  // namespace clicklens::lens
