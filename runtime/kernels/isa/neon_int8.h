// 8-bit products of any aarch64: two of them fit 16 bits (2 * 127 * 127 < 2^15), four go into a lane at a time.
#pragma once

#include "kernels/isa/neon.h"

namespace clicklens::kernels {

struct NeonInt8 {
  using Element = std::int8_t;
  using Weight = std::int8_t;
  using Weights = int8x16_t;
  using Sums = int32x4_t;
  using Ints = NeonOps::Ints;
  static constexpr std::size_t group = 4, depth = group;
  static constexpr std::int32_t zero_point = 0;

  [[gnu::always_inline]] static void store(Element* to, Ints v) {
    const int16x4_t half = vmovn_s32(v);
    const int8x8_t bytes = vmovn_s16(vcombine_s16(half, half));
    const std::int32_t four = vget_lane_s32(vreinterpret_s32_s8(bytes), 0);
    __builtin_memcpy(to, &four, sizeof four);
  }
  [[gnu::always_inline]] static Sums load_sums(const std::int32_t* p) { return vld1q_s32(p); }
  [[gnu::always_inline]] static int8x16_t load(const Weight* p) { return vld1q_s8(p); }
  template <class Register>
  [[gnu::always_inline]] static Register in_register(Register r) {
    __asm__("" : "+w"(r));
    return r;
  }
  [[gnu::always_inline]] static int8x16_t broadcast(const Element* p) {
    std::int32_t four;
    __builtin_memcpy(&four, p, sizeof four);
    return vreinterpretq_s8_s32(vdupq_n_s32(four));
  }
  // Lanes 0, 1 from the low halves, 2, 3 from the high ones: each has its four products in neighbouring 16-bit pairs.
  [[gnu::always_inline]] static Sums add(Sums sum, int8x16_t x, int8x16_t w) {
    const int16x8_t low = vmull_s8(vget_low_s8(x), vget_low_s8(w));
    const int16x8_t high = vmull_high_s8(x, w);
    return vpadalq_s16(sum, vpaddq_s16(low, high));
  }
};

}  // namespace clicklens::kernels
