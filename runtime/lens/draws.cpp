#include "lens/draws.h"

#include <cmath>

namespace clicklens::lens {
namespace {

constexpr std::uint64_t golden = 0x9E3779B97F4A7C15u;

// The output function of splitmix64 (Steele, Lea and Flood 2014): a counter goes in, a draw comes out.
std::uint64_t scramble(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// On (-1, 1), an odd multiple of 2^-32: never 0, exact in double.
double symmetric(std::uint32_t draw) noexcept {
  return (2.0 * draw + 1.0) * 0x1p-32 - 1.0;
}

// ln s for s in (0, 1), to 1e-13, from operations that round alike everywhere (the C library's do not):
// s = 2^e m with m in [sqrt(1/2), sqrt(2)), ln m = 2 artanh((m - 1) / (m + 1)).
double log_of(double s) noexcept {
  int e = 0;
  double m = std::frexp(s, &e);
  if (m < 0.70710678118654752) {
    m *= 2;
    --e;
  }
  const double f = (m - 1) / (m + 1);
  double series = 0;
  for (int k = 17; k > 0; k -= 2) series = series * f * f + 1.0 / k;
  return e * 0.69314718055994531 + 2 * f * series;
}

}  // namespace

Draws::Draws(std::uint64_t seed, std::uint64_t stream) noexcept
    : stream_(scramble(scramble(seed + golden) + golden * (stream + 1))) {}

std::uint64_t Draws::at(std::uint64_t place) const noexcept {
  return scramble(stream_ + golden * (place + 1));
}

float Draws::uniform(std::uint64_t place, float size) const noexcept {
  return static_cast<float>(symmetric(static_cast<std::uint32_t>(at(place) >> 32)) * double{size});
}

// Marsaglia and Bray's polar method.
float Draws::normal(std::uint64_t place, double sd) const noexcept {
  for (std::uint64_t state = at(place);; state = scramble(state + golden)) {
    const double x = symmetric(static_cast<std::uint32_t>(state));
    const double y = symmetric(static_cast<std::uint32_t>(state >> 32));
    const double s = x * x + y * y;
    if (s < 1) return static_cast<float>(sd * x * std::sqrt(-2 * log_of(s) / s));
  }
}

}  // namespace clicklens::lens
