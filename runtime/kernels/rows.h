// Rows of embedding tables as kernels read them: widened to float first, exactly but for the one rounding of
// fma(q, scale, bias). Rows of quantised types begin with their own scale and bias, so that one cache line
// holds all there is of a short row.
#pragma once

#include "kernels/activation.h"
#include "kernels/row_lines.h"

namespace clicklens::kernels {

// is_plain: stored as float, nothing to widen. load: a vector from `column` on, a multiple of the lanes; of the last of
// a tile `tail` numbers, the other lanes hold anything.
struct RowF32 {
  static constexpr bool is_plain = true;
  template <class V>
  [[gnu::always_inline]] static V load(const char* row, std::size_t column, bool last, std::size_t tail) {
    return load_of_tile<V>(reinterpret_cast<const float*>(row) + column, last, tail);
  }
};

struct RowF16 {
  static constexpr bool is_plain = false;
  template <class V>
  [[gnu::always_inline]] static V load(const char* row, std::size_t column, bool last, std::size_t tail) {
    const auto* const p = reinterpret_cast<const std::uint8_t*>(row) + 2 * column;
    return is_whole<V>(last, tail) ? V::widen_f16(p) : V::widen_f16_n(p, tail);
  }
};

struct RowBf16 {
  static constexpr bool is_plain = false;
  template <class V>
  [[gnu::always_inline]] static V load(const char* row, std::size_t column, bool last, std::size_t tail) {
    const auto* const p = reinterpret_cast<const std::uint8_t*>(row) + 2 * column;
    return is_whole<V>(last, tail) ? V::widen_bf16(p) : V::widen_bf16_n(p, tail);
  }
};

// float32 scale, float32 bias, then the codes.
template <class V>
[[gnu::always_inline]] inline V dequantised(V q, const char* row) {
  float scale, bias;
  __builtin_memcpy(&scale, row, 4);
  __builtin_memcpy(&bias, row + 4, 4);
  return fma(q, V::broadcast(scale), V::broadcast(bias));
}

struct RowI8 {
  static constexpr bool is_plain = false;
  template <class V>
  [[gnu::always_inline]] static V load(const char* row, std::size_t column, bool last, std::size_t tail) {
    const auto* const p = reinterpret_cast<const std::uint8_t*>(row) + 8 + column;
    return dequantised(is_whole<V>(last, tail) ? V::widen_u8(p) : V::widen_u8_n(p, tail), row);
  }
};

struct RowI4 {
  static constexpr bool is_plain = false;
  template <class V>
  [[gnu::always_inline]] static V load(const char* row, std::size_t column, bool last, std::size_t tail) {
    const auto* const p = reinterpret_cast<const std::uint8_t*>(row) + 8;
    return dequantised(is_whole<V>(last, tail) ? V::widen_u4(p, column) : V::widen_u4_n(p, column, tail), row);
  }
};

}  // namespace clicklens::kernels
