// L-BFGS (Liu and Nocedal 1989) whose first metric is a curvature estimate. The objective is strictly convex, so
// the sign of the slope along a line says on which side of its minimum a step ended.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "lens/probe_curvature.h"

namespace clicklens::lens {

struct Minimum {
  std::vector<double> point;  // w and the intercept
  double objective = 0;
  double gradient = 0;       // largest component
  std::uint32_t passes = 0;  // over the rows
  bool converged = false;
};

class Minimiser {
 public:
  // Converged when the gradient's largest component is at most `tolerance`.
  Minimiser(const ProbeObjective& objective, double lambda, double tolerance, std::vector<double> start);

  // Until converged or stuck, or for about `passes` more passes. Steps of earlier runs are remembered.
  void run(const Metric& metric, std::uint32_t passes);

  [[nodiscard]] bool converged() const { return gradient() <= tolerance_; }
  [[nodiscard]] bool done() const { return stuck_ || converged(); }
  [[nodiscard]] double tolerance() const { return tolerance_; }
  [[nodiscard]] double gradient() const;
  [[nodiscard]] std::uint32_t passes() const { return passes_; }
  [[nodiscard]] const std::vector<double>& point() const { return state_.point; }
  [[nodiscard]] Minimum result() const { return {state_.point, state_.objective, gradient(), passes_, converged()}; }

 private:
  struct State {
    std::vector<double> point, gradient;
    double objective = 0;
  };
  struct Pair {
    std::vector<double> step, change;  // of the point, of the gradient
    double inverse_product;
  };

  State at(std::vector<double> point);
  bool move(const std::vector<double>& direction);
  [[nodiscard]] std::vector<double> direction(const Metric& metric) const;
  void remember(const Metric& metric, const State& from);

  const ProbeObjective& objective_;
  double lambda_, tolerance_;
  std::uint32_t passes_ = 0;
  State state_;
  std::deque<Pair> pairs_;  // newest last
  double scale_ = 1;        // of the metric
  bool stuck_ = false;      // rounding hides what is left of the slope
};

}  // namespace clicklens::lens
