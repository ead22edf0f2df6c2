// Loops that do one thing as fast as the set can: what the other kernels are measured against.
#pragma once

#include "kernels/simd.h"

namespace clicklens::kernels {

template <class Isa>
struct Roofline {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

  // Twelve chains in registers: enough for a latency of five on two ports. Writes their sum, which is of no use but
  // that it must be computed; returns the floating-point operations done.
  static std::size_t fma_chains(std::size_t rounds, float* sum) {
    constexpr std::size_t chains = 12;
    V acc[chains];
    for (V& a : acc) a = V::broadcast(*sum);
    const V half = in_register(V::broadcast(0.5f));
    const V one = in_register(V::broadcast(1.0f));
    for (std::size_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 16
      for (std::size_t i = 0; i < chains; ++i) acc[i] = fma(acc[i], half, one);
    }
    for (std::size_t i = 1; i < chains; ++i) acc[0] = acc[0] + acc[i];
    acc[0].store_n(sum, 1);
    return rounds * chains * lanes * 2;
  }

  // Reads n floats once, in order; the same use of the sum. n is a multiple of 128.
  static void read_floats(const float* p, std::size_t n, float* sum) {
    constexpr std::size_t chains = 8;
    V acc[chains];
    for (V& a : acc) a = V::zero();
    for (std::size_t i = 0; i < n; i += chains * lanes) {
#pragma GCC unroll 16
      for (std::size_t j = 0; j < chains; ++j) acc[j] = acc[j] + V::load(p + i + j * lanes);
    }
    for (std::size_t i = 1; i < chains; ++i) acc[0] = acc[0] + acc[i];
    acc[0].store_n(sum, 1);
  }
};

}  // namespace clicklens::kernels
