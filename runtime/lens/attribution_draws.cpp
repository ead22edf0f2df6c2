// Methods that average over random draws, with their Monte-Carlo standard error. Without explicit draws, those of a
// row depend on the seed and the row's pooled inputs alone: neither on its place in a batch nor on its neighbours.
#include <cmath>

#include "base/canonical_nan.h"
#include "base/checksum.h"
#include "lens/attribution_run.h"
#include "lens/draws.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

constexpr std::uint32_t usual_draws = 50;
constexpr double usual_noise = 0.1;

Draws draws_of(const AttributionRun& run, std::size_t row) noexcept {
  return {run.spec.seed, base::xxh3_64(std::as_bytes(std::span(run.input(row), run.width())))};
}

std::uint32_t draw_count(const AttributionSpec& spec) noexcept {
  return spec.draws == 0 ? usual_draws : spec.draws;
}

// Mean and deviation of what draws give each column of the level (Welford), and the sums by dimension.
class Moments {
 public:
  explicit Moments(const AttributionRun& run) noexcept : run_(run), sums_(run.room.sums.data(), run.width()) {}

  void start(std::size_t row) noexcept {
    row_ = row;
    count_ = 0;
    const std::size_t level = run_.level_count(row);
    level_ = {run_.room.draw.data(), level};
    means_ = {run_.room.means.data(), level};
    squares_ = {run_.room.squares.data(), level};
    for (const auto& span : {means_, squares_, sums_}) std::fill(span.begin(), span.end(), 0.0);
  }
  void add(const float* base, const float* gradient) noexcept {
    const float* x = run_.input(row_);
    for (std::size_t c = 0; c < sums_.size(); ++c)
      sums_[c] += (run_.spec.gradients_only ? 1.0 : double{x[c]} - double{base[c]}) * double{gradient[c]};
    std::fill(level_.begin(), level_.end(), 0.0);
    run_.add_level(row_, base, gradient, level_.data());
    ++count_;
    for (std::size_t c = 0; c < level_.size(); ++c) {
      const double away = level_[c] - means_[c];
      means_[c] += away / count_;
      squares_[c] += away * (level_[c] - means_[c]);
    }
  }
  void write(AttributionInfo& info) noexcept {
    for (double& sum : sums_) sum /= count_;
    add_up(sums_, info);
    write_level(run_, row_, means_.data(), run_.out(row_), info);
    if (run_.errors == nullptr) return;
    float* errors = run_.errors + run_.first_value(row_);
    for (std::size_t c = 0; c < squares_.size() - (run_.ids != nullptr ? 1 : 0); ++c) {
      const double error = count_ < 2 ? undefined : std::sqrt(squares_[c] / (count_ - 1) / count_);
      errors[c] = std::isnan(error) ? base::canonical_nan : static_cast<float>(error);
    }
  }

 private:
  const AttributionRun& run_;
  std::span<double> level_, means_, squares_, sums_;
  std::size_t row_ = 0;
  double count_ = 0;
};

// A draw of expected gradients.
struct Between {
  const float* reference;
  double alpha;
};

Between between(const AttributionRun& run, std::size_t row, std::size_t draw) noexcept {
  const AttributionSpec& spec = run.spec;
  const auto references = static_cast<std::uint32_t>(spec.baselines.size() / run.width());
  if (!spec.draw_rows.empty())
    return {spec.baselines.data() + spec.draw_rows[draw] * run.width(), double{spec.draw_fractions[draw]}};
  const Draws draws = draws_of(run, row);
  return {spec.baselines.data() + draws.below(2 * draw, references) * run.width(), draws.fraction(2 * draw + 1)};
}

}  // namespace

// By group the square root of its columns' mean variance.
void group_spreads(const AttributionRun& run, const AttributionColumns& groups) noexcept {
  std::span<double> sums(run.room.sums.data(), groups.count()), counts(run.room.means.data(), groups.count());
  std::fill(sums.begin(), sums.end(), 0.0);
  std::fill(counts.begin(), counts.end(), 0.0);
  for (std::size_t c = 0; c < run.width(); ++c) {
    sums[groups.of_input()[c]] += double{run.spec.spreads[c]} * double{run.spec.spreads[c]};
    counts[groups.of_input()[c]] += 1;
  }
  for (std::size_t c = 0; c < run.width(); ++c)
    run.room.spreads[c] = static_cast<float>(std::sqrt(sums[groups.of_input()[c]] / counts[groups.of_input()[c]]));
}

base::Status expected_gradients(const AttributionRun& run) noexcept {
  const std::uint32_t draws = draw_count(run.spec);
  Moments moments(run);
  AttributionInfo info;
  const auto go = [&](std::size_t count) { return run.network.gradients(count); };
  const auto score = [&](std::size_t count) { return run.network.scores(count); };
  // first the scores of the row and its draws' references, for the gap
  const auto ends = [&](std::size_t row, std::size_t k, float* to) {
    std::copy_n(k == 0 ? run.input(row) : between(run, row, k - 1).reference, run.width(), to);
  };
  for (std::size_t row = 0; row < run.rows; ++row) {
    info = {};
    info.bias = undefined;
    info.steps = draws;
    moments.start(row);
    CLENS_TRY(sweep(
        run.network, 1, draws + 1, score, [&](std::size_t, std::size_t k, float* to) { ends(row, k, to); },
        [&](std::size_t, std::size_t k, std::size_t at) {
          (k == 0 ? info.score : info.baseline) += run.network.score(at) / (k == 0 ? 1.0 : draws);
        }));
    CLENS_TRY(sweep(
        run.network, 1, draws, go,
        [&](std::size_t, std::size_t k, float* to) {
          const Between here = between(run, row, k);
          blend(here.reference, run.input(row), here.alpha, run.width(), to);
        },
        [&](std::size_t, std::size_t k, std::size_t at) {
          moments.add(between(run, row, k).reference, run.network.gradient(at));
        }));
    moments.write(info);
    run.report(row, info);
  }
  return {};
}

base::Status smoothgrad(const AttributionRun& run, const AttributionColumns& groups) noexcept {
  group_spreads(run, groups);
  const std::uint32_t draws = draw_count(run.spec);
  const double noise = run.spec.noise == 0 ? usual_noise : run.spec.noise;
  Moments moments(run);
  AttributionInfo info;
  const auto fill = [&](std::size_t row, std::size_t k, float* to) {
    const float* x = run.input(row);
    if (k == 0) return static_cast<void>(std::copy_n(x, run.width(), to));
    const std::uint64_t at = (k - 1) * run.width();
    const Draws random = draws_of(run, row);
    for (std::size_t c = 0; c < run.width(); ++c) {
      const float away = run.spec.draw_noise.empty() ? random.normal(at + c, 1) : run.spec.draw_noise[at + c];
      to[c] = static_cast<float>(double{x[c]} + noise * double{run.room.spreads[c]} * double{away});
    }
  };
  const auto use = [&](std::size_t row, std::size_t k, std::size_t at) {
    if (k == 0) {
      moments.start(row);
      info.score = run.network.score(at);
      return;
    }
    moments.add(run.baseline(row), run.network.gradient(at));
    if (k != draws) return;
    moments.write(info);
    info.baseline = info.bias = info.gap = undefined;
    info.steps = draws;
    if (run.ids != nullptr && run.spec.gradients_only) info.sum = info.rest = undefined;  // of different rows
    run.report(row, info);
  };
  const auto go = [&](std::size_t count) { return run.network.gradients(count); };
  return sweep(run.network, run.rows, draws + 1, go, fill, use);
}

}  // namespace clicklens::lens
