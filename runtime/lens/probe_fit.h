// Fitting one value's probe, again and again: for several lambdas, and for the labels of controls. What does not
// depend on them is made once: means and sds, and the curvature that turns gradients into steps.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "lens/probe_minimise.h"

namespace clicklens::lens {

class ProbeFitter {
 public:
  ProbeFitter(const kernels::Table& kernels, const ProbeData& data, std::size_t value);

  // Of `task` over all rows of the data. `start` (a point near the minimum) may be empty.
  Minimum fit(const ProbeTask& task, double lambda, double tolerance, std::vector<double> start = {});

  [[nodiscard]] const Standard& standard() const { return standard_; }

 private:
  [[nodiscard]] std::size_t width() const { return data_.width(value_); }
  [[nodiscard]] bool worth_refining(const Minimiser& search, double gradient_before, std::uint32_t passes) const;

  const kernels::Table& kernels_;
  const ProbeData& data_;
  std::size_t value_;
  Standard standard_;
  std::optional<Curvature> curvature_;
};

// The lambda of 1e-1 .. 1e-5 whose fit has the smallest loss on `validation`, and that fit.
struct ChosenLambda {
  double lambda;
  Minimum minimum;
};
ChosenLambda choose_lambda(const kernels::Table& kernels, ProbeFitter& fitter, const ProbeTask& task,
                           const ProbeData& validation, std::size_t value, const ProbeTask& validation_task,
                           double tolerance);

}  // namespace clicklens::lens
