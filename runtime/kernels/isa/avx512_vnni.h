// AVX-512 VNNI: four products of an unsigned and a signed byte per lane, summed exactly. Inputs carry a zero point of
// 128, which the first sum of each output takes back.
#pragma once

#include "kernels/isa/avx512_int8.h"

namespace clicklens::kernels {

struct Avx512Vnni : Avx512Int8 {
  using Element = std::uint8_t;
  using Weight = std::int8_t;
  using Floats = Avx512Ops::Floats;
  static constexpr std::size_t group = 4, depth = 64;  // of a tile of AMX, which reads the same rows and weights
  static constexpr std::int32_t zero_point = 128;

  [[gnu::always_inline]] static void store(Element* to, Ints v) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_maskz_cvtepi32_epi8(0xffff, v));
  }
  // Four vectors, to nearest even: a rounding each and half the shuffles of four stores.
  [[gnu::always_inline]] static void store_rounded(Element* to, Floats a, Floats b, Floats c, Floats d) {
    const auto round = [](Floats v) { return _mm512_maskz_cvtps_epi32(0xffff, v); };
    const __m512i fours =
        _mm512_packs_epi16(_mm512_packs_epi32(round(a), round(b)), _mm512_packs_epi32(round(c), round(d)));
    const __m512i in_order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i signs = _mm512_set1_epi8(-128);  // which adds the zero point
    _mm512_storeu_si512(to, _mm512_xor_si512(_mm512_maskz_permutexvar_epi32(0xffff, in_order, fours), signs));
  }
  [[gnu::always_inline]] static Sums add(Sums sum, __m512i x, __m512i w) { return _mm512_dpbusd_epi32(sum, x, w); }
};

}  // namespace clicklens::kernels
