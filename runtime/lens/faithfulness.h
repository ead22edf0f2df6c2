// How much attributions phi of input columns can be trusted, by perturbing the pooled inputs x (Yeh et al. 2019):
//   infidelity        mean over draws of (d . phi(x) - (F(x) - F(x - d)))^2: what phi misses of the score's change
//   sensitivity-max   max over draws of |phi(x) - phi(x + d)| / |phi(x)|, Euclidean: how far phi moves for little
#pragma once

#include <cmath>
#include <vector>

#include "lens/attribution_run.h"

namespace clicklens::lens {

enum class Faithfulness : std::uint32_t { infidelity = 0, sensitivity_max = 1 };

struct FaithfulnessSpec {
  Faithfulness kind = Faithfulness::infidelity;
  std::uint32_t draws = 0;  // 0: 10
  std::uint64_t seed = 0;
  // Of a draw, by a group's deviation (AttributionSpec::spreads): infidelity's is normal with this deviation,
  // sensitivity's uniform up to it. 0: 0.1
  double size = 0;
  std::span<const float> perturbations;  // draws x input columns, as they are; empty: random
};

struct FaithfulnessRoom {
  PooledNetwork* network = nullptr;  // that scores moved rows: the method's own may take its rows in pairs
  std::vector<float> attributions, moved, inputs;  // rows x input columns
  std::vector<double> size, most;                  // by row

  void make(std::size_t rows, std::size_t width) {
    for (auto* floats : {&attributions, &moved, &inputs}) floats->resize(rows * width);
    for (auto* doubles : {&size, &most}) doubles->resize(rows);
  }
};

base::Status check_faithfulness(std::size_t width, const AttributionSpec&, FaithfulnessSpec&) noexcept;

// The d of a row's draw, to `to`. `spreads`: of the row's groups (AttributionRoom::spreads).
void perturbation(const FaithfulnessSpec&, const AttributionRun&, std::size_t row, std::size_t draw,
                  float* to) noexcept;

base::Status infidelity(const FaithfulnessSpec&, FaithfulnessRoom&, const AttributionRun&, float* out) noexcept;

// `explain` attributes a run's rows; `run` writes to room.attributions.
template <class Explain>
base::Status sensitivity_max(const FaithfulnessSpec& spec, FaithfulnessRoom& room, const AttributionRun& run,
                             Explain explain, float* out) noexcept {
  const std::size_t width = run.width();
  const auto norm = [width](const float* a, const float* b) {
    double sum = 0;
    for (std::size_t c = 0; c < width; ++c) {
      const double away = double{a[c]} - (b == nullptr ? 0.0 : double{b[c]});
      sum += away * away;
    }
    return std::sqrt(sum);
  };
  std::fill_n(room.most.begin(), run.rows, 0.0);
  AttributionRun moved = run;
  moved.inputs = room.inputs.data();
  moved.values = room.moved.data();
  for (std::size_t draw = 0; draw < spec.draws; ++draw) {
    for (std::size_t row = 0; row < run.rows; ++row) {
      float* to = room.inputs.data() + row * width;
      perturbation(spec, run, row, draw, to);
      for (std::size_t c = 0; c < width; ++c) to[c] += run.input(row)[c];
    }
    CLENS_TRY(explain(moved));
    for (std::size_t row = 0; row < run.rows; ++row)
      room.most[row] = std::max(room.most[row], norm(moved.out(row), run.out(row)));
  }
  for (std::size_t row = 0; row < run.rows; ++row)
    out[row] = static_cast<float>(room.most[row] == 0 ? 0 : room.most[row] / norm(run.out(row), nullptr));
  return {};
}

template <class Explain>
base::Status measure_faithfulness(const FaithfulnessSpec& spec, const AttributionColumns& groups,
                                  FaithfulnessRoom& room, const AttributionRun& run, Explain explain,
                                  float* out) noexcept {
  CLENS_TRY(explain(run));
  if (spec.perturbations.empty()) group_spreads(run, groups);
  return spec.kind == Faithfulness::infidelity ? infidelity(spec, room, run, out)
                                               : sensitivity_max(spec, room, run, explain, out);
}

}  // namespace clicklens::lens
