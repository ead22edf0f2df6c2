// What `diagnose` looked at and found.
#pragma once

#include <clicklens/clicklens.h>

#include <cstdint>
#include <string>
#include <vector>

namespace clicklens::cli {

// By clens_finding_kind, clens_finding_state, clens_severity.
inline constexpr const char* finding_kind_names[] = {"overfit",
                                                     "layer",
                                                     "useless_group",
                                                     "memorising_group",
                                                     "dead",
                                                     "provably_dead",
                                                     "saturated",
                                                     "duplicate",
                                                     "redundant_layer",
                                                     "calibration",
                                                     "calibration_bucket",
                                                     "calibration_group",
                                                     "drift_score",
                                                     "drift_feature",
                                                     "drift_neurons",
                                                     "drift_auc",
                                                     "coverage",
                                                     "hash_load",
                                                     "saliency"};
inline constexpr const char* finding_state_names[] = {"none", "found", "not_enough"};
inline constexpr const char* severity_names[] = {"note", "warning", "fault"};

struct DiagnoseReport {
  struct Evidence {
    std::string name;
    double value = 0, low = 0, high = 0;
  };
  struct Finding {
    std::uint32_t kind = 0, state = 0, severity = 0;
    std::string subject, rows_of, text, caveat, command;
    double value = 0, low = 0, high = 0, threshold = 0;
    std::uint64_t rows = 0, clicks = 0;
    std::vector<std::uint32_t> neurons;
    std::vector<Evidence> evidence;
  };
  std::string id;                              // of the model
  std::string model, task, cluster, group_by;  // cluster: column that errors go by, empty: the request
  std::vector<std::string> train, hold, test;
  std::vector<Finding> checks;  // all that was looked at

  [[nodiscard]] std::size_t count(clens_finding_state state) const {
    std::size_t n = 0;
    for (const Finding& check : checks) n += check.state == static_cast<std::uint32_t>(state) ? 1 : 0;
    return n;
  }
};

}  // namespace clicklens::cli
