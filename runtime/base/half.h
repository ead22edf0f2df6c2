// 16-bit floats <-> float: exact when widening, round half to even when narrowing, NaN stays NaN (made
// quiet, upper payload bits kept). Scalar; kernels have their own vector forms with the same bits.
#pragma once

#include <bit>
#include <cstdint>

namespace clicklens::base {

constexpr float bf16_to_f32(std::uint16_t bits) noexcept {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

constexpr std::uint16_t f32_to_bf16(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<std::uint16_t>((bits >> 16) | 0x40u);
  const std::uint32_t half = 0x7FFFu + ((bits >> 16) & 1u);  // ties go to the even neighbour
  return static_cast<std::uint16_t>((bits + half) >> 16);
}

constexpr float f16_to_f32(std::uint16_t bits) noexcept {
  const std::uint32_t sign = (bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1Fu;
  const std::uint32_t fraction = bits & 0x3FFu;
  if (exponent == 0x1Fu) {
    const std::uint32_t quiet = fraction != 0 ? 0x400000u : 0u;
    return std::bit_cast<float>(sign | 0x7F800000u | quiet | (fraction << 13));
  }
  if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112u) << 23) | (fraction << 13));
  if (fraction == 0) return std::bit_cast<float>(sign);
  // Subnormal: fraction * 2^-24, written with its leading bit implied.
  const auto top = static_cast<std::uint32_t>(std::bit_width(fraction)) - 1u;
  return std::bit_cast<float>(sign | ((top + 103u) << 23) | ((fraction << (23u - top)) & 0x7FFFFFu));
}

constexpr std::uint16_t f32_to_f16(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return static_cast<std::uint16_t>(sign | 0x7E00u | ((magnitude >> 13) & 0x1FFu));
  if (magnitude >= 0x477FF000u) return static_cast<std::uint16_t>(sign | 0x7C00u);  // rounds past 65504
  if (magnitude >= 0x38800000u) {  // normal: 2^-14 and above; a carry out of the fraction is right
    const std::uint32_t rounded = magnitude + 0xFFFu + ((magnitude >> 13) & 1u);
    return static_cast<std::uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
  }
  const std::uint32_t exponent = magnitude >> 23;
  if (exponent < 102u) return static_cast<std::uint16_t>(sign);  // below half of 2^-24
  const std::uint32_t significand = (magnitude & 0x7FFFFFu) | 0x800000u;
  const std::uint32_t shift = 126u - exponent;  // 14 .. 24: to units of 2^-24
  const std::uint32_t rest = significand & ((1u << shift) - 1u), tie = 1u << (shift - 1u);
  std::uint32_t units = significand >> shift;
  if (rest > tie || (rest == tie && (units & 1u) != 0)) ++units;
  return static_cast<std::uint16_t>(sign | units);
}

}  // namespace clicklens::base
