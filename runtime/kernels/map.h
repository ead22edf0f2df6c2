// Element by element kernels. A kernel is one expression of what stands at an element: a, b, and the
// column's scale and shift.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct Map {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

  static void relu(const MapArgs& m) {
    each(m, [](auto at) { return kernels::relu(at.a()); });
  }
  static void leaky_relu(const MapArgs& m) {
    each(m, [](auto at) { return kernels::leaky_relu(at.a(), at.slope()); });
  }
  static void prelu(const MapArgs& m) {
    each(m, [](auto at) { return kernels::leaky_relu(at.a(), at.scale()); });
  }
  static void sigmoid(const MapArgs& m) {
    each(m, [](auto at) { return math::sigmoid(at.a()); });
  }
  static void tanh(const MapArgs& m) {
    each(m, [](auto at) { return math::tanh(at.a()); });
  }

  static void relu_backward(const MapArgs& m) {
    each(m, [](auto at) { return gate(at.a(), at.b(), V::zero()); });
  }
  static void leaky_relu_backward(const MapArgs& m) {
    each(m, [](auto at) { return gate(at.a(), at.b(), at.a() * at.slope()); });
  }
  static void prelu_backward(const MapArgs& m) {
    each(m, [](auto at) { return gate(at.a(), at.b(), at.a() * at.scale()); });
  }
  static void sigmoid_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * (at.b() * (V::broadcast(1.0f) - at.b())); });
  }
  static void tanh_backward(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * (V::broadcast(1.0f) - at.b() * at.b()); });
  }

  static void copy(const MapArgs& m) {
    each(m, [](auto at) { return at.a(); });
  }
  static void add(const MapArgs& m) {
    each(m, [](auto at) { return at.a() + at.b(); });
  }
  static void subtract(const MapArgs& m) {
    each(m, [](auto at) { return at.a() - at.b(); });
  }
  static void multiply(const MapArgs& m) {
    each(m, [](auto at) { return at.a() * at.b(); });
  }
  static void add_square(const MapArgs& m) {
    each(m, [](auto at) { return fma(at.b(), at.b(), at.a()); });
  }
  static void half_difference(const MapArgs& m) {
    each(m, [](auto at) { return fma(at.a(), at.a(), negate(at.b())) * V::broadcast(0.5f); });
  }
  static void scale_shift(const MapArgs& m) {
    if (m.shift == nullptr) {
      each(m, [](auto at) { return at.a() * at.scale(); });
    } else {
      each(m, [](auto at) { return fma(at.a(), at.scale(), at.shift()); });
    }
  }
  static void log1p(const MapArgs& m) {
    each(m, [](auto at) { return math::signed_log1p(at.a()); });
  }
  static void standardise(const MapArgs& m) {
    each(m, [](auto at) { return (at.a() - at.shift()) * at.scale(); });
  }
  static void exp(const MapArgs& m) {
    each(m, [](auto at) { return math::exp(at.a()); });
  }
  static void log(const MapArgs& m) {
    each(m, [](auto at) { return math::log(at.a()); });
  }

 private:
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

  // Narrow rows that lie one behind the other are walked as a single one.
  static bool contiguous(const MapArgs& m) {
    const auto dense = [&m](const Operand& o) { return o.data == nullptr || (o.ld == m.cols && o.rows == nullptr); };
    return m.scale == nullptr && m.shift == nullptr && m.ldy == m.cols && dense(m.a) && dense(m.b);
  }
};

}  // namespace clicklens::kernels
