// What `drift` and `diff` found.
#pragma once

#include <clicklens/clicklens.h>

#include <string>
#include <vector>

namespace clicklens::cli {

// By clens_drift_kind.
inline constexpr const char* drift_kind_names[] = {"score",  "element",  "ids", "missing", "unknown",
                                                   "neuron", "saliency", "auc", "slope",   "calibration"};
inline constexpr const char* drift_verdict_names[] = {"none", "found", "not_enough"};

struct DriftReport {
  struct Measure {
    std::string name;
    clens_drift_measure figures;
  };
  struct Trace {
    std::string layer;
    std::uint64_t neurons;
    bool moved;
    std::vector<std::string> groups;
    std::vector<double> shifts;
  };
  struct Day {
    std::string file;
    clens_drift_day figures;
  };
  std::vector<std::string> reference;
  std::string live;
  clens_drift_info info = CLENS_DRIFT_INFO_INIT;
  std::vector<Measure> measures;
  std::vector<Trace> traces;
  bool traced = false;    // a model was given
  std::vector<Day> days;  // of the first task; reference, then live
};

}  // namespace clicklens::cli
