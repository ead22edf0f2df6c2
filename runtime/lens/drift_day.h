// What is compared: the traffic of a day (a profile) in plain numbers. Lists of two days that are compared are of equal
// length and mean the same things in the same order.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "lens/drift_clusters.h"

namespace clicklens::lens {

// A number a row, with its counts on the universal edges (neurons_bins.h).
struct DriftColumn {
  Quantity quantity;
  std::vector<std::uint64_t> counts;  // empty: not kept
  double minimum = 0, maximum = 0;
};

// Clicks beside a task's logits.
struct DriftLabels {
  std::vector<std::uint64_t> others, clicks;  // logits on the universal edges
  double mean_logit = 0;                      // of all rows
  Quantity click_rate;
};

struct DriftScore {
  std::string task;
  DriftColumn logit;
  DriftLabels labels;  // no counts: rows have none
};

struct DriftLayer {
  std::string name;
  std::uint32_t value = 0;  // of the model
  std::vector<DriftColumn> columns;
};

struct DriftFeature {
  std::string name, group;
  bool dense = false;
  std::uint32_t id_kinds = 0;         // sparse: how its ids came; histograms are comparable where equal
  Histogram ids;                      // sparse: of ids by hash
  Quantity missing, unknown;          // rates: of rows, of ids; no rows: not known
  std::vector<DriftColumn> elements;  // dense: as they came
};

// Sums of |s| by bucket: a group's share is its sum over all groups'.
struct DriftGroup {
  std::string name;
  std::vector<double> sizes;
};

struct DriftDay {
  std::uint64_t rows = 0;
  std::vector<DriftScore> scores;
  std::vector<DriftLayer> layers;
  std::vector<DriftFeature> features;
  std::vector<DriftGroup> groups;  // empty: no saliency
  std::vector<double> inputs;      // mean of each pooled input column; empty: not kept
};

}  // namespace clicklens::lens
