// Methods that look at a layer y: conductance of its neurons, and gradients of each of them.
#include <cmath>

#include "base/canonical_nan.h"
#include "lens/attribution_run.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

constexpr std::uint32_t usual_steps = 50;

float as_float(double value) noexcept {
  return std::isnan(value) ? base::canonical_nan : static_cast<float>(value);
}

}  // namespace

// Dhamdhere, Sundararajan and Yan 2019, equation 2, as a sum along equal steps: dF/dy at a step's start times the
// change of y, which is the sum over inputs that the equation takes.
base::Status conductance(const AttributionRun& run) noexcept {
  const std::uint32_t steps = run.spec.steps == 0 ? usual_steps : run.spec.steps;
  const std::size_t width = run.stride;
  AttributionRoom& room = run.room;
  AttributionInfo info;
  info.bias = undefined;
  info.steps = steps;
  const auto go = [&](std::size_t count) { return run.network.gradients(count); };
  const auto fill = [&](std::size_t row, std::size_t k, float* to) {
    blend(run.baseline(row), run.input(row), static_cast<double>(k) / steps, run.width(), to);
  };
  const auto use = [&](std::size_t row, std::size_t k, std::size_t at) {
    const float* y = run.network.layer(at);
    if (k == 0) {
      info.baseline = run.network.score(at);
      std::fill_n(room.layer_sums.begin(), width, 0.0);
    } else {
      for (std::size_t c = 0; c < width; ++c)
        room.layer_sums[c] += double{room.layer_gradient[c]} * (double{y[c]} - double{room.layer[c]});
    }
    std::copy_n(y, width, room.layer.begin());
    std::copy_n(run.network.layer_gradient(at), width, room.layer_gradient.begin());
    if (k != steps) return;
    info.score = run.network.score(at);
    info.sum = 0;
    double size = 0;
    for (std::size_t c = 0; c < width; ++c) {
      run.out(row)[c] = as_float(room.layer_sums[c]);
      info.sum += room.layer_sums[c];
      size += std::abs(room.layer_sums[c]);
    }
    const double left = info.score - info.baseline - info.sum;
    info.gap = left == 0 ? 0 : std::abs(left) / size;
    run.report(row, info);
  };
  return sweep(run.network, run.rows, steps + 1, go, fill, use);
}

// Each neuron's gradient is a row of one backward.
base::Status neuron_gradients(const AttributionRun& run) noexcept {
  const std::size_t neurons = run.ids != nullptr ? run.stride : run.stride / run.columns.count();
  AttributionRoom& room = run.room;
  std::size_t begin = 0;
  const auto go = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) room.columns[i] = static_cast<std::uint32_t>((begin + i) % neurons);
    begin += count;
    run.network.spread(room.columns.data());
    const base::Status status = run.network.gradients(count);
    run.network.spread(nullptr);
    return status;
  };
  const auto fill = [&](std::size_t row, std::size_t, float* to) { std::copy_n(run.input(row), run.width(), to); };
  const auto use = [&](std::size_t row, std::size_t neuron, std::size_t at) {
    std::span<double> level(room.draw.data(), run.level_count(row));
    std::fill(level.begin(), level.end(), 0.0);
    run.add_level(row, run.baseline(row), run.network.gradient(at), level.data());
    AttributionInfo ignored;
    const std::size_t values = run.ids != nullptr ? run.ids->count(row) : level.size();
    write_level(run, row, level.data(), run.out(row) + neuron * values, ignored);
  };
  AttributionInfo info;
  info.score = info.baseline = info.sum = info.bias = info.gap = info.rest = undefined;
  for (std::size_t row = 0; row < run.rows; ++row) run.report(row, info);
  return sweep(run.network, run.rows, neurons, go, fill, use);
}

}  // namespace clicklens::lens
