// 8-bit products as pairs of 16-bit ones, for processors without VNNI.
#pragma once

#include "kernels/isa/avx512.h"

namespace clicklens::kernels {

struct Avx512Int8 {
  using Element = std::int16_t;
  using Weight = std::int16_t;
  using Weights = __m512i;
  using Sums = __m512i;
  using Ints = Avx512Ops::Ints;
  static constexpr std::size_t group = 2, depth = group;
  static constexpr std::int32_t zero_point = 0;

  [[gnu::always_inline]] static void store(Element* to, Ints v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_maskz_cvtepi32_epi16(0xffff, v));
  }
  [[gnu::always_inline]] static Sums load_sums(const std::int32_t* p) { return _mm512_loadu_si512(p); }
  [[gnu::always_inline]] static __m512i load(const void* p) { return _mm512_loadu_si512(p); }
  [[gnu::always_inline]] static __m512i in_register(__m512i w) {
    __asm__("" : "+v"(w));
    return w;
  }
  // One group of a row's elements, in every lane.
  [[gnu::always_inline]] static __m512i broadcast(const void* p) {
    std::int32_t elements;
    __builtin_memcpy(&elements, p, sizeof elements);
    return _mm512_set1_epi32(elements);
  }
  [[gnu::always_inline]] static Sums add(Sums sum, __m512i x, __m512i w) {
    return _mm512_add_epi32(sum, _mm512_madd_epi16(x, w));
  }
};

}  // namespace clicklens::kernels
