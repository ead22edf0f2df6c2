// AVX-512 VNNI: four products of an unsigned and a signed byte per lane, summed exactly. Inputs carry a zero point of
// 128, which the first sum of each output takes back.
#pragma once

#include "kernels/isa/avx512_int8.h"

namespace clicklens::kernels {

struct Avx512Vnni : Avx512Int8 {
  using Element = std::uint8_t;
  using Weight = std::int8_t;
  static constexpr std::size_t group = 4, depth = 64;  // of a tile of AMX, which reads the same rows and weights
  static constexpr std::int32_t zero_point = 128;

  [[gnu::always_inline]] static void store(Element* to, Ints v) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_maskz_cvtepi32_epi8(0xffff, v));
  }
  [[gnu::always_inline]] static Sums add(Sums sum, __m512i x, __m512i w) { return _mm512_dpbusd_epi32(sum, x, w); }
};

}  // namespace clicklens::kernels
