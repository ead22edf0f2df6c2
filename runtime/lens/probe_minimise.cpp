#include "lens/probe_minimise.h"

#include <algorithm>
#include <cmath>

namespace clicklens::lens {
namespace {

using Vector = std::vector<double>;

constexpr std::size_t most_pairs = 16;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void add_scaled(Vector& y, double scale, const Vector& x) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += scale * x[i];
}

// Where along a line to look next, between a place whose slope is negative and, once found, one where it is positive.
class Bracket {
 public:
  explicit Bracket(double slope) : low_slope_(slope) {}

  double next(double step, double slope) {
    if (slope <= 0) {
      const double secant = slope > low_slope_ ? step - slope * (step - low_) / (slope - low_slope_) : 4 * step;
      low_ = step;
      low_slope_ = slope;
      return high_ > 0 ? (low_ + high_) / 2 : std::clamp(secant, 1.5 * step, 10 * step);
    }
    high_ = step;
    const double width = high_ - low_;
    if (!std::isfinite(slope)) return low_ + 0.1 * width;
    const double secant = low_ + width * low_slope_ / (low_slope_ - slope);
    return std::clamp(secant, low_ + 0.1 * width, low_ + 0.9 * width);
  }

 private:
  double low_ = 0, low_slope_, high_ = 0;  // high 0: none yet
};

}  // namespace

Minimiser::Minimiser(const ProbeObjective& objective, double lambda, double tolerance, Vector start)
    : objective_(objective), lambda_(lambda), tolerance_(tolerance), state_(at(std::move(start))) {}

Minimiser::State Minimiser::at(Vector point) {
  State state{std::move(point), Vector(objective_.size()), 0};
  state.objective = objective_.evaluate(state.point, lambda_, state.gradient);
  ++passes_;
  return state;
}

double Minimiser::gradient() const {
  double largest = 0;
  for (const double g : state_.gradient) largest = std::max(largest, std::abs(g));
  return largest;
}

void Minimiser::run(const Metric& metric, std::uint32_t passes) {
  const std::uint32_t end = passes_ + passes;
  while (!done() && passes_ < end) {
    const State from = state_;
    Vector d = direction(metric);
    bool moved = dot(state_.gradient, d) < 0 && move(d);
    if (!moved && !pairs_.empty()) {
      pairs_.clear();
      scale_ = 1;
      d = direction(metric);
      moved = move(d);
    }
    stuck_ = !moved;
    if (moved) remember(metric, from);
  }
}

// To where the slope has at most 0.9 of its size, on either side of the minimum, and the objective is no larger but
// for rounding. False: found no such place.
bool Minimiser::move(const Vector& direction) {
  constexpr double flatter = 0.9, rounding = 1e-14;
  constexpr int most_trials = 30;
  const double slope = dot(state_.gradient, direction);
  Bracket bracket(slope);
  double step = 1;
  for (int trial = 0; trial < most_trials; ++trial) {
    Vector point = state_.point;
    add_scaled(point, step, direction);
    State next = at(std::move(point));
    const double next_slope = dot(next.gradient, direction);
    const bool lower = next_slope <= 0 || next.objective <= state_.objective + rounding * std::abs(state_.objective);
    if (lower && std::abs(next_slope) <= flatter * std::abs(slope)) {
      state_ = std::move(next);
      return true;
    }
    step = bracket.next(step, next_slope);
  }
  return false;
}

void Minimiser::remember(const Metric& metric, const State& from) {
  Pair pair{state_.point, state_.gradient, 0};
  add_scaled(pair.step, -1, from.point);
  add_scaled(pair.change, -1, from.gradient);
  const double product = dot(pair.step, pair.change);
  if (!(product > 0)) return;  // lost in rounding
  pair.inverse_product = 1 / product;
  Vector applied = pair.change;
  metric.apply(applied);
  scale_ = product / dot(pair.change, applied);
  pairs_.push_back(std::move(pair));
  if (pairs_.size() > most_pairs) pairs_.pop_front();
}

// The two loops of Nocedal 1980.
Vector Minimiser::direction(const Metric& metric) const {
  Vector d = state_.gradient;
  std::vector<double> factors(pairs_.size());
  for (std::size_t i = pairs_.size(); i-- > 0;) {
    factors[i] = dot(pairs_[i].step, d) * pairs_[i].inverse_product;
    add_scaled(d, -factors[i], pairs_[i].change);
  }
  metric.apply(d);
  for (double& x : d) x *= scale_;
  for (std::size_t i = 0; i < pairs_.size(); ++i)
    add_scaled(d, factors[i] - dot(pairs_[i].change, d) * pairs_[i].inverse_product, pairs_[i].step);
  for (double& x : d) x = -x;
  return d;
}

}  // namespace clicklens::lens
