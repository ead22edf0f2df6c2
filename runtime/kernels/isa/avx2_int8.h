// 8-bit products as pairs of 16-bit ones: vpmaddwd is exact, where vpmaddubsw saturates its sums of two.
#pragma once

#include "kernels/isa/avx2.h"

namespace clicklens::kernels {

struct Avx2Int8 {
  using Element = std::int16_t;
  using Weight = std::int16_t;
  using Weights = __m256i;
  using Sums = __m256i;
  using Ints = Avx2Ops::Ints;
  static constexpr std::size_t group = 2, depth = group;
  static constexpr std::int32_t zero_point = 0;

  [[gnu::always_inline]] static void store(Element* to, Ints v) {
    const __m256i low = _mm256_srai_epi32(_mm256_slli_epi32(v, 16), 16);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                     _mm_packs_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1)));
  }
  [[gnu::always_inline]] static Sums load_sums(const std::int32_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  [[gnu::always_inline]] static __m256i load(const Weight* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  [[gnu::always_inline]] static __m256i in_register(__m256i w) {
    __asm__("" : "+x"(w));
    return w;
  }
  [[gnu::always_inline]] static __m256i broadcast(const Element* p) {
    std::int32_t pair;
    __builtin_memcpy(&pair, p, sizeof pair);
    return _mm256_set1_epi32(pair);
  }
  [[gnu::always_inline]] static Sums add(Sums sum, __m256i x, __m256i w) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(x, w));
  }
};

}  // namespace clicklens::kernels
