#include "lens/faithfulness.h"

#include <cmath>

#include "base/canonical_nan.h"
#include "base/checksum.h"
#include "lens/draws.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

constexpr std::uint32_t usual_perturbations = 10, most_perturbations = 1u << 20;
constexpr double usual_size = 0.1;

}  // namespace

Status check_faithfulness(std::size_t width, const AttributionSpec& attribution, FaithfulnessSpec& spec) noexcept {
  if (spec.kind > Faithfulness::sensitivity_max) return Status::error(Code::invalid_argument, "check.kind: unknown");
  if (attribution.method == AttributionMethod::conductance ||
      attribution.method == AttributionMethod::neuron_gradients || attribution.gradients_only)
    return Status::error(Code::unsupported, "spec.method: attributes to no input columns");
  if (!(spec.size >= 0) || !std::isfinite(spec.size))
    return Status::error(Code::invalid_argument, "check.size: must be 0 or more");
  if (spec.size == 0) spec.size = usual_size;
  if (width == 0 || spec.perturbations.size() % width != 0)
    return Status::error(Code::invalid_argument, "check.perturbations: %zu floats are no rows of %zu",
                         spec.perturbations.size(), width);
  const std::size_t given = spec.perturbations.size() / width;
  if (spec.draws > most_perturbations || given > most_perturbations ||
      (given != 0 && spec.draws != 0 && spec.draws != given))
    return Status::error(Code::invalid_argument, "check.draws: %u, with %zu perturbations, allowed %u", spec.draws,
                         given, most_perturbations);
  spec.draws = given != 0 ? static_cast<std::uint32_t>(given) : spec.draws == 0 ? usual_perturbations : spec.draws;
  if (given != 0 || attribution.spreads.size() == width) return {};
  return Status::error(Code::invalid_argument, "spec.spreads: %zu for %zu input columns", attribution.spreads.size(),
                       width);
}

void perturbation(const FaithfulnessSpec& spec, const AttributionRun& run, std::size_t row, std::size_t draw,
                  float* to) noexcept {
  const std::size_t width = run.width();
  if (!spec.perturbations.empty()) {
    std::copy_n(spec.perturbations.data() + draw * width, width, to);
    return;
  }
  const Draws draws(spec.seed, base::xxh3_64(std::as_bytes(std::span(run.input(row), width))));
  for (std::size_t c = 0; c < width; ++c) {
    const double size = spec.size * double{run.room.spreads[c]};
    to[c] = spec.kind == Faithfulness::infidelity ? draws.normal(draw * width + c, size)
                                                  : draws.uniform(draw * width + c, static_cast<float>(size));
  }
}

Status infidelity(const FaithfulnessSpec& spec, FaithfulnessRoom& room, const AttributionRun& run,
                  float* out) noexcept {
  const std::size_t width = run.width();
  PooledNetwork& network = *room.network;
  double score = 0, sum = 0;
  const auto go = [&](std::size_t count) { return network.scores(count); };
  const auto fill = [&](std::size_t row, std::size_t k, float* to) {
    const float* x = run.input(row);
    if (k == 0) return static_cast<void>(std::copy_n(x, width, to));
    perturbation(spec, run, row, k - 1, to);
    for (std::size_t c = 0; c < width; ++c) to[c] = x[c] - to[c];
  };
  const auto use = [&](std::size_t row, std::size_t k, std::size_t at) {
    if (k == 0) {
      score = network.score(at);
      sum = 0;
      return;
    }
    float* d = room.moved.data();
    perturbation(spec, run, row, k - 1, d);
    double foretold = 0;
    for (std::size_t c = 0; c < width; ++c) foretold += double{d[c]} * double{run.out(row)[c]};
    const double missed = foretold - (score - network.score(at));
    sum += missed * missed;
    if (k == spec.draws) out[row] = std::isnan(sum) ? base::canonical_nan : static_cast<float>(sum / spec.draws);
  };
  return sweep(network, run.rows, spec.draws + 1, go, fill, use);
}

}  // namespace clicklens::lens
