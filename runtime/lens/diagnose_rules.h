// From figures to findings: pure functions, one for each kind of finding. Thresholds were fixed on models of synthetic
// seeds 1-20 and accepted on others (bench/NOTES.md); intervals and errors are clustered.
//
//   overfit            slope of y ~ a + slope * logit on held-out rows: slope + 2 SE < .6. Spread, probe gap and
//                      permutation gap do not part sound models from over-fitted ones: they are evidence
//   layer_adds_nothing the paired 95 % interval of AUC(l) - AUC(l - 1) lies below +.002, probes of rows that the
//   network
//                      was not trained on
//   useless_group      the 95 % interval of the AUC lost by permuting it lies below .004, and so does that of all such
//                      groups permuted together
//   memorising_group   AUC lost on training rows less that on others > .08, its lower 95 % bound > .05
//   neurons, layers    as neurons.h has them
//   calibration        |log(predicted / observed)| > log 1.25 and |z| > 3; of one range of scores, or of one value of
//                      a column, of which there are many: |log| - 3 se > log 1.5
//   drift              as drift.h has it, of days that the network was not trained on
//   coverage           half of a feature's ids unknown (entries missing) or more, and a tenth more than in training; or
//                      nothing but missing entries at all
//   hash_load          half of a feature's ids or more share their row with another one
//   saliency_shift     the 95 % interval of the log ratio of a group's shares lies outside +-.1
// What rests on clicks needs 200 of them: with fewer it is "not enough data".
#pragma once

#include <span>

#include "lens/auc_difference.h"
#include "lens/diagnose_finding.h"
#include "lens/drift_profile.h"
#include "lens/importance.h"
#include "lens/metrics.h"

namespace clicklens::lens {

namespace diagnose_rules {
inline constexpr std::uint64_t clicks = 200;
inline constexpr double slope = 0.6, slope_errors = 2;
inline constexpr double auc_added = 0.002;
inline constexpr double drop = 0.004;
inline constexpr double memorised = 0.08, memorised_low = 0.05;
inline constexpr double calibration = 1.25, part_calibration = 1.5, calibration_z = 3;
inline constexpr double uncovered = 0.5, uncovered_rise = 0.1, never_there = 0.999;
inline constexpr std::uint64_t coverage_rows = 1000;
inline constexpr double collisions = 0.5;
inline constexpr double interval = 1.959963984540054;  // of 95 %
}  // namespace diagnose_rules

struct OverfitFigures {
  std::vector<std::string> days;
  bool confounded = false;  // a later day stands in for held-out rows
  std::uint64_t rows = 0, clicks = 0;
  double slope = undefined, slope_se = undefined;
};
Finding judge_overfit(const OverfitFigures& figures);

struct LayerStep {
  std::string layer, before;
  std::string fit, eval;  // days
  std::uint64_t rows = 0, clicks = 0, fit_clicks = 0;
  AucDifference difference;  // AUC of `layer` less that of `before`
  std::string later;         // of the layers behind, the one that reads best; empty: none reads better than `before`
  double later_auc = undefined;
};
Finding judge_layer(const LayerStep& step);

// A group's drop alone, and of the set of groups that may be useless together. `joined`: the group is one of the set.
struct GroupDrop {
  std::string group, rows_of;
  std::string further;  // another day that the network was not trained on; empty: none
  std::uint64_t rows = 0, clicks = 0;
  GroupImportance alone;
};
bool may_be_useless(const GroupImportance& drop) noexcept;
Finding judge_useless(const GroupDrop& drop, bool joined, const GroupImportance& joint,
                      std::span<const std::string> set);

struct GroupGap {
  std::string group, train, hold;
  std::string further;                 // as GroupDrop::further
  std::uint64_t rows = 0, clicks = 0;  // the fewer of both
  ImportanceContrast gap;
  double train_drop = undefined, hold_drop = undefined;
};
Finding judge_memorising(const GroupGap& gap);

// Of one layer: columns by finding, and what decides whether there were rows enough.
struct LayerNeurons {
  std::string layer;
  std::vector<std::string> days;
  std::string further;        // a day that the network was not trained on; empty: none
  std::string before, fresh;  // the layer that it is computed from, and one more such day; empty: none
  std::uint64_t width = 0, rows = 0, counted = 0, sampled = 0;
  bool rectified = false, saturates = false;
  std::vector<std::uint32_t> dead, proven, saturated, duplicates;  // dead: not those proven
  double effective_rank = undefined;
  bool redundant = false;
};
std::vector<Finding> judge_neurons(const LayerNeurons& layer);

struct CalibrationFigures {
  FindingKind kind = FindingKind::calibration;
  std::string subject;
  std::vector<std::string> days;
  std::uint64_t rows = 0, clicks = 0;
  double predicted = 0, observed = 0;            // sums
  double log_ratio = undefined, se = undefined;  // log(predicted / observed)
};
Finding judge_calibration(const CalibrationFigures& figures);

// All that a comparison of profiles measured: a finding for each task, feature (the worst of what was looked at) and
// layer. Shares of saliency, slopes and calibration are judged elsewhere.
std::vector<Finding> judge_drift(const Drift& drift, std::span<const std::string> groups, const std::string& reference,
                                 const std::string& live);
// Shares of saliency alone.
std::vector<Finding> judge_saliency(const Drift& drift, std::span<const std::string> train, const std::string& test);

struct FeatureCoverage {
  std::string feature;
  std::vector<std::string> days;
  std::uint64_t train_rows = 0, train_missing = 0, train_ids = 0, train_unknown = 0;
  std::uint64_t rows = 0, missing = 0, ids = 0, unknown = 0;
};
Finding judge_coverage(const FeatureCoverage& coverage);

struct HashLoad {
  std::string feature;
  std::vector<std::string> days;
  std::uint64_t rows = 0, table_rows = 0;
  double distinct = 0, collisions = 0;
};
Finding judge_hash_load(const HashLoad& load);

}  // namespace clicklens::lens
