// The Hessian of an objective's loss at some point, estimated from some thousand rows. It turns gradients into
// steps, for which an estimate is enough: with m rows and d columns its eigenvalues are within about
// (1 +- sqrt(d / m))^2 of the true ones. Rows are drawn with a probability proportional to their curvature, by
// systematic sampling (Madow 1949): drawn evenly, rows that hardly bend the loss would be most of the sample,
// and twice the rows would do no better.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "lens/cholesky.h"
#include "lens/probe_objective.h"

namespace clicklens::lens {

// Approximately the inverse of loss Hessian + penalty.
class Metric {
 public:
  void apply(std::span<double> gradient) const;

 private:
  friend class Curvature;
  std::optional<Cholesky> whole_;
  std::vector<double> inverse_diagonal_;  // where there is no factor
};

class Curvature {
 public:
  // Columns up to which the whole matrix is kept; beyond, its diagonal.
  static constexpr std::size_t whole_columns = 1500;

  // From `rows` draws, or from all rows where that is as cheap.
  static Curvature estimate(const ProbeObjective& objective, std::span<const double> point, std::size_t rows);

  [[nodiscard]] Metric metric(const kernels::Table& kernels, double lambda) const;

 private:
  void repair(std::span<const double> second_moments);

  std::size_t size_ = 0;   // columns and the intercept, which is last
  std::vector<double> h_;  // upper triangle, or the diagonal
  bool whole_ = false;
};

}  // namespace clicklens::lens
