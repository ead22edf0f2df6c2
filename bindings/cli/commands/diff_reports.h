// What `diff` found.
#pragma once

#include <clicklens/clicklens.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "commands/diff_figures.h"

namespace clicklens::cli {

struct DiffReport {
  static constexpr std::array<double, 7> probabilities = {0, 0.01, 0.25, 0.5, 0.75, 0.99, 1};

  struct Scores {
    double mean_a = 0, mean_b = 0;                         // probabilities
    double mean_difference = 0, largest_difference = 0;    // |b - a| of probabilities
    std::uint64_t largest_row = 0;                         // from 0
    std::uint64_t equal = 0, non_finite = 0;               // rows of equal bits; rows left out
    double spearman = 0, pearson = 0;                      // of logits
    std::array<double, probabilities.size()> quantiles{};  // of b - a, logits
    std::uint64_t requests = 0, same_first = 0;            // of two candidates or more; those with the same best one
    std::optional<clens_auc_difference> auc;
  };
  struct Layer {  // of both models
    std::string name;
    std::size_t width_a = 0, width_b = 0;
    std::vector<Counterpart> neurons;  // of a's
  };
  struct Group {
    std::string name;
    bool in_a = false, in_b = false;
    ShareChange change;  // both
    double share_a = 0, share_b = 0;
  };
  std::string a, b, cluster;
  std::vector<std::string> files;
  std::uint64_t rows = 0, sampled = 0;
  Scores scores;
  std::vector<std::string> layers_a, layers_b;
  std::vector<double> cka;  // [layer of a][layer of b]
  std::vector<Layer> layers;
  std::vector<Group> groups;
};

}  // namespace clicklens::cli
