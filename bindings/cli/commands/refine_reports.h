// What `refine` did, and what it did to the scores.
#pragma once

#include <clicklens/clicklens.h>

#include <optional>
#include <string>
#include <vector>

#include "commands/reports.h"

namespace clicklens::cli {

struct RefineReport {
  struct Edit {
    std::string name, text;
    std::uint64_t removed = 0;
    bool same_bits = false;
  };
  struct Table {
    std::string name, from, to;
    std::uint64_t bytes_before, bytes_after;
    double largest_error;  // of one number
    std::uint64_t largest_error_row;
  };
  struct Calibration {
    std::string method;
    clens_calibration_fit fit = CLENS_CALIBRATION_FIT_INIT;
  };
  struct Side {  // one of the two models
    std::uint64_t non_finite = 0;
    double auc = 0, logloss = 0, calibration = 0;  // NaN: no labels
    double us = 0;                                 // a request: the median block's
  };
  struct Day {
    std::string file, cluster;
    std::uint64_t rows = 0, clicks = 0, requests = 0, equal = 0;  // equal: rows of equal bits
    double largest_difference = 0;                                // of probabilities
    Side before, after;
    std::optional<clens_auc_difference> auc;  // after - before, paired and clustered
  };
  std::string file, out;
  std::uint64_t size_before = 0, size_after = 0;              // of the files
  std::uint64_t parameters_before = 0, parameters_after = 0;  // numbers in tables and constants
  std::vector<std::string> learned_from;
  std::vector<Edit> edits;
  std::vector<Table> tables;
  std::optional<Calibration> calibration;
  std::optional<PrecisionReport> precision;  // what the recommended one rests on
  std::vector<Day> days;
};

}  // namespace clicklens::cli
