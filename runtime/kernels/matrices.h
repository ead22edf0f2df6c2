// Rows that are small matrices: products of two of them, and what is done along the width of their fields.
#pragma once

#include "kernels/reduce.h"

namespace clicklens::kernels {

template <class Isa>
struct Matrices {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

  static void matmul(const MatmulArgs& m) {
    for (std::size_t r = 0; r < m.rows; ++r) {
      const float* const a = row_of(m.a, r);
      const float* const b = row_of(m.b, r);
      const float* const seed = row_of(m.seed, r);
      float* const y = m.y + r * m.ldy;
      if (m.transpose_b) {
        for (std::size_t i = 0; i < m.m; ++i)
          for (std::size_t j = 0; j < m.n; ++j) y[i * m.n + j] = dot(a + i * m.k, b + j * m.k, m.k) + 0.0f;
        continue;
      }
      std::size_t i = 0;
      for (; i + 4 <= m.m; i += 4) chains<4>(m, a, b, seed, y, i);
      for (; i < m.m; ++i) chains<1>(m, a, b, seed, y, i);
    }
  }

  // exp(x - largest) / their sum, where the mask lets through; zeros where it lets nothing.
  static void softmax(const FieldArgs& f) {
    each_field(f, [&f](const float* x, const float* mask, float* y) {
      const float top = largest(x, mask, f.width);
      if (mask != nullptr && top == -__builtin_inff() && !lets_through(mask, f.width)) {
        for (std::size_t c = 0; c < f.width; ++c) y[c] = 0.0f;
        return;
      }
      for (std::size_t c = 0; c < f.width; c += lanes) {
        const std::size_t n = f.width - c < lanes ? f.width - c : lanes;
        V power = math::exp(load_some<V>(x + c, n) - V::broadcast(top));
        if (mask != nullptr) power = select(load_some<V>(mask + c, n) == V::zero(), V::zero(), power);
        store_some(y + c, power, n);
      }
      const float total = Reduce<Isa>::row(y, y, f.width, [](V lane, V at, V) { return lane + at; });
      each_vector(f.width, y,
                  [&](std::size_t c, std::size_t n) { return load_some<V>(y + c, n) / V::broadcast(total); });
    });
  }

  // y * (dy - dy . y)
  static void softmax_backward(const FieldArgs& f) {
    each_field(f, [&f](const float* dy, const float* y, float* dx) {
      const V total = V::broadcast(dot(dy, y, f.width));
      each_vector(f.width, dx, [&](std::size_t c, std::size_t n) {
        return load_some<V>(y + c, n) * (load_some<V>(dy + c, n) - total);
      });
    });
  }

  static void layer_norm(const FieldArgs& f) {
    each_field(f, [&f](const float* x, const float*, float* y) {
      const V inverse = V::broadcast(centre(x, y, f));
      each_vector(f.width, y, [&](std::size_t c, std::size_t n) {
        const V at = load_some<V>(y + c, n) * inverse;
        if (f.scale == nullptr) return at;
        return fma(at, load_some<V>(f.scale + c, n), load_some<V>(f.shift + c, n));
      });
    });
  }

  // With g = dy * scale and h the normed input: (g - mean g - h * mean(g h)) / deviation
  static void layer_norm_backward(const FieldArgs& f) {
    each_field(f, [&f](const float* dy, const float* x, float* dx) {
      const V inverse = V::broadcast(centre(x, dx, f));
      each_vector(f.width, dx, [&](std::size_t c, std::size_t n) { return load_some<V>(dx + c, n) * inverse; });
      each_vector(f.width, f.work, [&](std::size_t c, std::size_t n) {
        const V g = load_some<V>(dy + c, n);
        return f.scale == nullptr ? g : g * load_some<V>(f.scale + c, n);
      });
      const float width = static_cast<float>(f.width);
      const float sum = Reduce<Isa>::row(f.work, f.work, f.width, [](V lane, V at, V) { return lane + at; });
      const V mean = V::broadcast(sum / width), slope = V::broadcast(dot(f.work, dx, f.width) / width);
      each_vector(f.width, dx, [&](std::size_t c, std::size_t n) {
        const V h = load_some<V>(dx + c, n);
        return fma(negate(h), slope, load_some<V>(f.work + c, n) - mean) * inverse;
      });
    });
  }

  // By column; NaN when there is one.
  static void field_max(const FieldArgs& f) {
    for (std::size_t r = 0; r < f.rows; ++r) {
      const float* const x = row_of(f.a, r);
      each_vector(f.width, f.y + r * f.ldy, [&](std::size_t c, std::size_t n) { return top_of(f, x + c, n); });
    }
  }
  // The gradient to the first field that is as large as the largest, which a NaN is.
  static void field_max_backward(const FieldArgs& f) {
    for (std::size_t r = 0; r < f.rows; ++r) {
      const float* const dy = row_of(f.a, r);
      const float* const x = row_of(f.b, r);
      float* const dx = f.y + r * f.ldy;
      for (std::size_t c = 0; c < f.width; c += lanes) {
        const std::size_t n = f.width - c < lanes ? f.width - c : lanes;
        const V top = top_of(f, x + c, n);
        V left = canonical(load_some<V>(dy + c, n));
        for (std::size_t i = 0; i < f.fields; ++i) {
          const V at = load_some<V>(x + i * f.width + c, n);
          const V won = select(at == top, left, select(is_number(at), V::zero(), left));
          store_some(dx + i * f.width + c, won, n);
          left = select(at == top, V::zero(), select(is_number(at), left, V::zero()));
        }
      }
    }
  }

 private:
  [[gnu::always_inline]] static V top_of(const FieldArgs& f, const float* x, std::size_t n) {
    V top = load_some<V>(x, n);
    for (std::size_t i = 1; i < f.fields; ++i) top = max(top, load_some<V>(x + i * f.width, n));
    return top;
  }

  // Rows [i, i + R) of the product: a chain for each element.
  template <std::size_t R>
  [[gnu::always_inline]] static void chains(const MatmulArgs& m, const float* a, const float* b, const float* seed,
                                            float* y, std::size_t i) {
    const std::size_t next_row = m.transpose_a ? 1 : m.k, next = m.transpose_a ? m.m : 1;
    const float* const x = a + i * next_row;
    for (std::size_t j = 0; j < m.n; j += lanes) {
      const std::size_t n = m.n - j < lanes ? m.n - j : lanes;
      V sum[R];
#pragma GCC unroll 4
      for (std::size_t q = 0; q < R; ++q)
        sum[q] = seed == nullptr ? V::zero() : load_some<V>(seed + (i + q) * m.n + j, n);
      for (std::size_t p = 0; p < m.k; ++p) {
        const V at = load_some<V>(b + p * m.n + j, n);
#pragma GCC unroll 4
        for (std::size_t q = 0; q < R; ++q) sum[q] = fma(V::broadcast(x[q * next_row + p * next]), at, sum[q]);
      }
#pragma GCC unroll 4
      for (std::size_t q = 0; q < R; ++q) store_some(y + (i + q) * m.n + j, canonical(sum[q]), n);
    }
  }

  [[gnu::always_inline]] static float dot(const float* a, const float* b, std::size_t n) {
    return Reduce<Isa>::row(a, b, n, [](V lane, V x, V y) { return fma(x, y, lane); });
  }

  // y = x - its mean; gives 1 / sqrt(variance + eps).
  [[gnu::always_inline]] static float centre(const float* x, float* y, const FieldArgs& f) {
    const float width = static_cast<float>(f.width);
    const V mean = V::broadcast(Reduce<Isa>::row(x, x, f.width, [](V lane, V at, V) { return lane + at; }) / width);
    each_vector(f.width, y, [&](std::size_t c, std::size_t n) { return load_some<V>(x + c, n) - mean; });
    const float variance = dot(y, y, f.width) / width;
    float first[lanes];
    (V::broadcast(1.0f) / sqrt(V::broadcast(variance + f.eps))).store(first);
    return first[0];
  }

  // Of what the mask lets through; NaN when there is one.
  [[gnu::always_inline]] static float largest(const float* x, const float* mask, std::size_t width) {
    const V lowest = V::broadcast(-__builtin_inff());
    V top = lowest;
    for (std::size_t c = 0; c < width; c += lanes) {
      const std::size_t n = width - c < lanes ? width - c : lanes;
      V at = load_some<V>(x + c, n);
      if (mask != nullptr) at = select(load_some<V>(mask + c, n) == V::zero(), lowest, at);
      if (n < lanes) {
        float some[lanes];
        lowest.store(some);
        at.store_n(some, n);
        at = V::load(some);
      }
      top = max(top, at);
    }
    float all[lanes];
    top.store(all);
    float result = all[0];
    for (const float at : all) result = result != result || result >= at ? result : at;
    return result;
  }
  [[gnu::always_inline]] static bool lets_through(const float* mask, std::size_t width) {
    for (std::size_t c = 0; c < width; ++c)
      if (mask[c] != 0.0f) return true;
    return false;
  }

  template <class F>
  [[gnu::always_inline]] static void each_field(const FieldArgs& f, F body) {
    for (std::size_t r = 0; r < f.rows; ++r) {
      const float* const a = row_of(f.a, r);
      const float* const b = row_of(f.b, r);
      for (std::size_t i = 0; i < f.fields; ++i) {
        const float* const second = b == nullptr ? nullptr : b + (f.b_fields == 1 ? 0 : i) * f.width;
        body(a + i * f.width, second, f.y + r * f.ldy + i * f.width);
      }
    }
  }
  // y[c, c + n) = body(c, n), no -0.
  template <class F>
  [[gnu::always_inline]] static void each_vector(std::size_t width, float* y, F body) {
    for (std::size_t c = 0; c < width; c += lanes) {
      const std::size_t n = width - c < lanes ? width - c : lanes;
      store_some(y + c, canonical(body(c, n)), n);
    }
  }
};

}  // namespace clicklens::kernels
