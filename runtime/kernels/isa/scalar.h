// One lane of plain C++: runs anywhere, slow where fma is a library call, and the yardstick of the others.
#pragma once

#include "kernels/simd.h"

namespace clicklens::kernels {

struct ScalarOps {
  using Floats = float;
  using Ints = std::int32_t;
  using Mask = bool;
  using Doubles = double;
  static constexpr std::size_t lanes = 1, double_lanes = 1;
  static constexpr bool fast_fma = false;  // may be a library call
  static constexpr bool free_masks = false;

  [[gnu::always_inline]] static float broadcast(float v) { return v; }
  [[gnu::always_inline]] static float load(const float* p) { return *p; }
  [[gnu::always_inline]] static float load_n(const float* p, std::size_t) { return *p; }
  [[gnu::always_inline]] static void store(float* p, float v) { *p = v; }
  [[gnu::always_inline]] static void store_n(float* p, float v, std::size_t) { *p = v; }
  [[gnu::always_inline]] static float add(float a, float b) { return a + b; }
  [[gnu::always_inline]] static float sub(float a, float b) { return a - b; }
  [[gnu::always_inline]] static float mul(float a, float b) { return a * b; }
  [[gnu::always_inline]] static float in_register(float a) { return a; }
  [[gnu::always_inline]] static float div(float a, float b) { return a / b; }
  [[gnu::always_inline]] static float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
  [[gnu::always_inline]] static float sqrt(float a) { return __builtin_sqrtf(a); }
  [[gnu::always_inline]] static bool equal(float a, float b) { return a == b; }
  [[gnu::always_inline]] static bool less(float a, float b) { return a < b; }
  [[gnu::always_inline]] static bool less_equal(float a, float b) { return a <= b; }
  [[gnu::always_inline]] static bool both(bool a, bool b) { return a && b; }
  [[gnu::always_inline]] static bool either(bool a, bool b) { return a || b; }
  [[gnu::always_inline]] static float select(bool m, float a, float b) { return m ? a : b; }
  [[gnu::always_inline]] static float tree_sum(float v) { return v; }
  [[gnu::always_inline]] static float zip_low(float a, float) { return a; }
  [[gnu::always_inline]] static float zip_high(float, float b) { return b; }

  [[gnu::always_inline]] static std::int32_t broadcast(std::int32_t v) { return v; }
  [[gnu::always_inline]] static std::int32_t bits(float a) { return __builtin_bit_cast(std::int32_t, a); }
  [[gnu::always_inline]] static float from_bits(std::int32_t a) { return __builtin_bit_cast(float, a); }
  [[gnu::always_inline]] static std::int32_t add(std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
  }
  [[gnu::always_inline]] static std::int32_t sub(std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b));
  }
  [[gnu::always_inline]] static std::int32_t bit_and(std::int32_t a, std::int32_t b) { return a & b; }
  [[gnu::always_inline]] static std::int32_t bit_or(std::int32_t a, std::int32_t b) { return a | b; }
  template <int N>
  [[gnu::always_inline]] static std::int32_t shift_left(std::int32_t a) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) << N);
  }
  template <int N>
  [[gnu::always_inline]] static std::int32_t shift_right(std::int32_t a) {
    return a >> N;
  }

  [[gnu::always_inline]] static float greater(float a, float b) { return a < b ? b : a; }
  [[gnu::always_inline]] static float at_least(float limit, float a) { return a < limit ? limit : a; }
  [[gnu::always_inline]] static float lesser(float a, float b) { return b < a ? b : a; }
  [[gnu::always_inline]] static std::int32_t max_unsigned(std::int32_t a, std::int32_t b) {
    return static_cast<std::uint32_t>(a) < static_cast<std::uint32_t>(b) ? b : a;
  }
  [[gnu::always_inline]] static std::uint32_t largest_lane(std::int32_t a) { return static_cast<std::uint32_t>(a); }
  [[gnu::always_inline]] static std::int32_t count(std::int32_t n, bool m) { return n + (m ? 1 : 0); }
  [[gnu::always_inline]] static std::size_t list_nonzero(const float* x, std::uint32_t base, std::uint32_t* to) {
    *to = base;
    return *x != 0.0f ? 1 : 0;
  }
  [[gnu::always_inline]] static float to_floats(std::int32_t a) { return static_cast<float>(a); }

  // Exponent and fraction in their place count 2^112 too little, subnormals included; infinity and NaN do not.
  [[gnu::always_inline]] static float widen_f16(const std::uint8_t* p) {
    const auto half = static_cast<std::uint32_t>(load_bytes(p, 2));
    const std::uint32_t sign = (half & 0x8000u) << 16, magnitude = (half & 0x7fffu) << 13;
    const float v = magnitude < 0x0f800000u ? __builtin_bit_cast(float, magnitude) * 0x1p112f
                                            : __builtin_bit_cast(float, magnitude | 0x7f800000u);
    return __builtin_bit_cast(float, __builtin_bit_cast(std::uint32_t, v) | sign);
  }
  [[gnu::always_inline]] static float widen_f16_n(const std::uint8_t* p, std::size_t) { return widen_f16(p); }
  [[gnu::always_inline]] static float widen_bf16(const std::uint8_t* p) {
    return __builtin_bit_cast(float, static_cast<std::uint32_t>(load_bytes(p, 2)) << 16);
  }
  [[gnu::always_inline]] static float widen_bf16_n(const std::uint8_t* p, std::size_t) { return widen_bf16(p); }
  [[gnu::always_inline]] static float widen_u8(const std::uint8_t* p) { return *p; }
  [[gnu::always_inline]] static float widen_u8_n(const std::uint8_t* p, std::size_t) { return *p; }
  [[gnu::always_inline]] static float widen_u4(const std::uint8_t* p, std::size_t first) {
    return static_cast<float>((p[first / 2] >> (first % 2 * 4)) & 15);
  }
  [[gnu::always_inline]] static float widen_u4_n(const std::uint8_t* p, std::size_t first, std::size_t) {
    return widen_u4(p, first);
  }

  [[gnu::always_inline]] static double broadcast(double v) { return v; }
  [[gnu::always_inline]] static double load(const double* p) { return *p; }
  [[gnu::always_inline]] static double load_n(const double* p, std::size_t) { return *p; }
  [[gnu::always_inline]] static void store(double* p, double v) { *p = v; }
  [[gnu::always_inline]] static void store_n(double* p, double v, std::size_t) { *p = v; }
  [[gnu::always_inline]] static double add(double a, double b) { return a + b; }
  [[gnu::always_inline]] static double sub(double a, double b) { return a - b; }
  [[gnu::always_inline]] static double mul(double a, double b) { return a * b; }
  [[gnu::always_inline]] static double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
  [[gnu::always_inline]] static double in_register(double a) { return a; }
  [[gnu::always_inline]] static double widen(const float* p) { return static_cast<double>(*p); }
  [[gnu::always_inline]] static double widen_n(const float* p, std::size_t) { return static_cast<double>(*p); }
};

}  // namespace clicklens::kernels
