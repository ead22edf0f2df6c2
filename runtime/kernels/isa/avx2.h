// AVX2 + FMA + F16C.
#pragma once

#include "kernels/simd.h"

namespace clicklens::kernels {

struct Avx2Ops : XsimdOps<xsimd::fma3<xsimd::avx2>> {
  [[gnu::always_inline]] static Floats fma(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
  [[gnu::always_inline]] static float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
  [[gnu::always_inline]] static Floats in_register(Floats a) {
    __m256 r = a;
    __asm__("" : "+x"(r));
    return r;
  }
  [[gnu::always_inline]] static Floats div(Floats a, Floats b) { return _mm256_div_ps(a, b); }
  [[gnu::always_inline]] static Floats sqrt(Floats a) { return _mm256_sqrt_ps(a); }

  [[gnu::always_inline]] static __m256i first(std::size_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  [[gnu::always_inline]] static Floats load_n(const float* p, std::size_t n) { return _mm256_maskload_ps(p, first(n)); }
  [[gnu::always_inline]] static void store_n(float* p, Floats v, std::size_t n) { _mm256_maskstore_ps(p, first(n), v); }
  [[gnu::always_inline]] static float tree_sum(Floats v) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }

  [[gnu::always_inline]] static Floats zip_low(Floats a, Floats b) {
    return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x20);
  }
  [[gnu::always_inline]] static Floats zip_high(Floats a, Floats b) {
    return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x31);
  }

  [[gnu::always_inline]] static Floats greater(Floats a, Floats b) { return _mm256_max_ps(a, b); }
  // The second where either is NaN.
  [[gnu::always_inline]] static Floats at_least(Floats limit, Floats a) { return _mm256_max_ps(limit, a); }
  [[gnu::always_inline]] static Floats lesser(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  [[gnu::always_inline]] static Ints max_unsigned(Ints a, Ints b) { return _mm256_max_epu32(a, b); }
  [[gnu::always_inline]] static std::uint32_t largest_lane(Ints a) {
    const __m256i v = a;
    const __m128i four = _mm_max_epu32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    const __m128i two = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0x4e));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_max_epu32(two, _mm_shuffle_epi32(two, 0xb1))));
  }
  [[gnu::always_inline]] static Ints count(Ints n, Mask m) { return _mm256_sub_epi32(n, _mm256_castps_si256(m)); }
  [[gnu::always_inline]] static Floats to_floats(Ints a) { return _mm256_cvtepi32_ps(a); }

  // A vector from 16 bytes, of which the rows below fill as many as they have.
  [[gnu::always_inline]] static Floats from_f16(__m128i v) { return _mm256_cvtph_ps(v); }
  [[gnu::always_inline]] static Floats from_bf16(__m128i v) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(v), 16));
  }
  [[gnu::always_inline]] static Floats from_u8(__m128i v) { return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(v)); }
  [[gnu::always_inline]] static Floats from_u4(__m128i v) {
    const __m128i low = _mm_set1_epi8(15);
    return from_u8(_mm_unpacklo_epi8(_mm_and_si128(v, low), _mm_and_si128(_mm_srli_epi16(v, 4), low)));
  }
  [[gnu::always_inline]] static __m128i load_16(const std::uint8_t* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  }
  [[gnu::always_inline]] static __m128i some(const std::uint8_t* p, std::size_t n) {  // n <= 8
    return _mm_cvtsi64_si128(static_cast<long long>(load_bytes(p, n)));
  }
  [[gnu::always_inline]] static __m128i some_16(const std::uint8_t* p, std::size_t n) {  // n <= 16
    return n <= 8 ? some(p, n) : _mm_unpacklo_epi64(some(p, 8), some(p + 8, n - 8));
  }
  [[gnu::always_inline]] static Floats widen_f16(const std::uint8_t* p) { return from_f16(load_16(p)); }
  [[gnu::always_inline]] static Floats widen_f16_n(const std::uint8_t* p, std::size_t n) {
    return from_f16(some_16(p, 2 * n));
  }
  [[gnu::always_inline]] static Floats widen_bf16(const std::uint8_t* p) { return from_bf16(load_16(p)); }
  [[gnu::always_inline]] static Floats widen_bf16_n(const std::uint8_t* p, std::size_t n) {
    return from_bf16(some_16(p, 2 * n));
  }
  [[gnu::always_inline]] static Floats widen_u8(const std::uint8_t* p) { return from_u8(some(p, 8)); }
  [[gnu::always_inline]] static Floats widen_u8_n(const std::uint8_t* p, std::size_t n) { return from_u8(some(p, n)); }
  [[gnu::always_inline]] static Floats widen_u4(const std::uint8_t* p, std::size_t first) {
    return from_u4(some(p + first / 2, 4));
  }
  [[gnu::always_inline]] static Floats widen_u4_n(const std::uint8_t* p, std::size_t first, std::size_t n) {
    return from_u4(some(p + first / 2, (n + 1) / 2));
  }

  [[gnu::always_inline]] static Doubles fma(Doubles a, Doubles b, Doubles c) { return _mm256_fmadd_pd(a, b, c); }
  [[gnu::always_inline]] static Doubles in_register(Doubles a) {
    __m256d r = a;
    __asm__("" : "+x"(r));
    return r;
  }
  [[gnu::always_inline]] static __m256i first_doubles(std::size_t n) {
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(static_cast<long long>(n)), _mm256_setr_epi64x(0, 1, 2, 3));
  }
  [[gnu::always_inline]] static Doubles load_n(const double* p, std::size_t n) {
    return _mm256_maskload_pd(p, first_doubles(n));
  }
  [[gnu::always_inline]] static void store_n(double* p, Doubles v, std::size_t n) {
    _mm256_maskstore_pd(p, first_doubles(n), v);
  }
  [[gnu::always_inline]] static Doubles widen(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
  [[gnu::always_inline]] static Doubles widen_n(const float* p, std::size_t n) {
    return _mm256_cvtps_pd(_mm_maskload_ps(p, _mm256_castsi256_si128(first(n))));
  }
};

}  // namespace clicklens::kernels
