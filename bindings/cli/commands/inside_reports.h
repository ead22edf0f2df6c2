// What `neurons` and `probe` found out.
#pragma once

#include <clicklens/clicklens.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace clicklens::cli {

struct NeuronsReport {
  static constexpr std::array<double, 5> probabilities = {0.01, 0.25, 0.5, 0.75, 0.99};

  struct Layer {
    std::string name, op;
    clens_neuron_layer stats;
    std::vector<clens_neuron> neurons;
    std::vector<double> quantiles, low, high;  // neuron * probabilities + i
    std::vector<double> cka;                   // with each layer
  };
  struct Part {
    std::vector<std::string> files;
    std::string cluster;  // column that standard errors go by, empty: none
    clens_counts counts = {0, 0, 0, 0, 0};
    std::vector<Layer> layers;
  };
  struct Comparison {
    Part part;
    std::vector<clens_layer_change> changes;  // by layer, against the reference
  };
  std::string task;
  std::uint32_t count_every = 0;
  Part data;
  std::vector<Comparison> compared;
};

struct ProfileReport {
  static constexpr std::array<double, 5> probabilities = {0.01, 0.25, 0.5, 0.75, 0.99};

  struct Feature {
    std::string name, group;
    clens_profile_feature stats;
    std::vector<clens_neuron> raw;  // dense: its elements
  };
  struct Task {
    std::string name;
    clens_neuron scores;
    std::array<double, 5> quantiles;
  };
  struct Group {
    std::string name;
    double share = 0, share_se = 0;
    clens_neuron saliency;
  };
  struct Layer {
    std::string name;
    std::uint64_t width = 0;
  };
  std::string out, cluster;  // file written; column that errors go by, empty: the request
  std::uint64_t bytes = 0;
  std::vector<std::string> files;
  clens_profile_info info = CLENS_PROFILE_INFO_INIT;
  std::vector<Task> tasks;
  std::vector<Feature> features;
  std::vector<Group> groups;
  std::vector<Layer> layers;
};

struct ProbeReport {
  struct Layer {  // one probed value
    std::string name;
    clens_probe_info info;
  };
  struct Control {  // mean and standard deviation over draws of the AUC; NaN: not run
    double shuffled_fit = 0, shuffled_fit_sd = 0, shuffled_eval = 0, shuffled_eval_sd = 0;
    double task_fit = 0, task_fit_sd = 0, task_eval = 0, task_eval_sd = 0;
    double untrained = 0, untrained_sd = 0;
  };
  struct Step {  // a layer against the one before it
    clens_auc_difference difference;
    std::string adds;  // "yes", "no", "undecided", "not enough data"; in paper mode never "yes"
  };
  struct Figures {
    clens_metrics_result metrics;
    double r2 = 0;
  };
  struct Day {
    std::string file;
    std::uint64_t rows = 0;
    std::vector<Figures> layers;
    std::vector<Step> steps;  // from the second layer on
  };
  struct Concept {  // a target: clicks, a column, or one category of it
    std::string name;
    bool numeric = false;
    std::vector<Layer> layers;
    std::vector<Control> controls;  // by layer; empty: not run
    std::vector<Day> days;
  };
  struct Exit {  // early exit at one layer, against the full model
    std::string file, layer;
    double bound = 0, exited_share = 0, auc_full = 0, auc_exit = 0;
    std::vector<std::uint64_t> k;
    std::vector<double> recall;           // of the full model's best k of a request; NaN: no request has more than k
    std::vector<std::uint64_t> requests;  // that have more than k candidates
    double recall_top_percent = 0;        // of the file's best 1 %
  };
  std::vector<std::string> fit, eval;
  std::string target, cluster, control_column, control_file;
  std::uint64_t fit_rows = 0, validation_rows = 0;
  std::uint32_t draws = 0;
  bool paper_mode = false, in_sample = false;
  std::vector<Concept> concepts;
  std::vector<Exit> exits;
  std::string saved, attached;  // files written
};

}  // namespace clicklens::cli
