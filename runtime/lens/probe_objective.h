// What a probe minimises, over standardised inputs u = (x - mean) / sd without ever forming them:
//   sum of weighted losses / sum of weights + lambda / 2 |w|^2
// A point is w followed by the intercept. One evaluation is one pass over the rows.
#pragma once

#include <span>
#include <vector>

#include "format/probe_desc.h"
#include "lens/probe_data.h"

namespace clicklens::lens {

using format::ProbeTarget;

// Mean and sd (divisor: rows) of each column. Columns with sd <= 1e-6 x the largest have `inverse` 0: their u is 0.
struct Standard {
  std::vector<double> mean, sd, inverse;
};
Standard standardise(const kernels::Table& kernels, const ProbeData& data, std::size_t value);

// What is to be predicted of each row.
struct ProbeTask {
  ProbeTarget target = ProbeTarget::label;
  std::span<const std::uint8_t> labels;
  std::span<const float> numbers;
  double other_weight = 1;  // of a non-click; a click's is 1

  [[nodiscard]] double weight() const noexcept;  // sum over all rows
};

// A point as it applies to x: score = bias + sum of x * weights.
struct FoldedPoint {
  std::vector<double> weights;
  double bias = 0;
};
FoldedPoint fold(const Standard& standard, std::span<const double> point);

class ProbeObjective {
 public:
  ProbeObjective(const kernels::Table& kernels, const ProbeData& data, std::size_t value, const Standard& standard,
                 const ProbeTask& task);

  // The mean loss alone; with `gradient` (as long as the point) its gradient too.
  double loss(std::span<const double> point, std::span<double> gradient) const;
  // loss() and the penalty.
  double evaluate(std::span<const double> point, double lambda, std::span<double> gradient) const;

  [[nodiscard]] std::size_t size() const noexcept { return width_ + 1; }
  [[nodiscard]] const kernels::Table& kernels() const noexcept { return *kernels_; }
  [[nodiscard]] const ProbeData& data() const noexcept { return *data_; }
  [[nodiscard]] std::size_t value() const noexcept { return value_; }
  [[nodiscard]] const Standard& standard() const noexcept { return *standard_; }
  [[nodiscard]] const ProbeTask& task() const noexcept { return *task_; }
  [[nodiscard]] double weight() const noexcept { return weight_; }

 private:
  const kernels::Table* kernels_;
  const ProbeData* data_;
  std::size_t value_, width_;
  const Standard* standard_;
  const ProbeTask* task_;
  double weight_;
};

// The scores of all rows.
void probe_scores(const kernels::Table& kernels, const ProbeData& data, std::size_t value, const FoldedPoint& point,
                  double* scores);

}  // namespace clicklens::lens
