// The smooth activations, and their slopes: functions of the input. NaN in gives NaN out; an infinity gives the limit,
// so that what overflows to -infinity does not become 0 times infinity.
#pragma once

#include "kernels/math.h"

namespace clicklens::kernels::math {

// x no further from zero than `most`; NaN stays.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> within(Vec<Ops> x, float most) {
  const Vec<Ops> high = constant<Ops>(most), low = constant<Ops>(-most);
  return select(x > high, high, select(x < low, low, x));
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> not_below(Vec<Ops> x, float least) {
  return select(x < constant<Ops>(least), constant<Ops>(least), x);
}

// x times the normal distribution below x (Hendrycks and Gimpel 2016). From the smaller tail, which keeps the accuracy
// of small results.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> gelu(Vec<Ops> x) {
  const Vec<Ops> near = within(x, 15.0f), size = abs(near);
  const Vec<Ops> tail = normal_tail(size) * bell(size, 0.5f);
  return select(x < Vec<Ops>::zero(), near * tail, x * (constant<Ops>(1.0f) - tail));
}
// The distribution plus x times its density.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> gelu_slope(Vec<Ops> x) {
  const Vec<Ops> near = within(x, 15.0f), size = abs(near);
  const Vec<Ops> power = bell(size, 0.5f), tail = normal_tail(size) * power;
  const Vec<Ops> below = select(x < Vec<Ops>::zero(), tail, constant<Ops>(1.0f) - tail);
  return fma(near, power * constant<Ops>(0.398942292f), below);
}

// The logistic function and its slope, both accurate at either end.
template <class Ops>
struct Logistic {
  Vec<Ops> value, slope;
};
template <class Ops>
[[gnu::always_inline]] inline Logistic<Ops> logistic(Vec<Ops> x) {
  const Vec<Ops> one = constant<Ops>(1.0f), power = exp(negate(abs(x))), both = one + power;
  return {select(x < Vec<Ops>::zero(), power, one) / both, power / (both * both)};
}

template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> silu(Vec<Ops> x) {
  return not_below(x, -104.0f) * sigmoid(x);
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> silu_slope(Vec<Ops> x) {
  const Vec<Ops> near = within(x, 104.0f);
  const Logistic<Ops> at = logistic(near);
  return fma(near, at.slope, at.value);
}

// x / 2 (1 + tanh u), u = sqrt(2 / pi) (x + 0.044715 x^3): x times the logistic function of 2 u.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> gelu_tanh(Vec<Ops> x) {
  const Vec<Ops> near = within(x, 16.0f);
  const Vec<Ops> rate = fma(near * near, constant<Ops>(0.0713548163f), constant<Ops>(1.59576912f));
  return not_below(x, -16.0f) * sigmoid(near * rate);
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> gelu_tanh_slope(Vec<Ops> x) {
  const Vec<Ops> near = within(x, 16.0f), square = near * near;
  const Vec<Ops> rate = fma(square, constant<Ops>(0.0713548163f), constant<Ops>(1.59576912f));
  const Logistic<Ops> at = logistic(near * rate);
  const Vec<Ops> growth = fma(square, constant<Ops>(0.214064449f), constant<Ops>(1.59576912f));
  return fma(near * at.slope, growth, at.value);
}

// log(1 + e^x), from e^-|x|. Its slope is the logistic function.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> softplus(Vec<Ops> x) {
  return select(x < Vec<Ops>::zero(), Vec<Ops>::zero(), x) + log1p_positive(exp(negate(abs(x))));
}

// Up to 0, alpha (e^x - 1), and its slope alpha e^x; above, x and 1 (Clevert, Unterthiner and Hochreiter 2016).
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> elu(Vec<Ops> x, Vec<Ops> alpha) {
  return select(x <= Vec<Ops>::zero(), alpha * expm1_negative(x), x);
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> elu_slope(Vec<Ops> x, Vec<Ops> alpha) {
  return select(x <= Vec<Ops>::zero(), alpha * exp(x), select(is_number(x), constant<Ops>(1.0f), x));
}

// 2 / sqrt(pi) e^-x^2
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> erf_slope(Vec<Ops> x) {
  return bell(within(x, 15.0f), 1.0f) * constant<Ops>(1.12837923f);
}

}  // namespace clicklens::kernels::math
