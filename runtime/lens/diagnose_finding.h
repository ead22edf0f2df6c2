// What a diagnosis lists: everything that was looked at, found or not, with its numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lens/undefined.h"

namespace clicklens::lens {

enum class FindingKind : std::uint32_t {
  overfit,
  layer_adds_nothing,
  useless_group,
  memorising_group,
  dead_neurons,
  provably_dead_neurons,
  saturated_neurons,
  duplicate_neurons,
  redundant_layer,
  calibration,
  calibration_bucket,
  calibration_value,
  drift_score,
  drift_feature,
  drift_neurons,
  drift_auc,
  coverage,
  hash_load,
  saliency_shift
};
inline constexpr std::size_t finding_kinds = 19;

enum class FindingState : std::uint32_t { none, found, not_enough };

// note: something is superfluous, the scores are as good without it. warning: scores are, or will be, worse than they
// need to be. fault: they are wrong now.
enum class Severity : std::uint32_t { note, warning, fault };

// A number beside the one that was judged, with its interval where there is one.
struct Evidence {
  std::string name;
  double value = undefined, low = undefined, high = undefined;
};

struct Finding {
  FindingKind kind = FindingKind::overfit;
  FindingState state = FindingState::none;
  std::string subject;       // group, layer, feature, bucket, task
  std::string rows_of;       // name of the day or days that it is about
  double value = undefined;  // what was judged
  double low = undefined, high = undefined;
  double threshold = undefined;  // that it was judged by
  std::uint64_t rows = 0, clicks = 0;
  std::vector<std::uint32_t> columns;  // neurons, of a layer
  std::vector<Evidence> evidence;
  std::string text;     // a sentence
  std::string caveat;   // what would make it wrong
  std::string command;  // that acts on it: MODEL, OUT and the names of days stand for files
};

Severity severity_of(FindingKind kind) noexcept;

struct FindingFigures {
  double value = undefined, low = undefined, high = undefined, threshold = undefined;
};
// A finding before it is judged.
Finding finding_of(FindingKind kind, std::string subject, std::string rows_of, std::uint64_t rows, std::uint64_t clicks,
                   const FindingFigures& figures);
// ... that is not: "`what`: `count` `unit`; `needed` are needed", or that its error is not defined.
Finding not_enough(Finding finding, const std::string& what, std::uint64_t count, const char* unit,
                   std::uint64_t needed);
// ... that is.
void decide(Finding& finding, bool found);

}  // namespace clicklens::lens
