// How element by element kernels walk their operands. A kernel is one expression of what stands at an element: a, b,
// and the column's scale and shift.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct MapEach {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

 protected:
  // n elements of one row, from column c on. Loads only what a kernel asks for.
  template <bool Whole>
  struct At {
    const MapArgs& m;
    const float *row_a, *row_b;
    std::size_t c, n;

    [[gnu::always_inline]] V load(const float* p) const {
      if constexpr (Whole) {
        return V::load(p + c);
      } else {
        return V::load_n(p + c, n);
      }
    }
    [[gnu::always_inline]] V a() const { return load(row_a); }
    [[gnu::always_inline]] V b() const { return load(row_b); }
    [[gnu::always_inline]] V scale() const { return load(m.scale); }
    [[gnu::always_inline]] V shift() const { return load(m.shift); }
    [[gnu::always_inline]] V slope() const { return V::broadcast(m.slope); }
    [[gnu::always_inline]] V low() const { return V::broadcast(m.low); }
    [[gnu::always_inline]] V high() const { return V::broadcast(m.high); }
  };

  template <class F>
  [[gnu::always_inline]] static void each(const MapArgs& m, F f) {
    const bool one_row = contiguous(m);
    const std::size_t rows = one_row ? 1 : m.rows, cols = one_row ? m.rows * m.cols : m.cols;
    for (std::size_t i = 0; i < rows; ++i) {
      const float* const a = row_of(m.a, i);
      const float* const b = row_of(m.b, i);
      float* const y = m.y + i * m.ldy;
      std::size_t c = 0;
      for (; c + lanes <= cols; c += lanes) canonical(f(At<true>{m, a, b, c, lanes})).store(y + c);
      if (c < cols) canonical(f(At<false>{m, a, b, c, cols - c})).store_n(y + c, cols - c);
    }
  }

 private:
  // Narrow rows that lie one behind the other are walked as a single one.
  static bool contiguous(const MapArgs& m) {
    const auto dense = [&m](const Operand& o) { return o.data == nullptr || (o.ld == m.cols && o.rows == nullptr); };
    return m.scale == nullptr && m.shift == nullptr && m.ldy == m.cols && dense(m.a) && dense(m.b);
  }
};

}  // namespace clicklens::kernels
