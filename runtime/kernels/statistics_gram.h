// x' * x of doubles. A tile of sums, gram_rows x gram_vectors, stays in registers over the rows of a
// chunk. What it reads is packed first, a panel of columns next to one another: at a row stride that is
// a multiple of 4 KiB the rows of a chunk would share a few sets of the first-level cache.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct Gram {
  using D = DoubleVec<Isa>;
  static constexpr std::size_t lanes = D::lanes;
  static constexpr std::size_t height = Isa::gram_rows, vectors = Isa::gram_vectors, width = vectors * lanes;
  static constexpr std::size_t chunk = 64;  // rows
  static constexpr std::size_t left = 64;   // columns packed on the left: they stream from the second-level cache

  static void gram(const GramArgs& a) {
    alignas(64) double left_panels[left * chunk], right_panel[width * chunk];
    for (std::size_t row = 0; row < a.rows; row += chunk) {
      const std::size_t rows = a.rows - row < chunk ? a.rows - row : chunk;
      const double* const x = a.x + row * a.ldx;
      for (std::size_t i = 0; i < a.cols; i += left) {
        const std::size_t tall = a.cols - i < left ? a.cols - i : left;
        for (std::size_t p = 0; p < tall; p += height) {
          pack<height>(x + i + p, a.ldx, rows, tall - p, left_panels + p * chunk);
        }
        for (std::size_t j = i; j < a.cols; j += width) {
          pack<width>(x + j, a.ldx, rows, a.cols - j, right_panel);
          for (std::size_t p = 0; p < tall && i + p < j + width; p += height) {
            tile(left_panels + p * chunk, right_panel, rows, a.g + (i + p) * a.ldg + j, a.ldg, tall - p, a.cols - j);
          }
        }
      }
    }
  }

 private:
  // `Width` columns of each row, those past `cols` as zeros.
  template <std::size_t Width>
  static void pack(const double* x, std::size_t ldx, std::size_t rows, std::size_t cols, double* to) {
    for (std::size_t r = 0; r < rows; ++r, x += ldx, to += Width) {
      if (cols >= Width) {
#pragma GCC unroll 32
        for (std::size_t c = 0; c < Width; c += lanes) D::load(x + c).store(to + c);
      } else {
        for (std::size_t c = 0; c < Width; ++c) to[c] = c < cols ? x[c] : 0.0;
      }
    }
  }

  // Adds a tile of sums to g, of which `tall` rows and `wide` columns exist.
  static void tile(const double* a, const double* b, std::size_t rows, double* g, std::size_t ldg, std::size_t tall,
                   std::size_t wide) {
    D sum[height][vectors];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < height; ++i) {
#pragma GCC unroll 8
      for (std::size_t j = 0; j < vectors; ++j) sum[i][j] = D::zero();
    }
    for (std::size_t r = 0; r < rows; ++r, a += height, b += width) {
      D right[vectors];
#pragma GCC unroll 8
      for (std::size_t j = 0; j < vectors; ++j) right[j] = in_register(D::load(b + j * lanes));
#pragma GCC unroll 8
      for (std::size_t i = 0; i < height; ++i) {
        const D one = D::broadcast(a[i]);
#pragma GCC unroll 8
        for (std::size_t j = 0; j < vectors; ++j) sum[i][j] = multiply_add(one, right[j], sum[i][j]);
      }
    }
#pragma GCC unroll 8
    for (std::size_t i = 0; i < height; ++i) {
      if (i >= tall) break;
#pragma GCC unroll 8
      for (std::size_t j = 0; j < vectors; ++j) add(g + i * ldg + j * lanes, sum[i][j], j * lanes, wide);
    }
  }

  [[gnu::always_inline]] static void add(double* g, D sum, std::size_t column, std::size_t wide) {
    if (column + lanes <= wide) {
      (D::load(g) + sum).store(g);
    } else if (column < wide) {
      (D::load_n(g, wide - column) + sum).store_n(g, wide - column);
    }
  }
};

}  // namespace clicklens::kernels
