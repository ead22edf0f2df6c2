// Rows scaled by a number of their own, and added to others.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct Scale {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

  static void add_scaled(const ScaleArgs& m) {
    if (m.b.data == nullptr) {
      each(m, [](V s, V, V) { return s; });
    } else if (m.a.data == nullptr) {
      each(m, [](V s, V b, V) { return s * b; });
    } else {
      each(m, [](V s, V b, V a) { return fma(s, b, a); });
    }
  }

 private:
  template <class F>
  [[gnu::always_inline]] static void each(const ScaleArgs& m, F f) {
    for (std::size_t i = 0; i < m.rows; ++i) {
      const V s = V::broadcast(*row_of(m.s, i));
      const float* const a = row_of(m.a, i);
      const float* const b = row_of(m.b, i);
      float* const y = m.y + i * m.ldy;
      for (std::size_t c = 0; c < m.cols; c += lanes) {
        const std::size_t n = m.cols - c < lanes ? m.cols - c : lanes;
        const V at_a = a == nullptr ? V::zero() : load_some<V>(a + c, n);
        const V at_b = b == nullptr ? V::zero() : load_some<V>(b + c, n);
        store_some(y + c, canonical(f(s, at_b, at_a)), n);
      }
    }
  }
};

}  // namespace clicklens::kernels
