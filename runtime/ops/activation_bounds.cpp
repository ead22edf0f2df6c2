#include "ops/activation_bounds.h"

#include <algorithm>
#include <cmath>

namespace clicklens::ops {
namespace {

// Kernels are off by a few units of the last place, or of the argument of their exponential; small results may be
// rounded to 0, never past it.
Interval loosened(double low, double high) noexcept {
  constexpr double relative = 1e-4, absolute = 1e-37;
  return rounded(low - relative * std::abs(low) - absolute, high + relative * std::abs(high) + absolute);
}

template <class Curve>
Interval rising(const Interval& x, Curve f) noexcept {
  return loosened(f(x.low), f(x.high));
}

// Falls up to `turn`, rises from there on; 0 at -infinity.
template <class Curve>
Interval dipping(const Interval& x, double turn, Curve f) noexcept {
  const double low = f(std::max(x.low, -1e3)), high = f(std::max(x.high, -1e3));
  const double least = x.low <= turn && turn <= x.high ? f(turn) : std::min(low, high);
  return loosened(least, std::max(low, high));
}

// x above 0, x * slope up to there.
Interval bent(const Interval& x, double slope) noexcept {
  if (!std::isfinite(slope)) return {};
  if (x.low > 0) return x;
  const Interval left = times(Interval{x.low, std::min(x.high, 0.0)}, {slope, slope});
  return x.high <= 0 ? left : Interval{std::min(left.low, 0.0), std::max(left.high, x.high)};
}

Interval elu(const Interval& x, double alpha) noexcept {
  if (!std::isfinite(alpha)) return {};
  if (x.low > 0) return x;
  const Interval left =
      times(rising({x.low, std::min(x.high, 0.0)}, [](double v) { return std::expm1(v); }), {alpha, alpha});
  return x.high <= 0 ? left : Interval{std::min(left.low, 0.0), std::max(left.high, x.high)};
}

double normal_below(double x) noexcept {
  return std::erfc(-x * 0.70710678118654752) / 2;
}
double logistic(double x) noexcept {
  return 1 / (1 + std::exp(-x));
}
double gelu_tanh(double x) noexcept {
  return x * logistic(1.5957691216057308 * (x + 0.044715 * x * x * x));
}

// What is below 0 gives NaN.
Interval log(const Interval& x) noexcept {
  if (x.high <= 0) return {};
  return rising({std::max(x.low, 0.0), x.high}, [](double v) { return std::log(v); });
}
Interval root(const Interval& x) noexcept {
  return x.high < 0 ? Interval{} : rounded(std::sqrt(std::max(x.low, 0.0)), std::sqrt(x.high));
}

Interval magnitude(const Interval& x) noexcept {
  const auto [low, high] = std::minmax({std::abs(x.low), std::abs(x.high)});
  return {x.low <= 0 && x.high >= 0 ? 0 : low, high};
}

// Of 0, whose sign is lost, infinity.
Interval reciprocal(const Interval& x) noexcept {
  if (x.low == 0 && x.high > 0) return rounded(1 / x.high, infinity);
  return x.low <= 0 && x.high >= 0 ? Interval{} : rounded(1 / x.high, 1 / x.low);
}

}  // namespace

Interval activated(kernels::Act act, double slope, const Interval& x) noexcept {
  using kernels::Act;
  switch (act) {
    case Act::none:
    case Act::clip:
      return x;
    case Act::relu:
      return {std::max(x.low, 0.0), std::max(x.high, 0.0)};
    case Act::leaky_relu:
    case Act::prelu:
      return bent(x, slope);
    case Act::sigmoid:
      return rising(x, logistic);
    case Act::tanh:
      return rising(x, [](double v) { return std::tanh(v); });
    case Act::gelu:
      return dipping(x, -0.7517915, [](double v) { return v * normal_below(v); });
    case Act::gelu_tanh:
      return dipping(x, -0.7524614, gelu_tanh);
    case Act::silu:
      return dipping(x, -1.2784645, [](double v) { return v * logistic(v); });
    case Act::softplus:
      return rising(x, [](double v) { return std::max(v, 0.0) + std::log1p(std::exp(-std::abs(v))); });
    case Act::elu:
      return elu(x, slope);
    case Act::exp:
      return rising(x, [](double v) { return std::exp(v); });
    case Act::log:
      return log(x);
    case Act::sqrt:
      return root(x);
    case Act::abs:
      return magnitude(x);
    case Act::erf:
      return rising(x, [](double v) { return std::erf(v); });
    case Act::reciprocal:
      return reciprocal(x);
  }
  return {};
}

}  // namespace clicklens::ops
