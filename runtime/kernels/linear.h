// The linear layer: every output is one chain of fused multiply-adds over k in ascending order, so
// its bits do not depend on the batch, the tile or the vector width. Speed comes from many chains at
// once: a tile of rows x vectors of outputs lives in registers. A block of tiles shares one pass over the
// weights, so that they come from the outer caches once for up to 72 rows.
#pragma once

#include "kernels/linear_column.h"
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
    const float* const w = a.weights + column * a.k;
    const std::size_t k = a.k, panel = k * lanes;
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
};

}  // namespace clicklens::kernels
