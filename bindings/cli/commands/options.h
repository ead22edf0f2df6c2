// What each command was asked to do: filled by main.cpp, read by the commands.
#pragma once

#include <clicklens/clicklens.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/block_reader.h"

namespace clicklens::cli {

// By clens_precision.
inline const std::vector<std::string> precision_names = {"f32", "int8", "bf16", "recommended"};

struct CostOptions {
  std::size_t candidates = 1, requests = 0, ids = 1;  // requests 0: every candidate is its own
  std::string roofline;                               // file; empty: no times
};

struct InspectOptions {
  std::string model;
  bool verify = false, self_test = false, cost = false;
  clens_graph_format graph = CLENS_GRAPH_DOT;  // of inspect_graph
  CostOptions costs;
};

struct ScoreOptions {
  std::string model, out = "-";
  std::vector<std::string> data;
  ReadOptions read;
  unsigned threads = 1;
  clens_precision precision = CLENS_PRECISION_F32;
  std::vector<std::string> full_precision;  // values of linears that stay in float32
  bool json = false;
};

struct EvaluateOptions {
  std::string model, task;
  std::vector<std::string> data;
  ReadOptions read;
  double negative_rate = 1.0;
  bool correct_scores = false;
  clens_precision precision = CLENS_PRECISION_F32;  // else: what this one costs, and nothing more
  double auc_loss = 0.0005;
  unsigned threads = 1;
};

struct SaliencyOptions {
  std::string model, task;
  std::vector<std::string> data, reference;
  ReadOptions read;
  clens_saliency_method method = CLENS_SALIENCY_CENTRED;
  clens_saliency_target target = CLENS_TARGET_LOGIT;
  std::uint64_t row = 0;  // from 1; 0: all rows, by group
  unsigned threads = 1;
  std::vector<std::string> train, test, by;  // by: "day", "label", "score", "column:NAME"
};

struct AttributeOptions {
  std::string model, task, layer;  // layer: of conductance, neuron-gradients
  std::string neuron;              // target NEURON: a value, and
  std::size_t neuron_column = 0;   // its column
  std::vector<std::string> data, reference;
  ReadOptions read;
  clens_attribution_method method = CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS;
  clens_saliency_level by = CLENS_LEVEL_GROUP;
  clens_saliency_target target = CLENS_TARGET_LOGIT;
  bool zero_baseline = false;  // else the mean of the reference rows
  std::uint32_t steps = 50, draws = 50;
  std::uint64_t seed = 0;
  double tolerance = 0, noise = 0.1;
  std::uint64_t row = 0;                           // from 1; 0: all rows
  std::size_t top = 30;                            // ids that are named; 0: all
  std::vector<std::string> train, test, rows_by;   // rows_by: as SaliencyOptions::by
  std::optional<clens_faithfulness> faithfulness;  // measured beside the parts
};

struct ImportanceOptions {
  std::string model, task;
  std::vector<std::string> data, train;  // train: days the network was trained on; empty: no contrast
  ReadOptions read;
  clens_importance_method method = CLENS_IMPORTANCE_PERMUTATION;
  std::uint32_t draws = 5;
  std::uint64_t seed = 1;
  unsigned threads = 1;
};

struct NeuronsOptions {
  std::string model, task;
  std::vector<std::string> data, compare, layers;
  ReadOptions read;
  std::uint32_t count_every = 4, sample_rows = 4096;
  bool prove = false;
  bool errors = true;  // standard errors where rows cluster: 40 KiB a neuron
};

struct DriftOptions {
  std::vector<std::string> profiles;  // the reference's, then the live one
  std::string model, prometheus;      // empty: not traced, not written
};

inline constexpr std::size_t diagnosed_block_rows = 65536;  // groups are permuted within a block

struct DiagnoseOptions {
  std::string model, task;
  std::vector<std::string> train, hold, test;
  ReadOptions read;
  std::uint32_t draws = 5;
  std::uint64_t seed = 1;
  unsigned threads = 1;
};

struct DiffOptions {
  std::string a, b, task;
  std::vector<std::string> data;
  ReadOptions read;
  std::uint32_t sample_rows = 4096;
};

struct ProfileOptions {
  std::string model, task, out, means_of;
  std::vector<std::string> data, layers, reference;
  ReadOptions read;
  std::uint32_t every = 1, count_every = 4, sample_rows = 1024;
  std::uint64_t first_row = 0;
  bool neurons = true, saliency = false;
};

struct MergeOptions {
  std::string out;
  std::vector<std::string> profiles;
};

struct ProbeOptions {
  std::string model, target, save, attach, exit_layer;
  std::vector<std::string> fit, eval, layers;
  ReadOptions read;
  double lambda = 0;  // 0: chosen on a part of the fit rows' users
  double negative_rate = 1.0;
  double exit_bound = 0;
  double user_share = 1.0;   // of the fit data's users, drawn by hash
  std::uint32_t draws = 10;  // of the controls; 0: none
  std::uint32_t top = 5;     // categories of a concept
  std::uint64_t seed = 1;
  bool in_sample = false;
};

struct RefineOptions {
  std::string model, out, task, cut_at;
  std::vector<std::string> drop, means;  // groups; files that their means come from (empty: learn)
  std::vector<std::string> learn, data;  // files that edits learn from; days to hold both models against
  bool prune_proven = false, fold = false;
  std::uint32_t prune = 0;  // CLENS_PRUNE_*
  double weak_below = 0.01;
  std::optional<clens_calibration_method> calibrate;
  std::optional<std::uint32_t> rows;         // clens_row_type
  std::vector<std::string> only;             // tables; empty: all
  std::optional<clens_precision> precision;  // to recommend
  double auc_loss = 0.0005;
  ReadOptions read;
  double negative_rate = 1.0;
  unsigned threads = 1;
};

struct RecordOptions {
  std::string model, out, labels_out;  // labels_out: file for labels and keys; empty: none
  std::vector<std::string> data;
  ReadOptions read;
  double sample_rate = 1.0;
  std::uint64_t file_bytes = std::uint64_t{64} << 20;
  std::uint32_t files = 1000000;
  unsigned threads = 1;
  bool scores = true;
};

struct DeltaOptions {
  std::vector<std::string> models;  // the base; to make one: the result, too
  std::string info, apply, out;     // deltas to describe or to apply; file to write
  double limit = 0.1;               // of the result's bytes that a delta may carry
};

struct ReplayOptions {
  std::string model, task, score_out;  // score_out: file for scores; empty: none
  std::vector<std::string> data;
  ReadOptions read;
  bool check = false, neurons = false;
  double negative_rate = 1.0;
  unsigned threads = 1;
};

struct SynthOptions {
  std::uint64_t days = 1, rows = 20000, seed = 1, drift_day = 0;
  std::string out;
  bool noise = true, memo = true, gzip = false;
};

struct RooflineOptions {
  std::size_t memory_mib = 0;  // 0: chosen
};

struct ReportOptions {
  std::vector<std::string> models, train, test;
  std::vector<std::string> diagnoses;  // files of `diagnose --json`, one per model; empty: made now
  std::string out, task;               // out empty: no page is written
  ReadOptions read;
  std::uint32_t draws = 3;  // of the probes' controls
  unsigned threads = 1;
};

struct BenchOptions {
  std::string model;
  std::size_t candidates = 100, ids = 1, runs = 2000;
  bool roofline = false;  // of the machine instead of a model
};

}  // namespace clicklens::cli
