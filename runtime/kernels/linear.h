// The linear layer: every output is one chain of fused multiply-adds over k in ascending order, so
// its bits do not depend on the batch, the tile or the vector width. Speed comes from many chains at
// once: a tile of rows x vectors of outputs lives in registers, and Isa::tile_columns[rows] says how
// many vectors that height has room for. A block of tiles shares one pass over the weights, so that
// they come from the outer caches once for up to 72 rows.
#pragma once

#include "kernels/linear_column.h"
#include "kernels/linear_sparse.h"

namespace clicklens::kernels {

template <class Isa>
struct Linear {
  using V = Vec<Isa>;
  using Block = LinearBlock<Isa>;
  using Rows = typename Block::Rows;
  static constexpr std::size_t lanes = V::lanes;
  static constexpr std::size_t max_rows = Block::max_rows;

  static void linear_f32(const LinearArgs& a) {
    if (a.m == 0) return;
    Block block(a);
    if (a.m == 1 && a.n > 1 && a.finite && a.k > 0) return one_row(a, block);
    for (std::size_t tile = 0; tile < block.all; tile += Block::tiles) {
      block.take(tile);
      if (a.n == 1) {
        LinearColumn<Isa>::run(a, block);
      } else {
        across_outputs(a, block);
        if (a.act > Act::relu) activate_rows(a, block);
      }
    }
  }

 private:
  // `column`: the tile's first output; `tail`: how many lanes of its last vector exist.
  using Tile = void (*)(const LinearArgs&, const Rows&, std::size_t column, std::size_t tail);

  static constexpr std::size_t widest() {
    std::size_t most = 0;
    for (const int columns : Isa::tile_columns)
      most = static_cast<std::size_t>(columns) > most ? static_cast<std::size_t>(columns) : most;
    return most;
  }

  // Cuts the outputs into as few stretches of at most `room` vectors as there can be, of nearly equal width.
  template <class F>
  [[gnu::always_inline]] static void each_stretch(std::size_t n, std::size_t room, F f) {
    const std::size_t vectors = (n + lanes - 1) / lanes;
    const std::size_t tiles = (vectors + room - 1) / room;
    for (std::size_t t = 0, vector = 0; t < tiles; ++t) {
      const std::size_t width = vectors / tiles + (t < vectors % tiles ? 1 : 0);
      const std::size_t end = (vector + width) * lanes;
      f(width, vector * lanes, lanes - (end > n ? end - n : 0));
      vector += width;
    }
  }

  static void across_outputs(const LinearArgs& a, const Block& block) {
    const std::size_t room = static_cast<std::size_t>(Isa::tile_columns[block.rows[0].count]);
    each_stretch(a.n, room, [&](std::size_t width, std::size_t column, std::size_t tail) {
      for (std::size_t i = 0; i < block.count; ++i)
        tile_table.at[block.rows[i].count][width](a, block.rows[i], column, tail);
    });
  }

  // Listing zeros costs little, a chain with gaps a little more a product than one without.
  static void one_row(const LinearArgs& a, Block& block) {
    block.take(0);
    NonZero<Isa> inputs(block.rows[0].x[0], a.k);
    const std::size_t listed = a.k < inputs.chunk ? a.k : inputs.chunk;
    if (inputs.count() * 8 > listed * 7) {
      across_outputs(a, block);
    } else {
      each_stretch(a.n, sparse_width, [&](std::size_t width, std::size_t column, std::size_t tail) {
        sparse_table.at[width](a, block.rows[0], inputs, column, tail);
      });
    }
    if (a.act > Act::relu) activate_rows(a, block);
  }

  static constexpr std::size_t sparse_width = static_cast<std::size_t>(Isa::sparse_columns);

  template <std::size_t C>
  static void sparse_tile(const LinearArgs& a, const Rows& rows, NonZero<Isa>& inputs, std::size_t column,
                          std::size_t tail) {
    V acc[1][C];
    load_rows<1, C>(acc, a.seed.data, rows.seed, column, tail);
    const std::size_t packed_k = a.packed_k == 0 ? a.k : a.packed_k, panel = packed_k * lanes;
    const float* const w = a.weights + column * packed_k + a.first * lanes;
    const float* const x = rows.x[0];
    for (std::size_t begin = 0; begin < a.k; begin += inputs.chunk) {
      inputs.take(begin);
      const std::size_t count = inputs.count();
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t p = inputs[i];
        const V one = V::broadcast(x[p]);
#pragma GCC unroll 32
        for (std::size_t j = 0; j < C; ++j) acc[0][j] = fma(one, V::load(w + j * panel + p * lanes), acc[0][j]);
      }
    }
    finish<1, C>(acc, a, rows, column, tail);
  }

  template <std::size_t R, std::size_t C>
  static void tile(const LinearArgs& a, const Rows& rows, std::size_t column, std::size_t tail) {
    V acc[R][C];
    load_rows<R, C>(acc, a.seed.data, rows.seed, column, tail);
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
    finish<R, C>(acc, a, rows, column, tail);
  }

  template <std::size_t R, std::size_t C>
  [[gnu::always_inline]] static void load_rows(V (&acc)[R][C], const float* present, const float* const* row,
                                               std::size_t column, std::size_t tail) {
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) {
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        acc[i][j] =
            present == nullptr ? V::zero() : load_some<V>(row[i] + column + j * lanes, j + 1 < C ? lanes : tail);
      }
    }
  }

  // Addend, batch norm, relu and the store, while the sums are still in registers.
  template <std::size_t R, std::size_t C>
  [[gnu::always_inline]] static void finish(V (&acc)[R][C], const LinearArgs& a, const Rows& rows, std::size_t column,
                                            std::size_t tail) {
    if (a.addend.data != nullptr) {
#pragma GCC unroll 32
      for (std::size_t i = 0; i < R; ++i) {
#pragma GCC unroll 32
        for (std::size_t j = 0; j < C; ++j) {
          acc[i][j] = acc[i][j] + load_some<V>(rows.addend[i] + column + j * lanes, j + 1 < C ? lanes : tail);
        }
      }
    }
    if (a.bn_scale != nullptr) {
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        const std::size_t n = j + 1 < C ? lanes : tail;
        const V scale = load_some<V>(a.bn_scale + column + j * lanes, n);
        const V shift = load_some<V>(a.bn_shift + column + j * lanes, n);
#pragma GCC unroll 32
        for (std::size_t i = 0; i < R; ++i) acc[i][j] = fma(canonical(acc[i][j]), scale, shift);
      }
    }
    const bool rectify = a.act == Act::relu;
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) {
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        const V v = canonical(acc[i][j]);
        store_some(rows.y[i] + column + j * lanes, rectify ? relu(v) : v, j + 1 < C ? lanes : tail);
      }
    }
  }

  // The activations that relu is not: a second pass over the rows just written.
  static void activate_rows(const LinearArgs& a, const Block& block) {
    for (std::size_t t = 0; t < block.count; ++t) {
      for (std::size_t i = 0; i < block.rows[t].count; ++i) activate_row(a, block.rows[t].y[i]);
    }
  }
  static void activate_row(const LinearArgs& a, float* y) {
    for (std::size_t c = 0; c < a.n; c += lanes) {
      const std::size_t n = a.n - c < lanes ? a.n - c : lanes;
      const V slopes = a.act == Act::prelu ? load_some<V>(a.slopes + c, n) : V::zero();
      store_some(y + c, canonical(activate(a, load_some<V>(y + c, n), slopes)), n);
    }
  }

  struct TileTable {
    Tile at[max_rows + 1][widest() + 1];
  };
  template <std::size_t R, std::size_t C>
  static constexpr void fill(TileTable& table) {
    table.at[R][C] = &tile<R, C>;
    if constexpr (C < static_cast<std::size_t>(Isa::tile_columns[R])) {
      fill<R, C + 1>(table);
    } else if constexpr (R < max_rows) {
      fill<R + 1, 1>(table);
    }
  }
  static constexpr TileTable make_tiles() {
    TileTable table{};
    fill<1, 1>(table);
    return table;
  }
  static constexpr TileTable tile_table = make_tiles();

  struct SparseTable {
    void (*at[sparse_width + 1])(const LinearArgs&, const Rows&, NonZero<Isa>&, std::size_t column, std::size_t tail);
  };
  template <std::size_t C>
  static constexpr void fill(SparseTable& table) {
    table.at[C] = &sparse_tile<C>;
    if constexpr (C < sparse_width) fill<C + 1>(table);
  }
  static constexpr SparseTable make_sparse() {
    SparseTable table{};
    fill<1>(table);
    return table;
  }
  static constexpr SparseTable sparse_table = make_sparse();
};

}  // namespace clicklens::kernels
