// What the commands found out: plain figures, printed as text or JSON by print/.
#pragma once

#include <clicklens/clicklens.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace clicklens::cli {

inline constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

struct InspectReport {
  struct Feature {
    std::string name, group, kind, scope, column;
    bool required, weighted;
    std::uint64_t width, rows, max_length;
  };
  struct Table {
    std::string name, type;
    std::uint64_t rows, dim, bytes;
  };
  struct Layer {
    std::string name, op, scope;
    std::uint64_t width;
  };
  struct Pair {
    std::string key, value;
  };
  struct Node {
    std::string name, op, run, output, scope, feature, table;  // feature, table: empty where it reads none
    std::vector<std::string> inputs;                           // names of values
    std::uint64_t fields = 0, width = 0;                       // of the value it makes: its shape
    std::uint64_t request_columns = 0, candidate_columns = 0, pair_columns = 0;
    std::uint64_t parameters = 0, parameter_bytes = 0;
    clens_node_cost alone, shared;  // of a candidate alone; of a request of `shared_candidates`
  };
  struct Cost {
    std::uint64_t candidates = 1, requests = 0, ids = 1;
    bool timed = false;
    clens_cost cost = CLENS_COST_INIT;
  };
  std::string file, name, id, isa, library;
  std::uint32_t arithmetic_version = 0;
  std::uint64_t file_size = 0, parameters = 0, nodes = 0;
  std::string segments, self_test;  // where asked for: "ok", or "none" stored
  std::vector<Feature> features;
  std::vector<std::string> groups, outputs;
  std::vector<Table> tables;
  std::vector<Layer> layers;
  std::vector<Node> operators;
  std::uint64_t shared_candidates = 0;
  clens_node_cost alone, shared;  // sums of the nodes'
  std::vector<Pair> metadata;
  std::optional<Cost> cost;
};

struct ScoreReport {
  struct File {
    std::string file;
    std::uint64_t rows;
  };
  std::string out;
  std::vector<File> files;
  std::uint64_t rows = 0;
  clens_counts counts = {0, 0, 0, 0, 0};
  double seconds = 0;
};

struct EvaluateReport {
  struct Day {
    std::string file, cluster;  // cluster: the column standard errors go by, empty: rows
    clens_metrics_result metrics;
    clens_counts counts;
  };
  std::vector<Day> days;
};

struct PrecisionReport {
  struct Linear {
    std::string name;
    clens_precision_linear figures;
  };
  struct Day {
    std::string file;
    clens_precision_result result = CLENS_PRECISION_RESULT_INIT;
    std::vector<Linear> linears;
  };
  std::string precision;
  double auc_loss = 0;
  std::vector<Day> days;
};

struct SaliencyReport {
  struct Group {
    std::string name;
    double share, mean_absolute, mean, sd, coverage;
  };
  struct Day {
    std::string file;
    std::uint64_t rows;
    clens_counts counts;
    std::vector<Group> groups;
  };
  std::string method, target, task;
  std::vector<std::string> reference;  // files of the means, empty: none are used
  bool own_reference = false;          // the reference is the data themselves
  std::vector<Day> days;
};

// What `attribute` was asked.
struct AttributeHead {
  std::string method, target, task, layer;  // target: "logit", "probability" or a neuron's name; empty: neurons' own
  std::string baseline;                     // "mean", "zero", "rows" (each reference row in turn), empty: none
  std::vector<std::string> reference;       // files of its rows
  bool own_reference = false;               // the reference is the data themselves
};

struct AttributeReport : AttributeHead {
  struct Column {            // a group, a feature, a dimension, a neuron, or an id
    std::string name;        // empty: what no id carries
    std::string neuron;      // of neuron-gradients: whose gradients these are
    std::string feature;     // of an id
    std::uint64_t rows = 0;  // that have it
    double share = 0, mean_absolute = 0, mean = 0, sd = 0;
    double error = 0;  // Monte-Carlo standard error of `mean`; NaN: the method draws nothing
  };
  struct Day {
    std::string file;
    std::uint64_t rows = 0, ids = 0;  // ids: different ones
    clens_counts counts = {0, 0, 0, 0, 0};
    double score = 0, baseline = 0, sum = 0, bias = 0;  // means over the rows; NaN: the method has none
    double gap_mean = 0, gap_largest = 0;
    std::uint32_t steps_largest = 0;
    double unfaithful_mean = 0, unfaithful_largest = 0;
    std::vector<Column> columns;
  };
  std::string by;
  std::string faithfulness;  // "infidelity", "sensitivity"; empty: not measured
  std::vector<Day> days;
};

struct SaliencySumsReport {
  struct Part {  // rows that have a value in common
    std::string split, by,
        value;  // split: "train", "test", or "data"; by: "all", "day", "label", "score", "column:NAME"
    std::uint64_t rows = 0, non_finite = 0;
    std::vector<clens_group_saliency> groups;
  };
  std::string method, target, task, cluster;
  std::vector<std::string> groups, reference;
  bool own_reference = false;
  std::vector<Part> parts;
  std::vector<clens_share_contrast> contrasts;  // test against train, by group; empty: there are not both
};

// A contrast is a finding where its interval lies outside of this.
inline constexpr double small_log_ratio = 0.1;
inline bool is_finding(const clens_share_contrast& c) {
  return c.low > small_log_ratio || c.high < -small_log_ratio;
}

struct ImportanceReport {
  struct Day {
    std::string file, cluster;
    std::uint64_t rows = 0;
    bool train = false;
    std::vector<clens_group_importance> groups;
  };
  struct Contrast {  // a training day less a day of DATA, by group
    std::string train, hold;
    std::vector<clens_importance_difference> groups;
  };
  std::string task;
  bool ablation = false;  // else permutation, of `draws` by `seed`
  std::uint32_t draws = 0;
  std::uint64_t seed = 0;
  std::vector<std::string> groups;
  std::vector<Day> days;
  std::vector<Contrast> contrasts;
};

struct ExplainReport {
  struct Id {
    std::string text;
    double value;
  };
  struct Feature {
    std::string name, group;
    double value;
    std::vector<std::string> texts;  // the cell; empty: missing
    std::vector<Id> ids;             // of sparse features
  };
  struct Group {
    std::string name;
    double value;
  };
  std::string file, method, target, task;
  std::uint64_t row = 0;
  double logit = 0, probability = 0;
  std::vector<std::string> reference;
  bool own_reference = false;
  std::vector<Group> groups;
  std::vector<Feature> features;
};

struct AttributeRowReport : AttributeHead {
  std::string file;
  std::uint64_t row = 0;
  clens_attribution_info info = {};
  std::vector<ExplainReport::Group> groups;
  std::vector<ExplainReport::Feature> features;
};

struct RecordReport {
  std::string out;  // prefix of the files
  clens_recorder_stats stats = CLENS_RECORDER_STATS_INIT;
  std::uint64_t rows = 0, labelled = 0;  // read; in the file of labels
};

struct DeltaReport {
  enum class What : std::uint8_t { made, described, applied };
  What what = What::described;
  std::string delta, base, out;  // files; out: what was applied to the base, written
  clens_delta_info info = CLENS_DELTA_INFO_INIT;
};

struct ReplayReport {
  struct File {
    std::string file, model;  // id of the model that scored
    bool same_model = false;
    double sample_rate = 1;
    std::uint64_t records = 0, rows = 0, corrupted = 0, skipped_bytes = 0, torn_bytes = 0;
  };
  struct Check {
    std::uint64_t rows = 0, different = 0;  // compared with what was recorded; not the same
    std::uint64_t unchecked = 0;            // no scores recorded, or of a session whose scores are its own
    double largest_difference = 0;
  };
  std::string model;
  std::vector<File> files;
  std::optional<Check> check;
  std::optional<EvaluateReport> metrics;
  std::string score_out;
};

struct SynthReport {
  struct Day {
    std::string file;
    std::uint64_t rows, clicks;
    bool drifted;
  };
  std::vector<Day> days;
};

struct RooflineReport {
  std::string isa;
  clens_roofline roofline = CLENS_ROOFLINE_INIT;
};

struct BenchReport {
  std::string isa;
  std::uint64_t candidates = 0, ids = 0, runs = 0, session_bytes = 0;
  double p50_us = 0, p99_us = 0, rows_per_second = 0;
};

}  // namespace clicklens::cli
