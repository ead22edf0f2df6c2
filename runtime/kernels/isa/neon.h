// NEON of aarch64.
#pragma once

#include "kernels/simd.h"

namespace clicklens::kernels {

struct NeonOps : XsimdOps<xsimd::neon64> {
  [[gnu::always_inline]] static Floats fma(Floats a, Floats b, Floats c) { return vfmaq_f32(c, a, b); }
  [[gnu::always_inline]] static float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
  [[gnu::always_inline]] static Floats in_register(Floats a) {
    float32x4_t r = a;
    __asm__("" : "+w"(r));
    return r;
  }
  [[gnu::always_inline]] static Floats div(Floats a, Floats b) { return vdivq_f32(a, b); }
  [[gnu::always_inline]] static Floats sqrt(Floats a) { return vsqrtq_f32(a); }

  [[gnu::always_inline]] static Floats load_n(const float* p, std::size_t n) {
    float32x4_t v = vdupq_n_f32(0.0f);
    if (n == 4) return vld1q_f32(p);
    if (n > 2) v = vld1q_lane_f32(p + 2, v, 2);
    if (n > 1) v = vld1q_lane_f32(p + 1, v, 1);
    return vld1q_lane_f32(p, v, 0);
  }
  [[gnu::always_inline]] static void store_n(float* p, Floats v, std::size_t n) {
    if (n == 4) return vst1q_f32(p, v);
    vst1q_lane_f32(p, v, 0);
    if (n > 1) vst1q_lane_f32(p + 1, v, 1);
    if (n > 2) vst1q_lane_f32(p + 2, v, 2);
  }
  [[gnu::always_inline]] static float tree_sum(Floats v) {
    const float32x4_t four = v;
    const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
  }

  [[gnu::always_inline]] static Floats zip_low(Floats a, Floats b) { return vzip1q_f32(a, b); }
  [[gnu::always_inline]] static Floats zip_high(Floats a, Floats b) { return vzip2q_f32(a, b); }

  [[gnu::always_inline]] static Floats greater(Floats a, Floats b) { return vmaxq_f32(a, b); }
  [[gnu::always_inline]] static Floats at_least(Floats limit, Floats a) { return vmaxq_f32(limit, a); }
  [[gnu::always_inline]] static Floats lesser(Floats a, Floats b) { return vminq_f32(a, b); }
  [[gnu::always_inline]] static Ints max_unsigned(Ints a, Ints b) {
    return vreinterpretq_s32_u32(vmaxq_u32(vreinterpretq_u32_s32(a), vreinterpretq_u32_s32(b)));
  }
  [[gnu::always_inline]] static std::uint32_t largest_lane(Ints a) { return vmaxvq_u32(vreinterpretq_u32_s32(a)); }
  [[gnu::always_inline]] static Ints count(Ints n, Mask m) { return vsubq_s32(n, vreinterpretq_s32_u32(m)); }
  [[gnu::always_inline]] static Floats to_floats(Ints a) { return vcvtq_f32_s32(a); }

  [[gnu::always_inline]] static uint8x8_t some(const std::uint8_t* p, std::size_t n) {  // n <= 8
    return vcreate_u8(load_bytes(p, n));
  }
  [[gnu::always_inline]] static Floats from_f16(uint8x8_t v) { return vcvt_f32_f16(vreinterpret_f16_u8(v)); }
  [[gnu::always_inline]] static Floats from_bf16(uint8x8_t v) {
    return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(v), 16));
  }
  [[gnu::always_inline]] static Floats from_u8(uint8x8_t v) {
    return vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(v))));
  }
  [[gnu::always_inline]] static Floats from_u4(uint8x8_t v) {
    return from_u8(vzip1_u8(vand_u8(v, vdup_n_u8(15)), vshr_n_u8(v, 4)));
  }
  [[gnu::always_inline]] static Floats widen_f16(const std::uint8_t* p) { return from_f16(some(p, 8)); }
  [[gnu::always_inline]] static Floats widen_f16_n(const std::uint8_t* p, std::size_t n) {
    return from_f16(some(p, 2 * n));
  }
  [[gnu::always_inline]] static Floats widen_bf16(const std::uint8_t* p) { return from_bf16(some(p, 8)); }
  [[gnu::always_inline]] static Floats widen_bf16_n(const std::uint8_t* p, std::size_t n) {
    return from_bf16(some(p, 2 * n));
  }
  [[gnu::always_inline]] static Floats widen_u8(const std::uint8_t* p) { return from_u8(some(p, 4)); }
  [[gnu::always_inline]] static Floats widen_u8_n(const std::uint8_t* p, std::size_t n) { return from_u8(some(p, n)); }
  [[gnu::always_inline]] static Floats widen_u4(const std::uint8_t* p, std::size_t first) {
    return from_u4(some(p + first / 2, 2));
  }
  [[gnu::always_inline]] static Floats widen_u4_n(const std::uint8_t* p, std::size_t first, std::size_t n) {
    return from_u4(some(p + first / 2, (n + 1) / 2));
  }

  [[gnu::always_inline]] static Doubles fma(Doubles a, Doubles b, Doubles c) { return vfmaq_f64(c, a, b); }
  [[gnu::always_inline]] static Doubles in_register(Doubles a) {
    float64x2_t r = a;
    __asm__("" : "+w"(r));
    return r;
  }
  [[gnu::always_inline]] static Doubles load_n(const double* p, std::size_t n) {
    return n == 2 ? vld1q_f64(p) : vld1q_lane_f64(p, vdupq_n_f64(0.0), 0);
  }
  [[gnu::always_inline]] static void store_n(double* p, Doubles v, std::size_t n) {
    if (n == 2) return vst1q_f64(p, v);
    vst1q_lane_f64(p, v, 0);
  }
  [[gnu::always_inline]] static Doubles widen(const float* p) { return vcvt_f64_f32(vld1_f32(p)); }
  [[gnu::always_inline]] static Doubles widen_n(const float* p, std::size_t n) {
    return vcvt_f64_f32(n == 2 ? vld1_f32(p) : vld1_lane_f32(p, vdup_n_f32(0.0f), 0));
  }
};

}  // namespace clicklens::kernels
