// What a linear's sums begin with and what becomes of them while they are still in registers: one epilogue for every
// precision.
#pragma once

#include "kernels/linear_block.h"
#include "kernels/linear_mapped.h"

namespace clicklens::kernels {

template <class Isa, class Args = LinearArgs>
struct LinearFinish {
  using V = Vec<Isa>;
  using Block = LinearBlock<Isa, Args>;
  using Rows = typename Block::Rows;
  static constexpr std::size_t lanes = V::lanes;

  // `column`: the tile's first output; `tail`: how many lanes of its last vector exist.
  [[gnu::always_inline]] static V load_row(const float* present, const float* row, std::size_t column, bool last,
                                           std::size_t tail) {
    return present == nullptr ? V::zero() : load_of_tile<V>(row + column, last, tail);
  }
  template <std::size_t R, std::size_t C>
  [[gnu::always_inline]] static void load_rows(V (&acc)[R][C], const float* present, const float* const* row,
                                               std::size_t column, std::size_t tail) {
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) {
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        acc[i][j] = load_row(present, row[i], column + j * lanes, j + 1 == C, tail);
      }
    }
  }

  // Addend, batch norm, relu and the store, while the sums are still in registers.
  template <std::size_t R, std::size_t C>
  [[gnu::always_inline]] static void finish(V (&acc)[R][C], const Args& a, const Rows& rows, std::size_t column,
                                            std::size_t tail) {
    if (a.addend.data != nullptr) {
#pragma GCC unroll 32
      for (std::size_t i = 0; i < R; ++i) {
#pragma GCC unroll 32
        for (std::size_t j = 0; j < C; ++j) {
          acc[i][j] = acc[i][j] + load_of_tile<V>(rows.addend[i] + column + j * lanes, j + 1 == C, tail);
        }
      }
    }
    if (a.bn_scale != nullptr) {
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        const V scale = load_of_tile<V>(a.bn_scale + column + j * lanes, j + 1 == C, tail);
        const V shift = load_of_tile<V>(a.bn_shift + column + j * lanes, j + 1 == C, tail);
#pragma GCC unroll 32
        for (std::size_t i = 0; i < R; ++i) acc[i][j] = fma(canonical(acc[i][j]), scale, shift);
      }
    }
    const V limit = V::broadcast(a.act == Act::relu ? 0.0f : -__builtin_inff());  // relu, or nothing
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) {
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        const V v = canonical(acc[i][j]);
        store_of_tile(rows.y[i] + column + j * lanes, at_least(limit, v), j + 1 == C, tail);
      }
    }
  }

  // The activations that relu is not: a second pass over the rows just written.
  static void activate_rows(const Args& a, const Block& block) {
    for (std::size_t t = 0; t < block.count; ++t) {
      for (std::size_t i = 0; i < block.rows[t].count; ++i) activate_row(a, block.rows[t].y[i]);
    }
  }
  static void activate_row(const Args& a, float* y) {
    if (a.act > Act::tanh) return map_row<Isa>(a, y, a.n);
    for (std::size_t c = 0; c < a.n; c += lanes) {
      const std::size_t n = a.n - c < lanes ? a.n - c : lanes;
      const V slopes = a.act == Act::prelu ? load_some<V>(a.slopes + c, n) : V::zero();
      store_some(y + c, canonical(activate(a, load_some<V>(y + c, n), slopes)), n);
    }
  }
};

}  // namespace clicklens::kernels
