// The linear layer: every output is one chain of fused multiply-adds over k in ascending order, so
// its bits do not depend on the batch, the tile or the vector width. Speed comes from many chains at
// once: a tile of rows x vectors of outputs lives in registers. A block of tiles shares one pass over the
// weights, so that they come from the outer caches once for up to 72 rows.
#pragma once

#include "kernels/linear_column.h"
#include "kernels/linear_sparse.h"
#include "kernels/linear_tiles.h"

namespace clicklens::kernels {

template <class Isa>
struct Linear {
  using V = Vec<Isa>;
  using Block = LinearBlock<Isa>;
  using Rows = typename Block::Rows;
  static constexpr std::size_t lanes = V::lanes;

  static void linear_f32(const LinearArgs& a) {
    if (a.m == 0) return;
    Block block(a);
    if (a.m == 1 && a.n > 1 && a.by_input != nullptr && a.k > 0) return one_row(a, block);
    for (std::size_t tile = 0; tile < block.all; tile += Block::tiles) {
      block.take(tile);
      if (a.n == 1) {
        LinearColumn<Isa>::run(a, block);
      } else {
        LinearTiles<Isa, Linear>::run(a, block);
      }
    }
  }

  template <std::size_t R, std::size_t C>
  static void tile(const LinearArgs& a, const Rows& rows, std::size_t column, std::size_t tail) {
    V acc[R][C];
    Finish::template load_rows<R, C>(acc, a.seed.data, rows.seed, column, tail);
    const std::size_t k = a.k, packed_k = a.packed_k == 0 ? k : a.packed_k, panel = packed_k * lanes;
    const float* const w = a.weights + column * packed_k + a.first * lanes;
    const float* x[R];
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) x[i] = rows.x[i];
    for (std::size_t p = 0; p < k; ++p) {
      V b[C];
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        b[j] = V::load(w + j * panel + p * lanes);
        if (R > 1) b[j] = in_register(b[j]);
      }
#pragma GCC unroll 32
      for (std::size_t i = 0; i < R; ++i) {
        const V one = V::broadcast(x[i][p]);
#pragma GCC unroll 32
        for (std::size_t j = 0; j < C; ++j) acc[i][j] = fma(one, b[j], acc[i][j]);
      }
    }
    Finish::template finish<R, C>(acc, a, rows, column, tail);
  }

 private:
  using Finish = LinearFinish<Isa>;
  using Tiles = LinearTiles<Isa, Linear>;

  // Listing zeros costs little, a chain with gaps a little more a product than one without.
  static void one_row(const LinearArgs& a, Block& block) {
    block.take(0);
    NonZero<Isa> inputs(block.rows[0].x[0], a.k);
    const std::size_t listed = a.k < inputs.chunk ? a.k : inputs.chunk;
    if (inputs.count() * 8 > listed * 7) return Tiles::run(a, block);
    sparse_stretches<static_cast<std::size_t>(Isa::sparse_columns)>(a, block.rows[0], inputs, 0);
    if (a.act > Act::relu) Finish::activate_rows(a, block);
  }

  // The outputs from `column` on, as many vectors at once as there are registers for, then half as many.
  template <std::size_t C>
  static void sparse_stretches(const LinearArgs& a, const Rows& rows, NonZero<Isa>& inputs, std::size_t column) {
    for (; column + (C - 1) * lanes < a.n; column += C * lanes) {
      const std::size_t end = column + C * lanes;
      sparse_tile<C>(a, rows, inputs, column, lanes - (end > a.n ? end - a.n : 0));
    }
    if constexpr (C > 1) {
      if (column < a.n) sparse_stretches<C / 2>(a, rows, inputs, column);
    }
  }

  template <std::size_t C>
  static void sparse_tile(const LinearArgs& a, const Rows& rows, NonZero<Isa>& inputs, std::size_t column,
                          std::size_t tail) {
    V acc[1][C];
    Finish::template load_rows<1, C>(acc, a.seed.data, rows.seed, column, tail);
    const std::size_t all = (a.n + lanes - 1) / lanes * lanes;
    const float* const w = a.by_input + column;
    const float* const x = rows.x[0];
    for (std::size_t begin = 0; begin < a.k; begin += inputs.chunk) {
      inputs.take(begin);
      const std::size_t count = inputs.count();
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t p = inputs[i];
        const V one = V::broadcast(x[p]);
#pragma GCC unroll 32
        for (std::size_t j = 0; j < C; ++j) acc[0][j] = fma(one, V::load(w + p * all + j * lanes), acc[0][j]);
      }
    }
    Finish::template finish<1, C>(acc, a, rows, column, tail);
  }
};

}  // namespace clicklens::kernels
