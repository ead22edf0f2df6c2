#include "lens/tails.h"

#include <cmath>

#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

constexpr int most_terms = 20'000;  // of which about 3 sqrt(freedom) are needed
constexpr double enough = 1e-15;

// x^a e^-x / Gamma(a)
double front(double a, double x) {
  return std::exp(a * std::log(x) - x - std::lgamma(a));
}

// Series for P(a, x), DLMF 8.7.1; converges fast for x < a + 1.
double lower_series(double a, double x) {
  double term = 1 / a, sum = term;
  for (int n = 1; n < most_terms && std::abs(term) > enough * std::abs(sum); ++n) {
    term *= x / (a + n);
    sum += term;
  }
  return front(a, x) * sum;
}

// Continued fraction for Q(a, x), DLMF 8.9.2, by Lentz's method; for x >= a + 1.
double upper_fraction(double a, double x) {
  constexpr double tiny = 1e-300;
  double b = x + 1 - a, c = 1 / tiny, d = 1 / b, value = d;
  for (int n = 1; n < most_terms; ++n) {
    const double numerator = -n * (n - a);
    b += 2;
    d = 1 / (std::abs(numerator * d + b) < tiny ? tiny : numerator * d + b);
    c = b + numerator / c;
    if (std::abs(c) < tiny) c = tiny;
    value *= d * c;
    if (std::abs(d * c - 1) < enough) break;
  }
  return front(a, x) * value;
}

}  // namespace

double normal_two_sided(double z) {
  return std::erfc(std::abs(z) / std::sqrt(2.0));
}

double chi_squared_tail(double freedom, double x) {
  if (!(freedom > 0) || std::isnan(x)) return undefined;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  const double a = freedom / 2, half = x / 2;
  return half < a + 1 ? 1 - lower_series(a, half) : upper_fraction(a, half);
}

}  // namespace clicklens::lens
