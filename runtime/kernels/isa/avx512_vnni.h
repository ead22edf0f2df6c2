// AVX-512 VNNI: four products of an unsigned and a signed byte per lane, summed exactly. Inputs carry a zero point of
// 128, which the first sum of each output takes back.
#pragma once

#include "kernels/isa/avx512.h"

namespace clicklens::kernels {

struct Avx512Vnni {
  using Element = std::uint8_t;
  using Weight = std::int8_t;
  using Weights = __m512i;
  using Sums = __m512i;
  using Ints = Avx512Ops::Ints;
  static constexpr std::size_t group = 4;
  static constexpr std::int32_t zero_point = 128;

  [[gnu::always_inline]] static void store(Element* to, Ints v) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_maskz_cvtepi32_epi8(0xffff, v));
  }
  [[gnu::always_inline]] static Sums load_sums(const std::int32_t* p) { return _mm512_loadu_si512(p); }
  [[gnu::always_inline]] static __m512i load(const Weight* p) { return _mm512_loadu_si512(p); }
  [[gnu::always_inline]] static __m512i in_register(__m512i w) {
    __asm__("" : "+v"(w));
    return w;
  }
  [[gnu::always_inline]] static __m512i broadcast(const Element* p) {
    std::int32_t four;
    __builtin_memcpy(&four, p, sizeof four);
    return _mm512_set1_epi32(four);
  }
  [[gnu::always_inline]] static Sums add(Sums sum, __m512i x, __m512i w) { return _mm512_dpbusd_epi32(sum, x, w); }
};

}  // namespace clicklens::kernels
