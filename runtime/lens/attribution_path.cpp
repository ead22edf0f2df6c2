// Integrated gradients: Sundararajan, Taly and Yan 2017, equation 1, by Gauss-Legendre quadrature.
#include <cmath>

#include "lens/attribution_run.h"
#include "lens/gauss_legendre.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

constexpr std::uint32_t usual_path_steps = 50;

// Rows `which` with so many steps; those whose gap is too large stay in `which`. Beside its nodes each row sends its
// two ends, whose scores the gap needs.
class Path {
 public:
  Path(const AttributionRun& run, std::uint32_t steps) noexcept
      : run_(run),
        steps_(steps),
        nodes_(run.room.nodes.data(), steps),
        weights_(run.room.weights.data(), steps),
        sums_(run.room.sums.data(), run.width()) {
    gauss_legendre(nodes_, weights_);
  }

  base::Status integrate(std::span<std::uint32_t>& which) noexcept {
    std::size_t kept = 0;
    const auto go = [&](std::size_t count) { return run_.network.gradients(count); };
    const auto fill = [&](std::size_t i, std::size_t k, float* to) {
      const double alpha = k == 0 ? 1 : k == 1 ? 0 : nodes_[k - 2];
      blend(run_.baseline(which[i]), run_.input(which[i]), alpha, run_.width(), to);
    };
    const auto use = [&](std::size_t i, std::size_t k, std::size_t at) {
      add(k, at);
      if (k != steps_ + 1) return;
      // Rows of one chunk are read behind each other, so what is kept is never ahead of what is read.
      const std::uint32_t row = which[i];
      if (finish(row)) which[kept++] = row;
    };
    CLENS_TRY(sweep(run_.network, which.size(), steps_ + 2, go, fill, use));
    which = which.first(kept);
    return {};
  }

 private:
  void add(std::size_t k, std::size_t at) noexcept {
    if (k == 0) {
      std::fill(sums_.begin(), sums_.end(), 0.0);
      info_.score = run_.network.score(at);
    } else if (k == 1) {
      info_.baseline = run_.network.score(at);
    } else {
      const float* gradient = run_.network.gradient(at);
      for (std::size_t c = 0; c < sums_.size(); ++c) sums_[c] += weights_[k - 2] * double{gradient[c]};
    }
  }
  // True where more steps are asked for.
  bool finish(std::uint32_t row) noexcept {
    info_.bias = undefined;
    info_.steps = steps_;
    write_attributions(run_, row, run_.baseline(row), sums_, info_);
    run_.report(row, info_);
    return run_.spec.tolerance > 0 && info_.gap > run_.spec.tolerance;
  }

  const AttributionRun& run_;
  std::uint32_t steps_;
  std::span<double> nodes_, weights_, sums_;
  AttributionInfo info_;
};

}  // namespace

base::Status integrated_gradients(const AttributionRun& run) noexcept {
  std::span<std::uint32_t> which(run.room.again.data(), run.rows);
  for (std::uint32_t row = 0; row < run.rows; ++row) which[row] = row;
  const std::uint32_t most = run.spec.most_steps == 0 ? most_attribution_steps : run.spec.most_steps;
  std::uint32_t steps = run.spec.steps == 0 ? usual_path_steps : run.spec.steps;
  for (;; steps *= 2) {
    CLENS_TRY(Path(run, steps).integrate(which));
    if (which.empty() || steps > most / 2) return {};
  }
}

}  // namespace clicklens::lens
