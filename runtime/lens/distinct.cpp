#include "lens/distinct.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clicklens::lens {
namespace {

// x + sum over k >= 1 of x^(2^k) 2^(k - 1): what empty registers stand for.
double sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1, z = x, before = -1;
  while (z != before) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

// (1 - x - sum over k >= 1 of (1 - x^(2^-k))^2 2^-k) / 3: what full registers stand for.
double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, before = -1;
  while (z != before) {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

}  // namespace

void DistinctKeys::merge(const DistinctKeys& other) noexcept {
  for (std::size_t i = 0; i < registers; ++i) ranks_[i] = std::max(ranks_[i], other.ranks_[i]);
}

void DistinctKeys::set_ranks(std::span<const std::uint8_t, registers> ranks) noexcept {
  std::copy(ranks.begin(), ranks.end(), ranks_.begin());
}

double DistinctKeys::estimate() const {
  std::array<double, most + 1> count{};
  for (const std::uint8_t rank : ranks_) ++count[rank];
  constexpr double m = registers;
  double z = m * tau(1 - count[most] / m);
  for (std::size_t rank = most - 1; rank >= 1; --rank) z = 0.5 * (z + count[rank]);
  z += m * sigma(count[0] / m);
  const double half_over_log2 = 0.5 / std::log(2.0);
  return half_over_log2 * m * m / z;
}

}  // namespace clicklens::lens
