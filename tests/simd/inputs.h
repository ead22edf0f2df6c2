// Inputs, and equality of bits, for the tests of kernels and of what they are written in.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "kernels/dispatch.h"

namespace clicklens::kernels {

// CLICKLENS_REQUIRE_ISAS=avx512,avx512_amx turns a skipped set into a failed one.
inline bool required(const std::string& name) {
  const char* const list = std::getenv("CLICKLENS_REQUIRE_ISAS");
  return list != nullptr && ("," + std::string(list) + ",").find("," + name + ",") != std::string::npos;
}
inline bool required(Isa isa) {
  return required(isa_name(isa));
}

// xorshift: the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 2654435761u | 1u) {}
  std::uint32_t bits() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  float any() { return std::bit_cast<float>(bits()); }
  float uniform(float low, float high) { return low + (high - low) * (static_cast<float>(bits() >> 8) * 0x1p-24f); }

 private:
  std::uint32_t state_;
};

inline const std::vector<float>& edges() {
  using L = std::numeric_limits<float>;
  static const std::vector<float> all = [] {
    std::vector<float> v = {0.0f,    L::denorm_min(), 1e-42f,        L::min(),      1e-20f, 0.5f,        0.99999994f,
                            1.0f,    1.0000001f,      1.5f,          2.0f,          3.0f,   16777215.0f, 1e20f,
                            1.7e38f, L::max(),        88.0f,         88.73f,        103.9f, 104.1f,      0.625f,
                            9.01f,   17.0f,           L::infinity(), L::quiet_NaN()};
    const std::size_t n = v.size();
    for (std::size_t i = 0; i < n; ++i) v.push_back(-v[i]);
    return v;
  }();
  return all;
}

// P2 counts all NaNs as one.
inline bool same_bits(float a, float b) {
  return (a != a && b != b) || std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

inline bool same_bits(double a, double b) {
  return (a != a && b != b) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace clicklens::kernels
