#include "lens/probe_sample.h"

#include <algorithm>
#include <cmath>

#include "lens/probe_loss.h"

namespace clicklens::lens {
namespace {

std::vector<double> curvatures(const ProbeObjective& objective, std::span<const double> point) {
  const std::size_t n = objective.data().rows();
  if (objective.task().target == ProbeTarget::number) return std::vector<double>(n, 1.0);
  std::vector<double> h(n, point.back());
  const bool flat = std::all_of(point.begin(), point.end() - 1, [](double w) { return w == 0; });
  if (!flat)
    probe_scores(objective.kernels(), objective.data(), objective.value(), fold(objective.standard(), point), h.data());
  const ProbeTask& task = objective.task();
  for (std::size_t i = 0; i < n; i += loss_block)
    log_curvatures(h.data() + i, task.labels.data() + i, std::min(loss_block, n - i), task.other_weight, h.data() + i);
  return h;
}

}  // namespace

std::vector<DrawnRow> draw_rows(const ProbeObjective& objective, std::span<const double> point, std::size_t draws) {
  const std::vector<double> h = curvatures(objective, point);
  const auto n = static_cast<double>(h.size());
  const double weight = objective.weight();
  std::vector<DrawnRow> drawn;
  if (draws >= h.size()) {
    for (std::size_t i = 0; i < h.size(); ++i)
      if (h[i] > 0) drawn.push_back({i, h[i] / weight, 1 / n});
    return drawn;
  }
  double total = 0;
  for (const double curvature : h) total += curvature;
  const double step = total / static_cast<double>(draws);
  double sum = 0, next = step / 2;
  for (std::size_t i = 0; i < h.size() && step > 0; ++i) {
    sum += h[i];
    double hits = 0;
    for (; next < sum; next += step) ++hits;
    if (hits > 0) drawn.push_back({i, hits * step / weight, hits * step / h[i] / n});
  }
  return drawn;
}

}  // namespace clicklens::lens
