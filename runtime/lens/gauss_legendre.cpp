#include "lens/gauss_legendre.h"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace clicklens::lens {
namespace {

struct Legendre {
  double value, slope;
};

// P_n and its derivative at x, by Bonnet's recursion.
Legendre legendre(std::size_t n, double x) noexcept {
  double before = 1, here = x;
  for (std::size_t k = 2; k <= n; ++k) {
    const double order = static_cast<double>(k);
    const double next = ((2 * order - 1) * x * here - (order - 1) * before) / order;
    before = here;
    here = next;
  }
  return {here, static_cast<double>(n) * (x * here - before) / (x * x - 1)};
}

}  // namespace

void gauss_legendre(std::span<double> nodes, std::span<double> weights) noexcept {
  const std::size_t n = nodes.size();
  for (std::size_t i = 0; i < (n + 1) / 2; ++i) {
    // Newton from the usual start (Abramowitz and Stegun 22.16.6): three to five turns to the last bit.
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (static_cast<double>(n) + 0.5));
    for (int turn = 0; turn < 8; ++turn) {
      const Legendre p = legendre(n, x);
      x -= p.value / p.slope;
    }
    if (2 * i + 1 == n) x = 0;  // the middle one
    const double slope = legendre(n, x).slope;
    const double weight = 1 / ((1 - x * x) * slope * slope);
    nodes[i] = (1 - x) / 2;
    nodes[n - 1 - i] = (1 + x) / 2;
    weights[i] = weights[n - 1 - i] = weight;
  }
}

}  // namespace clicklens::lens
