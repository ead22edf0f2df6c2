// AVX-512 BF16: two products of bfloat16 per lane, added to a float32 sum; denormal numbers count as zero.
#pragma once

#include "kernels/isa/avx512.h"

namespace clicklens::kernels {

struct Avx512Bf16 {
  using Pairs = __m512i;
  using Floats = Avx512Ops::Floats;

  [[gnu::always_inline]] static void store(std::uint16_t* to, Floats v) {
    const __m256bh halves = _mm512_cvtneps_pbh(v);
    __builtin_memcpy(to, &halves, sizeof halves);
  }
  [[gnu::always_inline]] static __m512i load(const std::uint16_t* p) { return _mm512_loadu_si512(p); }
  [[gnu::always_inline]] static __m512i in_register(__m512i w) {
    __asm__("" : "+v"(w));
    return w;
  }
  [[gnu::always_inline]] static __m512i broadcast(const std::uint16_t* p) {
    std::int32_t pair;
    __builtin_memcpy(&pair, p, sizeof pair);
    return _mm512_set1_epi32(pair);
  }
  [[gnu::always_inline]] static Floats add(Floats sum, __m512i x, __m512i w) {
    return _mm512_dpbf16_ps(sum, __builtin_bit_cast(__m512bh, x), __builtin_bit_cast(__m512bh, w));
  }
};

}  // namespace clicklens::kernels
