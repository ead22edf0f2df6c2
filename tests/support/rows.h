// Rows of embedding tables of every element type, read and drawn by the definition of the formats: the oracle of the
// kernels and of the encoder.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "kernels/args.h"

namespace clicklens::oracle {

using kernels::Element;

inline std::size_t bytes_of_row(Element type, std::size_t dim) {
  if (type == Element::f32) return 4 * dim;
  if (type == Element::i8_row) return 8 + dim;
  return type == Element::i4_row ? 8 + (dim + 1) / 2 : 2 * dim;
}

// sign, `exponent_bits` of exponent, the rest fraction (IEEE 754).
inline float value_of_half(std::uint32_t bits, int exponent_bits) {
  const int fraction_bits = 15 - exponent_bits, most = (1 << exponent_bits) - 1, bias = most / 2;
  const int exponent = static_cast<int>(bits >> fraction_bits) & most;
  const int fraction = static_cast<int>(bits) & ((1 << fraction_bits) - 1);
  double v = exponent == 0 ? std::ldexp(fraction, 1 - bias - fraction_bits)
                           : std::ldexp(fraction + (1 << fraction_bits), exponent - bias - fraction_bits);
  if (exponent == most)
    v = fraction == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  return static_cast<float>((bits & 0x8000u) != 0 ? -v : v);
}

inline float number_in_row(Element type, const std::uint8_t* row, std::size_t c) {
  float scale = 0, bias = 0, plain = 0;
  switch (type) {
    case Element::f32:
      std::memcpy(&plain, row + 4 * c, 4);
      return plain;
    case Element::f16:
      return value_of_half(row[2 * c] + 256u * row[2 * c + 1], 5);
    case Element::bf16:
      return value_of_half(row[2 * c] + 256u * row[2 * c + 1], 8);
    default:
      break;
  }
  std::memcpy(&scale, row, 4);
  std::memcpy(&bias, row + 4, 4);
  const unsigned q = type == Element::i8_row ? row[8 + c] : c % 2 == 0 ? row[8 + c / 2] % 16u : row[8 + c / 2] / 16u;
  return std::fma(static_cast<float>(q), scale, bias);
}

// A row of numbers within some octaves of 1; with `hard`, of any. `bits` gives 32 random bits, `number` a float.
template <class Bits, class Number>
void draw_row(Element type, std::size_t dim, std::uint8_t* row, Bits&& bits, Number&& number, bool hard) {
  const std::size_t bytes = bytes_of_row(type, dim);
  if (type == Element::f16 || type == Element::bf16) {
    for (std::size_t c = 0; c < dim; ++c) {
      std::uint32_t half = static_cast<std::uint32_t>(bits()) & 0xFFFFu;
      if (!hard || bits() % 4 != 0)
        half = type == Element::f16 ? (half & 0x8FFFu) | 0x3000u : (half & 0x81FFu) | 0x3E00u;
      row[2 * c] = static_cast<std::uint8_t>(half & 255u);
      row[2 * c + 1] = static_cast<std::uint8_t>(half >> 8);
    }
    return;
  }
  if (type == Element::f32) {
    for (std::size_t c = 0; c < dim; ++c) {
      const float v = number();
      std::memcpy(row + 4 * c, &v, 4);
    }
    return;
  }
  const float bias = number(), scale = number() / (type == Element::i8_row ? 128 : 8);
  std::memcpy(row, &scale, 4);
  std::memcpy(row + 4, &bias, 4);
  for (std::size_t i = 8; i < bytes; ++i) row[i] = static_cast<std::uint8_t>(bits() & 255u);
}

}  // namespace clicklens::oracle
