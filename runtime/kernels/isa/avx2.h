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

  [[gnu::always_inline]] static Floats greater(Floats a, Floats b) { return _mm256_max_ps(a, b); }
  [[gnu::always_inline]] static Floats lesser(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  [[gnu::always_inline]] static Ints max_unsigned(Ints a, Ints b) { return _mm256_max_epu32(a, b); }
  [[gnu::always_inline]] static Ints count(Ints n, Mask m) { return _mm256_sub_epi32(n, _mm256_castps_si256(m)); }
  [[gnu::always_inline]] static Floats to_floats(Ints a) { return _mm256_cvtepi32_ps(a); }

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
