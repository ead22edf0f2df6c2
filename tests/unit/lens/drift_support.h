// Days for drift, drawn row by row: users in 64 buckets, each with ways of its own that last.
#pragma once

#include <functional>
#include <random>
#include <vector>

#include "lens/drift.h"

namespace clicklens::testing {

inline constexpr std::size_t drift_buckets = 64;

class DriftRows {
 public:
  explicit DriftRows(std::uint32_t seed);

  // value(user's way, noise)
  using Value = std::function<double(double, double)>;

  lens::DriftColumn column(std::size_t rows, const Value& value);
  // 1 with the given chance, more or less by the user's way.
  lens::Quantity rate(std::size_t rows, double chance);
  // Ids of 64 bins; a share of rows takes bin 0.
  lens::Histogram ids(std::size_t rows, double to_first = 0);
  // Sums of |s|, mean `size` a row.
  std::vector<double> sizes(std::size_t rows, double size);
  // Logits of mean -2 that are right if `slope` is 1 and `shift` 0.
  lens::DriftLabels labels(std::size_t rows, double slope = 1, double shift = 0);
  double uniform() { return std::uniform_real_distribution<double>(0, 1)(random_); }

 private:
  std::mt19937 random_;
  std::vector<double> ways_;
};

}  // namespace clicklens::testing
