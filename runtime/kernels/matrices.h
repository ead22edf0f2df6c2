// Rows that are small matrices: products of two of them, and what is done along the width of their fields.
#pragma once

#include "kernels/dots.h"
#include "kernels/shares.h"

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
        dots(m, a, b, y);
        continue;
      }
      const std::size_t tiles = (m.m + tallest - 1) / tallest;
      for (std::size_t t = 0, i = 0; t < tiles; ++t) {
        const std::size_t rows = m.m / tiles + (t < m.m % tiles ? 1 : 0);
        tall<tallest>(rows, m, a, b, seed, y, i);
        i += rows;
      }
    }
  }

  // exp(x - largest) / their sum, where the mask lets through; zeros where it lets nothing. As many fields at a time as
  // a vector has lanes: largest, sum and quotient of all are vectors.
  static void softmax(const FieldArgs& f) {
    Shares<Isa> shares(f.width);
    each_field(f, [&](const float* x, const float* mask, float* y) { shares.add(x, mask, y); });
    shares.finish();
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

  static constexpr std::size_t tallest = Isa::fast_fma ? 8 : 2;

  // Rows [i, i + rows) of the product, at most R of them.
  template <std::size_t R>
  [[gnu::always_inline]] static void tall(std::size_t rows, const MatmulArgs& m, const float* a, const float* b,
                                          const float* seed, float* y, std::size_t i) {
    if (rows == R) {
      chains<R>(m, a, b, seed, y, i);
    } else if constexpr (R > 1) {
      tall<R - 1>(rows, m, a, b, seed, y, i);
    }
  }
  // A chain for each element.
  template <std::size_t R>
  [[gnu::noinline]] static void chains(const MatmulArgs& m, const float* a, const float* b, const float* seed, float* y,
                                       std::size_t i) {
    std::size_t j = 0;
    const auto at = [&j](const float* row) { return row == nullptr ? nullptr : row + j; };
    if constexpr (!Isa::free_masks) {
      for (; j + lanes <= m.n; j += lanes) chains<R, true>(m, a, b + j, at(seed), y + j, i, lanes);
      if (j == m.n) return;
    }
    for (; j < m.n; j += lanes) chains<R, false>(m, a, b + j, at(seed), y + j, i, m.n - j < lanes ? m.n - j : lanes);
  }
  template <std::size_t R, bool Whole>
  [[gnu::always_inline]] static void chains(const MatmulArgs& m, const float* a, const float* b, const float* seed,
                                            float* y, std::size_t i, std::size_t n) {
    const auto load = [n](const float* p) { return Whole ? V::load(p) : V::load_n(p, n); };
    const std::size_t next_row = m.transpose_a ? 1 : m.k, next = m.transpose_a ? m.m : 1;
    const float* x[R];
    V sum[R];
#pragma GCC unroll 8
    for (std::size_t q = 0; q < R; ++q) {
      x[q] = a + (i + q) * next_row;
      sum[q] = seed == nullptr ? V::zero() : load(seed + (i + q) * m.n);
    }
    for (std::size_t p = 0; p < m.k; ++p) {
      const V at = in_register(load(b + p * m.n));
#pragma GCC unroll 8
      for (std::size_t q = 0; q < R; ++q) sum[q] = fma(V::broadcast(x[q][p * next]), at, sum[q]);
    }
#pragma GCC unroll 8
    for (std::size_t q = 0; q < R; ++q) {
      if (Whole) {
        canonical(sum[q]).store(y + (i + q) * m.n);
      } else {
        canonical(sum[q]).store_n(y + (i + q) * m.n, n);
      }
    }
  }

  // a times b transposed.
  static void dots(const MatmulArgs& m, const float* a, const float* b, float* y) {
    if (m.k > Dots<Isa>::most) {
      for (std::size_t i = 0; i < m.m; ++i)
        for (std::size_t j = 0; j < m.n; ++j) y[i * m.n + j] = dot(a + i * m.k, b + j * m.k, m.k) + 0.0f;
      return;
    }
    for (std::size_t j = 0; j < m.n; j += lanes) {
      const std::size_t n = m.n - j < lanes ? m.n - j : lanes;
      const float* rows[lanes];
      for (std::size_t q = 0; q < lanes; ++q) rows[q] = b + (j + (q < n ? q : 0)) * m.k;
      typename Dots<Isa>::Block(rows, m.k).each(
          m.m, [&](std::size_t i) { return a + i * m.k; },
          [&](std::size_t i, V sums) { store_some(y + i * m.n + j, sums, n); });
    }
  }

  [[gnu::always_inline]] static float dot(const float* a, const float* b, std::size_t n) {
    return Dots<Isa>::one(a, b, n);
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
