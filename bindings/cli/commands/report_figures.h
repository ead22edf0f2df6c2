// What `report` gathers: figures of other commands, and those that only its charts need.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands/drift_reports.h"
#include "commands/inside_reports.h"
#include "commands/reports.h"

namespace clicklens::cli {

struct ReportFigures {
  static constexpr std::array<const char*, 2> split_names = {"train", "test"};

  struct Day {
    std::string file;
    std::size_t split = 0;  // of split_names
  };
  struct Histogram {  // of logits, by label
    double from = 0, width = 0;
    std::array<std::vector<std::uint64_t>, 2> counts;
  };
  struct CalibrationPoint {  // rows of neighbouring scores
    double predicted = 0, observed = 0;
    double low = 0, high = 0;  // 95 % (Wilson): of rows as if independent
    std::uint64_t rows = 0, clicks = 0;
  };
  struct Scores {
    std::array<Histogram, 2> histograms;  // by split; same `from`, `width` and length
    std::array<std::vector<CalibrationPoint>, 2> calibration;
  };
  struct Spread {                           // standard deviations of a layer's neurons, descending, at some ranks
    std::vector<std::uint64_t> ranks;       // from 1
    std::array<std::vector<double>, 2> sd;  // by split
    // Over rows that the network knows all ids of; `known` empty: fewer than two of them.
    std::array<std::uint64_t, 2> known_rows = {0, 0};
    std::array<std::vector<double>, 2> known;
  };
  struct Components {  // rows in the two principal components of the test days' sampled rows
    std::array<double, 2> share = {0, 0};
    std::array<std::vector<std::array<double, 2>>, 2> points;  // by label
  };
  struct Layer {
    NeuronsReport::Layer train, test;
    std::vector<std::size_t> listed;  // neurons worth a line of the table
    clens_layer_change change = CLENS_LAYER_CHANGE_INIT;
    Spread spread;
    Components components;
  };
  struct Evidence {  // not known: NaN
    std::string name;
    double value = 0, low = 0, high = 0;
  };
  struct Finding {  // of a diagnosis
    std::string kind, severity, subject, text, caveat, command;
    std::vector<Evidence> evidence;
    std::uint64_t evidence_left_out = 0;
  };
  struct Diagnosis {
    std::uint64_t checked = 0, not_enough = 0;
    std::vector<Finding> findings;
    std::uint64_t left_out = 0;
  };
  struct Checkpoint {
    std::string file, model, id;
    EvaluateReport metrics;  // by day
    Scores scores;
    std::vector<Layer> layers;
    ProbeReport probe;
    std::string probe_missing;  // why there is none
    SaliencySumsReport saliency;
    std::uint64_t groups_left_out = 0;  // of saliency
    std::vector<DriftReport> drift;     // by test day
    std::string drift_missing;
    std::optional<Diagnosis> diagnosis;
  };
  std::string version, task;
  std::vector<Day> days;
  std::vector<Checkpoint> checkpoints;
};

}  // namespace clicklens::cli
