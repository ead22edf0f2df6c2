#include "synth/portable_math.h"

#include <bit>
#include <cmath>
#include <cstdint>

namespace clicklens::cli {
namespace {

constexpr double ln2_high = 0x1.62e42fee00000p-1;  // 32 bits: its products with small integers are exact
constexpr double ln2_low = 0x1.a39ef35793c76p-33;
constexpr double pi = 3.14159265358979323846;

}  // namespace

double portable_exp(double x) noexcept {
  constexpr double log2_e = 1.44269504088896340736;
  const double k = std::floor(x * log2_e + 0.5);
  const double r = (x - k * ln2_high) - k * ln2_low;
  double sum = 1.0;
  for (int n = 14; n > 0; --n) sum = 1.0 + sum * r / n;  // Taylor, |r| <= ln 2 / 2
  const auto exponent = static_cast<std::uint64_t>(1023 + static_cast<std::int64_t>(k));
  return sum * std::bit_cast<double>(exponent << 52);
}

double portable_log(double x) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<std::int64_t>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  const double s = (m - 1.0) / (m + 1.0);  // log m = 2 artanh s, |s| < 0.172
  const double s2 = s * s;
  double sum = 0.0;
  for (int n = 23; n > 0; n -= 2) sum = sum * s2 + 1.0 / n;
  const auto e = static_cast<double>(exponent);
  return e * ln2_high + (e * ln2_low + 2.0 * s * sum);
}

double portable_sin_turns(double turns) noexcept {
  const double whole = std::floor(turns + 0.5);
  double t = turns - whole;  // [-1/2, 1/2)
  if (t > 0.25) t = 0.5 - t;
  if (t < -0.25) t = -0.5 - t;
  const double x = 2.0 * pi * t;
  const double x2 = x * x;
  double sum = 1.0;
  for (int n = 22; n > 0; n -= 2) sum = 1.0 - sum * x2 / (n * (n + 1));  // Taylor, |x| <= pi / 2
  return x * sum;
}

double portable_sigmoid(double x) noexcept {
  return 1.0 / (1.0 + portable_exp(-x));
}

double portable_power(double base, double exponent) noexcept {
  return portable_exp(exponent * portable_log(base));
}

}  // namespace clicklens::cli
