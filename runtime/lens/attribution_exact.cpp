// Methods of one or two network rows a candidate: DeepLIFT, the additive identity.
#include <cmath>

#include "lens/attribution_run.h"
#include "lens/undefined.h"

namespace clicklens::lens {

// Shrikumar, Greenside and Kundaje 2017, rescale rule: the network's pairs are each row and its baseline.
base::Status deeplift(const AttributionRun& run) noexcept {
  std::span<double> sums(run.room.sums.data(), run.width());
  AttributionInfo info;
  info.bias = undefined;
  const auto go = [&](std::size_t count) { return run.network.gradients(count); };
  const auto fill = [&](std::size_t row, std::size_t k, float* to) {
    std::copy_n(k == 0 ? run.input(row) : run.baseline(row), run.width(), to);
  };
  const auto use = [&](std::size_t row, std::size_t k, std::size_t at) {
    if (k == 0) {
      info.score = run.network.score(at);
      return;
    }
    info.baseline = run.network.score(at);
    const float* multipliers = run.network.gradient(at - 1);
    std::copy_n(multipliers, sums.size(), sums.begin());
    write_attributions(run, row, run.baseline(row), sums, info);
    run.report(row, info);
  };
  return sweep(run.network, run.rows, 2, go, fill, use);
}

base::Status additive(const AttributionRun& run) noexcept {
  std::span<double> sums(run.room.sums.data(), run.width());
  AttributionInfo info;
  const auto go = [&](std::size_t count) { return run.network.gradients(count); };
  const auto fill = [&](std::size_t row, std::size_t, float* to) { std::copy_n(run.input(row), run.width(), to); };
  const auto use = [&](std::size_t row, std::size_t, std::size_t at) {
    std::copy_n(run.network.gradient(at), sums.size(), sums.begin());
    info.score = run.network.score(at);
    info.baseline = info.bias = run.network.offset(at);
    write_attributions(run, row, run.room.zeros.data(), sums, info);
    double size = std::abs(info.bias) + std::abs(info.rest);
    const std::size_t values = run.ids != nullptr ? run.ids->count(row) : run.columns.count();
    for (std::size_t c = 0; c < values; ++c) size += std::abs(double{run.out(row)[c]});
    const double left = std::abs(info.sum + info.bias - info.score);
    info.gap = left == 0 ? 0 : left / size;
    info.baseline = undefined;
    run.report(row, info);
  };
  run.network.want_offsets(true);
  const base::Status status = sweep(run.network, run.rows, 1, go, fill, use);
  run.network.want_offsets(false);
  return status;
}

}  // namespace clicklens::lens
