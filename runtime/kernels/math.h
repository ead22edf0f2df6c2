// exp, log, log1p, tanh, sigmoid and erf from explicit fused multiply-adds: the same bits on every
// instruction set (library versions and xsimd's differ). Accuracy, measured against double by
// tests/simd, in units of the last place: exp and log 1, e^x - 1 1.5, log1p, tanh and erf 2, sigmoid 2.5. Polynomials
// are minimax fits (Lawson iteration on the relative error of the whole function), coefficients rounded to float. NaN
// in gives NaN out, infinities and results below the smallest normal number are handled.
#pragma once

#include "kernels/simd.h"

namespace clicklens::kernels::math {

template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> constant(float v) {
  return Vec<Ops>::broadcast(v);
}

// c[0] + z c[1] + z^2 c[2] ..., by Horner's rule.
template <class Ops, std::size_t N>
[[gnu::always_inline]] inline Vec<Ops> polynomial(Vec<Ops> z, const float (&c)[N]) {
  Vec<Ops> sum = constant<Ops>(c[N - 1]);
#pragma GCC unroll 12
  for (std::size_t i = N - 1; i > 0; --i) sum = fma(sum, z, constant<Ops>(c[i - 1]));
  return sum;
}

// e^x = 2^n e^r with |r| <= ln2 / 2: n and e^r - 1.
template <class Ops>
struct Power {
  IntVec<Ops> exponent;
  Vec<Ops> less_one;
};
template <class Ops>
[[gnu::always_inline]] inline Power<Ops> power(Vec<Ops> x) {
  constexpr float c[] = {0.5f, 0.166666657f, 0.0416662954f, 0.00833349768f, 0.00139447034f, 0.000197902991f};
  const Vec<Ops> magic = constant<Ops>(12582912.0f);  // 1.5 * 2^23: rounds to an integer
  const Vec<Ops> shifted = fma(x, constant<Ops>(1.44269502f), magic);
  const Vec<Ops> n = shifted - magic;
  Vec<Ops> r = fma(n, constant<Ops>(-0.693147182f), x);
  r = fma(n, constant<Ops>(1.90465421e-09f), r);
  return {bits(shifted) - bits(magic), fma(polynomial(r, c), r * r, r)};
}

// The scale is applied in two factors, so that results below the smallest normal number are rounded once and results
// above the largest become infinite.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> exp(Vec<Ops> x) {
  const Vec<Ops> top = constant<Ops>(89.0f), bottom = constant<Ops>(-104.0f);
  x = select(x > top, top, select(x < bottom, bottom, x));  // NaN stays
  const Power<Ops> of_x = power(x);
  const IntVec<Ops> half = shift_right<1>(of_x.exponent);
  const IntVec<Ops> bias = IntVec<Ops>::broadcast(127);
  const Vec<Ops> scale_1 = from_bits(shift_left<23>(half + bias));
  const Vec<Ops> scale_2 = from_bits(shift_left<23>(of_x.exponent - half + bias));
  return (of_x.less_one + constant<Ops>(1.0f)) * scale_1 * scale_2;
}

// e^x - 1 for x <= 0; below -30 it is -1.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> expm1_negative(Vec<Ops> x) {
  const Vec<Ops> bottom = constant<Ops>(-30.0f);
  const Power<Ops> of_x = power(select(x < bottom, bottom, x));
  const Vec<Ops> scale = from_bits(shift_left<23>(of_x.exponent + IntVec<Ops>::broadcast(127)));
  return fma(scale, of_x.less_one, scale - constant<Ops>(1.0f));
}

// x = 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); `extra` is added to the result before its last
// rounding (log1p passes its rounding error). x must be positive and finite.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> log_positive(Vec<Ops> x, Vec<Ops> extra) {
  constexpr float c[] = {0.333333135f,  -0.250000089f, 0.200021192f,  -0.166679963f, 0.142195508f,
                         -0.124055922f, 0.118881777f,  -0.116756387f, 0.0674659163f};
  const Mask<Ops> tiny = x < constant<Ops>(1.17549435e-38f);
  x = select(tiny, x * constant<Ops>(8388608.0f), x);
  const IntVec<Ops> root_half = IntVec<Ops>::broadcast(0x3f3504f3);
  const IntVec<Ops> offset = bits(x) - root_half;
  const IntVec<Ops> mantissa = (offset & IntVec<Ops>::broadcast(0x007fffff)) + root_half;
  const Vec<Ops> f = from_bits(mantissa) - constant<Ops>(1.0f);
  const Vec<Ops> magic = constant<Ops>(12582912.0f);
  Vec<Ops> e = from_bits(shift_right<23>(offset) + bits(magic)) - magic;  // int to float, exactly
  e = e - select(tiny, constant<Ops>(23.0f), Vec<Ops>::zero());
  const Vec<Ops> square = f * f;
  Vec<Ops> tail = fma(polynomial(f, c), square * f, extra);
  tail = fma(e, constant<Ops>(-0.000212194442f), tail);
  tail = fma(square, constant<Ops>(-0.5f), tail);
  return fma(e, constant<Ops>(0.693359375f), f + tail);  // 0.693359375 has 9 bits: e times it is exact
}

template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> log(Vec<Ops> x) {
  const Vec<Ops> zero = Vec<Ops>::zero(), infinity = constant<Ops>(__builtin_inff());
  Vec<Ops> y = log_positive(x, zero);
  y = select(x < infinity, y, x);  // +inf and NaN
  y = select(x < zero, constant<Ops>(__builtin_nanf("")), y);
  return select(x == zero, negate(infinity), y);
}

// log(1 + x) for x >= 0: with u = fl(1 + x), log(u) + (1 + x - u) / u.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> log1p_positive(Vec<Ops> x) {
  const Vec<Ops> one = constant<Ops>(1.0f);
  const Vec<Ops> u = one + x;
  const Vec<Ops> lost = select(x > one, one - (u - x), x - (u - one));
  const Vec<Ops> y = log_positive(u, lost / u);
  return select(x < constant<Ops>(__builtin_inff()), y, x);
}

// sign(x) log(1 + |x|): the compressing transform of dense features.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> signed_log1p(Vec<Ops> x) {
  return copy_sign(log1p_positive(abs(x)), x);
}

// A polynomial near zero, 1 - 2 / (e^2|x| + 1) elsewhere; 1 beyond 9.02 comes by itself.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> tanh(Vec<Ops> x) {
  constexpr float c[] = {-0.333333313f, 0.133332059f, -0.0539467633f, 0.0217007026f, -0.00817739777f, 0.0021429616f};
  const Vec<Ops> one = constant<Ops>(1.0f), size = abs(x);
  const Vec<Ops> z = x * x;
  const Vec<Ops> small = fma(polynomial(z, c) * z, size, size);
  const Vec<Ops> large = one - constant<Ops>(2.0f) / (exp(size + size) + one);
  return copy_sign(select(size < constant<Ops>(0.625f), small, large), x);
}

// 1 / (1 + e^-x), from e^-|x| so that neither end loses accuracy.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> sigmoid(Vec<Ops> x) {
  const Vec<Ops> one = constant<Ops>(1.0f);
  const Vec<Ops> power = exp(negate(abs(x)));
  return select(x < Vec<Ops>::zero(), power, one) / (one + power);
}

// e^(-factor x^2), factor a power of two, |x| below 2^60: what rounding takes from the square is multiplied back in.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> bell(Vec<Ops> x, float factor) {
  const Vec<Ops> square = x * x, lost = fma(x, x, negate(square)), rate = constant<Ops>(-factor);
  const Vec<Ops> y = exp(square * rate);
  return fma(y, lost * rate, y);
}

// What the normal distribution has above u, times e^(u^2 / 2), for 0 <= u <= 22: w Q(w) with w = 1 / (1 + 0.3 u).
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> normal_tail(Vec<Ops> u) {
  constexpr float c[] = {0.119686715f,   0.119571321f, 0.110239342f,  0.0783722699f, 0.09620478f,
                         -0.0795088783f, 0.191882923f, -0.228284508f, 0.112464674f,  -0.0206286386f};
  const Vec<Ops> one = constant<Ops>(1.0f), w = one / fma(u, constant<Ops>(0.3f), one);
  return w * polynomial(w, c);
}

// A polynomial near zero, 1 less both tails elsewhere; beyond 4 it is 1.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> erf(Vec<Ops> x) {
  constexpr float c[] = {0.128379166f,   -0.37612626f,     0.112835854f,  -0.0268538129f,
                         0.00518832775f, -0.000801019487f, 7.8538651e-05f};
  const Vec<Ops> size = abs(x), most = constant<Ops>(4.0f);
  const Vec<Ops> near = fma(polynomial(size * size, c), size, size);
  const Vec<Ops> far = select(size > most, most, size);
  const Vec<Ops> tail = normal_tail(far * constant<Ops>(1.41421354f)) * bell(far, 1.0f);
  const Vec<Ops> rest = fma(tail, constant<Ops>(-2.0f), constant<Ops>(1.0f));
  return copy_sign(select(size < constant<Ops>(1.0f), near, rest), x);
}

}  // namespace clicklens::kernels::math
