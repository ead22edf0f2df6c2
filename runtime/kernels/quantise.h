// Rows of activations in 8 bits: q = round-half-even(x * (127 / amax)), amax = max|x| of the row. |q| <= 127 without
// a clamp: x * (127 / amax) rounds twice, to at most 127 * (1 + 2^-22), which no rounding to an integer makes 128.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

// The scale of the largest magnitude `amax` (as bits: not below 0, NaN and infinity above all numbers), and what
// numbers are multiplied by. Infinities and NaN cannot be quantised: their scale says so in every sum.
struct QuantScale {
  float scale, inverse;

  [[gnu::always_inline]] static QuantScale of(std::uint32_t amax_bits) {
    constexpr std::uint32_t infinity = 0x7f800000u, smallest = (127u - 100u) << 23;  // 2^-100
    if (amax_bits >= infinity) return {__builtin_nanf(""), 0.0f};
    if (amax_bits < smallest) return {0.0f, 0.0f};
    const float amax = __builtin_bit_cast(float, amax_bits);
    return {amax / 127.0f, 127.0f / amax};
  }
};

// Isa::Int8 says how a row is stored: its Element, the zero point added to every number, how many elements a product
// takes at a time.
template <class Isa>
struct Quantise {
  using V = Vec<Isa>;
  using I = IntVec<Isa>;
  using Dot = typename Isa::Int8;
  static constexpr std::size_t lanes = V::lanes;

  // Whole vectors are written, wherever in the row a stretch begins.
  static std::size_t int8_row_bytes(std::size_t k) {
    return ((k + lanes) * sizeof(typename Dot::Element) + 63) / 64 * 64;
  }

  static void quantise_int8(const QuantiseArgs& a) {
    for (std::size_t row = 0; row < a.rows; ++row) {
      const QuantScale scale = QuantScale::of(largest(a, row));
      auto* out = reinterpret_cast<typename Dot::Element*>(a.out + row * a.ld_out);
      for (std::size_t s = 0; s < a.count; ++s) {
        round(row_of(a.stretches[s].x, row), a.stretches[s].count, scale.inverse, out);
        out += a.stretches[s].count;
      }
      a.scales[row] = scale.scale;
    }
  }

 private:
  // max|x| by its bits, which as integers have the order of the numbers.
  static std::uint32_t largest(const QuantiseArgs& a, std::size_t row) {
    I most[4] = {zero(), zero(), zero(), zero()};
    for (std::size_t s = 0; s < a.count; ++s) {
      const float* x = row_of(a.stretches[s].x, row);
      const std::size_t n = a.stretches[s].count;
      std::size_t c = 0;
      for (; c + 4 * lanes <= n; c += 4 * lanes) {
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; ++i) take(most[i], V::load(x + c + i * lanes));
      }
      for (; c < n; c += lanes) take(most[0], load_some<V>(x + c, n - c < lanes ? n - c : lanes));
    }
    return largest_lane(max_unsigned(max_unsigned(most[0], most[1]), max_unsigned(most[2], most[3])));
  }
  [[gnu::always_inline]] static I zero() {
    return I::broadcast(0);
  }
  [[gnu::always_inline]] static void take(I& most, V x) {
    most = max_unsigned(most, bits(x) & I::broadcast(0x7fffffff));
  }

  // Adding 1.5 * 2^23 rounds to an integer, half to even, and leaves it in the low bits of the sum.
  static void round(const float* x, std::size_t n, float inverse, typename Dot::Element* out) {
    const V factor = V::broadcast(inverse), magic = V::broadcast(12582912.0f + static_cast<float>(Dot::zero_point));
    std::size_t c = 0;
    if constexpr (requires(V v) { Dot::store_rounded(out, v.r, v.r, v.r, v.r); }) {
      for (; c + 4 * lanes <= n; c += 4 * lanes) {
        V v[4];
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; ++i) v[i] = V::load(x + c + i * lanes) * factor;
        Dot::store_rounded(out + c, v[0].r, v[1].r, v[2].r, v[3].r);
      }
    }
    for (; c + lanes <= n; c += lanes) Dot::store(out + c, bits(V::load(x + c) * factor + magic).r);
    if (c < n) Dot::store(out + c, bits(V::load_n(x + c, n - c) * factor + magic).r);
  }
};

}  // namespace clicklens::kernels
