#include "lens/probe_fit.h"

#include <algorithm>
#include <cmath>

namespace clicklens::lens {
namespace {

constexpr std::uint32_t trial_passes = 6, most_passes = 2000;

std::size_t first_rows(std::size_t width) {
  return std::max<std::size_t>(4 * width, 1024);
}
std::size_t refined_rows(std::size_t width) {
  return std::max<std::size_t>(8 * width, 2048);
}

// w = 0 and the intercept that is then the best.
std::vector<double> origin(std::size_t width, const ProbeTask& task) {
  std::vector<double> point(width + 1);
  double sum = 0;
  if (task.target == ProbeTarget::number) {
    for (const float number : task.numbers) sum += double{number};
    point.back() = sum / static_cast<double>(task.numbers.size());
  } else {
    for (const std::uint8_t label : task.labels) sum += label;
    point.back() = std::log(sum / (task.weight() - sum));
  }
  return point;
}

}  // namespace

ProbeFitter::ProbeFitter(const kernels::Table& kernels, const ProbeData& data, std::size_t value)
    : kernels_(kernels), data_(data), value_(value), standard_(standardise(kernels, data, value)) {}

Minimum ProbeFitter::fit(const ProbeTask& task, double lambda, double tolerance, std::vector<double> start) {
  const ProbeObjective objective(kernels_, data_, value_, standard_, task);
  if (start.empty()) start = origin(width(), task);
  if (!curvature_) {
    const bool is_final = task.target == ProbeTarget::number;  // the same everywhere
    curvature_ = Curvature::estimate(objective, start, is_final ? refined_rows(width()) : first_rows(width()));
  }
  Metric metric = curvature_->metric(kernels_, lambda);
  Minimiser search(objective, lambda, tolerance, std::move(start));
  while (!search.done() && search.passes() < most_passes) {
    const double before = search.gradient();
    const std::uint32_t passes = search.passes();
    search.run(metric, trial_passes);
    if (!worth_refining(search, before, search.passes() - passes)) continue;
    curvature_ = Curvature::estimate(objective, search.point(), refined_rows(width()));
    metric = curvature_->metric(kernels_, lambda);
  }
  return search.result();
}

// A new estimate pays when what it costs, in passes, and about a dozen passes are fewer than the passes that the
// present pace would take.
bool ProbeFitter::worth_refining(const Minimiser& search, double gradient_before, std::uint32_t passes) const {
  if (search.done() || width() + 1 > Curvature::whole_columns) return false;
  constexpr double then = 12, gram_over_pass = 0.12;  // time of a product in a Gram matrix over one in a pass
  const double rows = static_cast<double>(std::min(refined_rows(width()), data_.rows()));
  const double cost = 1 + gram_over_pass * rows * static_cast<double>(width()) / static_cast<double>(data_.rows());
  const double pace = std::log(gradient_before / search.gradient()) / static_cast<double>(passes);
  const double left = std::log(search.gradient() / search.tolerance());
  return !(left <= pace * (cost + then));
}

ChosenLambda choose_lambda(const kernels::Table& kernels, ProbeFitter& fitter, const ProbeTask& task,
                           const ProbeData& validation, std::size_t value, const ProbeTask& validation_task,
                           double tolerance) {
  constexpr double candidates[] = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5};
  constexpr double choosing = 1e-6;  // gradient: losses are then known to many more digits than they differ by
  const ProbeObjective objective(kernels, validation, value, fitter.standard(), validation_task);
  ChosenLambda best{0, {}};
  double least = 0;
  std::vector<double> start;
  for (const double lambda : candidates) {
    Minimum minimum = fitter.fit(task, lambda, std::max(choosing, tolerance), std::move(start));
    start = minimum.point;
    const double loss = objective.loss(minimum.point, {});
    if (best.lambda > 0 && !(loss < least)) continue;
    best = {lambda, std::move(minimum)};
    least = loss;
  }
  const std::uint32_t passes = best.minimum.passes;
  best.minimum = fitter.fit(task, best.lambda, tolerance, std::move(best.minimum.point));
  best.minimum.passes += passes;
  return best;
}

}  // namespace clicklens::lens
