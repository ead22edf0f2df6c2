// AVX-512 F + BW + DQ + VL. Where g++ 12 builds an intrinsic on an undefined value and then warns of
// it, the zero-masked form of the same instruction stands in.
#pragma once

#include "kernels/simd.h"

namespace clicklens::kernels {

struct Avx512Ops : XsimdOps<xsimd::avx512bw> {
  static constexpr bool free_masks = true;

  [[gnu::always_inline]] static Floats fma(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
  [[gnu::always_inline]] static float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
  [[gnu::always_inline]] static Floats in_register(Floats a) {
    __m512 r = a;
    __asm__("" : "+v"(r));
    return r;
  }
  [[gnu::always_inline]] static Floats div(Floats a, Floats b) { return _mm512_div_ps(a, b); }
  [[gnu::always_inline]] static Floats sqrt(Floats a) { return _mm512_maskz_sqrt_ps(0xffff, a); }

  [[gnu::always_inline]] static __mmask16 first(std::size_t n) {
    return static_cast<__mmask16>((std::uint32_t{1} << n) - 1);
  }
  [[gnu::always_inline]] static Floats load_n(const float* p, std::size_t n) {
    return _mm512_maskz_loadu_ps(first(n), p);
  }
  [[gnu::always_inline]] static void store_n(float* p, Floats v, std::size_t n) {
    _mm512_mask_storeu_ps(p, first(n), v);
  }
  template <int N>
  [[gnu::always_inline]] static Ints shift_left(Ints a) {
    return _mm512_maskz_slli_epi32(0xffff, a, N);
  }
  template <int N>
  [[gnu::always_inline]] static Ints shift_right(Ints a) {
    return _mm512_maskz_srai_epi32(0xffff, a, N);
  }
  [[gnu::always_inline]] static float tree_sum(Floats v) {
    const __m256 eight =
        _mm256_add_ps(_mm512_maskz_extractf32x8_ps(0xff, v, 0), _mm512_maskz_extractf32x8_ps(0xff, v, 1));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }

  [[gnu::always_inline]] static Floats zip_low(Floats a, Floats b) {
    const __m512i order = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return _mm512_permutex2var_ps(a, order, b);
  }
  [[gnu::always_inline]] static Floats zip_high(Floats a, Floats b) {
    const __m512i order = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    return _mm512_permutex2var_ps(a, order, b);
  }

  [[gnu::always_inline]] static Floats greater(Floats a, Floats b) { return _mm512_maskz_max_ps(0xffff, a, b); }
  // The second where either is NaN.
  [[gnu::always_inline]] static Floats at_least(Floats limit, Floats a) {
    return _mm512_maskz_max_ps(0xffff, limit, a);
  }
  [[gnu::always_inline]] static Floats lesser(Floats a, Floats b) { return _mm512_maskz_min_ps(0xffff, a, b); }
  [[gnu::always_inline]] static Ints max_unsigned(Ints a, Ints b) { return _mm512_maskz_max_epu32(0xffff, a, b); }
  [[gnu::always_inline]] static std::uint32_t largest_lane(Ints a) {
    const __m512i v = a;
    const __m256i eight =
        _mm256_max_epu32(_mm512_maskz_extracti32x8_epi32(0xff, v, 0), _mm512_maskz_extracti32x8_epi32(0xff, v, 1));
    const __m128i four = _mm_max_epu32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
    const __m128i two = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0x4e));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_max_epu32(two, _mm_shuffle_epi32(two, 0xb1))));
  }
  [[gnu::always_inline]] static Ints count(Ints n, Mask m) {
    return _mm512_mask_add_epi32(n, m, n, _mm512_set1_epi32(1));
  }
  // Compressed in a register: compressing into memory is slow on some processors.
  [[gnu::always_inline]] static std::size_t list_nonzero(const float* x, std::uint32_t base, std::uint32_t* to) {
    const __mmask16 nonzero = _mm512_cmp_ps_mask(_mm512_loadu_ps(x), _mm512_setzero_ps(), _CMP_NEQ_UQ);
    const __m512i index = _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(base)),
                                           _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(nonzero, index));
    return static_cast<std::size_t>(__builtin_popcount(nonzero));
  }
  [[gnu::always_inline]] static Floats to_floats(Ints a) { return _mm512_maskz_cvtepi32_ps(0xffff, a); }

  [[gnu::always_inline]] static Floats from_f16(__m256i v) { return _mm512_maskz_cvtph_ps(0xffff, v); }
  [[gnu::always_inline]] static Floats from_bf16(__m256i v) {
    return _mm512_castsi512_ps(_mm512_maskz_slli_epi32(0xffff, _mm512_maskz_cvtepu16_epi32(0xffff, v), 16));
  }
  [[gnu::always_inline]] static Floats from_u8(__m128i v) {
    return _mm512_maskz_cvtepi32_ps(0xffff, _mm512_maskz_cvtepu8_epi32(0xffff, v));
  }
  [[gnu::always_inline]] static Floats from_u4(__m128i v) {
    const __m128i low = _mm_set1_epi8(15);
    return from_u8(_mm_unpacklo_epi8(_mm_and_si128(v, low), _mm_and_si128(_mm_srli_epi16(v, 4), low)));
  }
  [[gnu::always_inline]] static Floats widen_f16(const std::uint8_t* p) {
    return from_f16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  [[gnu::always_inline]] static Floats widen_f16_n(const std::uint8_t* p, std::size_t n) {
    return from_f16(_mm256_maskz_loadu_epi16(first(n), p));
  }
  [[gnu::always_inline]] static Floats widen_bf16(const std::uint8_t* p) {
    return from_bf16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  [[gnu::always_inline]] static Floats widen_bf16_n(const std::uint8_t* p, std::size_t n) {
    return from_bf16(_mm256_maskz_loadu_epi16(first(n), p));
  }
  [[gnu::always_inline]] static Floats widen_u8(const std::uint8_t* p) {
    return from_u8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  [[gnu::always_inline]] static Floats widen_u8_n(const std::uint8_t* p, std::size_t n) {
    return from_u8(_mm_maskz_loadu_epi8(first(n), p));
  }
  [[gnu::always_inline]] static Floats widen_u4(const std::uint8_t* p, std::size_t first_half) {
    return from_u4(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p + first_half / 2)));
  }
  [[gnu::always_inline]] static Floats widen_u4_n(const std::uint8_t* p, std::size_t first_half, std::size_t n) {
    return from_u4(_mm_maskz_loadu_epi8(first((n + 1) / 2), p + first_half / 2));
  }

  [[gnu::always_inline]] static Doubles fma(Doubles a, Doubles b, Doubles c) { return _mm512_fmadd_pd(a, b, c); }
  [[gnu::always_inline]] static Doubles in_register(Doubles a) {
    __m512d r = a;
    __asm__("" : "+v"(r));
    return r;
  }
  [[gnu::always_inline]] static __mmask8 first_doubles(std::size_t n) {
    return static_cast<__mmask8>((std::uint32_t{1} << n) - 1);
  }
  [[gnu::always_inline]] static Doubles load_n(const double* p, std::size_t n) {
    return _mm512_maskz_loadu_pd(first_doubles(n), p);
  }
  [[gnu::always_inline]] static void store_n(double* p, Doubles v, std::size_t n) {
    _mm512_mask_storeu_pd(p, first_doubles(n), v);
  }
  [[gnu::always_inline]] static Doubles widen(const float* p) {
    return _mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(p));
  }
  [[gnu::always_inline]] static Doubles widen_n(const float* p, std::size_t n) {
    return _mm512_maskz_cvtps_pd(0xff, _mm256_maskz_loadu_ps(first_doubles(n), p));
  }
};

}  // namespace clicklens::kernels
