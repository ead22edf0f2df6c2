// Spread of neurons over the rows that a network knows all ids of. Unknown ids are often zero vectors, which draw the
// spread of test days together whether or not a network is over-fitted; these rows have none.
#pragma once

#include <cstdint>
#include <vector>

#include "commands/inside_reports.h"
#include "engine/engine.h"

namespace clicklens::cli {

class KnownSpread {
 public:
  // `values`: of the layers; two layers may name one value.
  KnownSpread(const Model& model, const std::vector<std::size_t>& values);

  // Counts the block's rows of which every sparse feature has a known id, as `diagnose` does.
  void add(const Block& block);
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  // Standard deviation (n - 1) of each of the layer's columns; NaN: fewer than two finite values.
  [[nodiscard]] std::vector<double> sds(std::size_t layer) const;

 private:
  struct Column {  // Welford's sums
    double count = 0, mean = 0, squares = 0;
  };
  struct Value {
    std::size_t index = 0;
    std::vector<Column> columns;
    std::vector<float> captured;
  };
  void run(const clens_batch& batch);
  void count(const Block& block, std::size_t row);

  std::vector<bool> sparse_;        // by feature
  std::vector<Value> values_;       // each once
  std::vector<std::size_t> value_;  // of values_, by layer
  std::vector<std::uint8_t> covered_;
  std::vector<clens_capture> captures_;
  Session session_;
  std::uint64_t rows_ = 0;
};

}  // namespace clicklens::cli
