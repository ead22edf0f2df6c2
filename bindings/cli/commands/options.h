// What each command was asked to do: filled by main.cpp, read by the commands.
#pragma once

#include <clicklens/clicklens.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/block_reader.h"

namespace clicklens::cli {

struct InspectOptions {
  std::string model;
  bool verify = false;
};

struct ScoreOptions {
  std::string model, out = "-";
  std::vector<std::string> data;
  ReadOptions read;
  unsigned threads = 1;
  bool json = false;
};

struct EvaluateOptions {
  std::string model, task;
  std::vector<std::string> data;
  ReadOptions read;
  double negative_rate = 1.0;
  bool correct_scores = false;
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
};

struct SynthOptions {
  std::uint64_t days = 1, rows = 20000, seed = 1, drift_day = 0;
  std::string out;
  bool noise = true, memo = true, gzip = false;
};

struct BenchOptions {
  std::string model;
  std::size_t candidates = 100, ids = 1, runs = 2000;
};

}  // namespace clicklens::cli
