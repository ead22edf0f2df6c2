// The linear layer with one output: vectors run across rows. A chain per row, as many rows at once as
// a tile has, then the epilogue over the sums of all rows of the block.
#pragma once

#include "kernels/linear_block.h"
#include "kernels/linear_mapped.h"

namespace clicklens::kernels {

template <class Isa>
struct LinearColumn {
  using V = Vec<Isa>;
  using Block = LinearBlock<Isa>;
  using Rows = typename Block::Rows;
  static constexpr std::size_t lanes = V::lanes;

  static void run(const LinearArgs& a, const Block& block) {
    float sums[Block::tiles * Block::max_rows];
    std::size_t n = 0;
    for (std::size_t t = 0; t < block.count; ++t) {
      chain_table.at[block.rows[t].count](a, block.rows[t], sums + n);
      n += block.rows[t].count;
    }
    finish(a, sums, n);
    const float* sum = sums;
    for (std::size_t t = 0; t < block.count; ++t) {
      for (std::size_t i = 0; i < block.rows[t].count; ++i) *block.rows[t].y[i] = *sum++;
    }
  }

 private:
  template <std::size_t R>
  static void chains(const LinearArgs& a, const Rows& rows, float* sums) {
    float acc[R];
    const float* x[R];
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) {
      acc[i] = a.seed.data == nullptr ? 0.0f : *rows.seed[i];
      x[i] = rows.x[i];
    }
    const float* const w = a.weights + a.first;
    for (std::size_t p = 0; p < a.k; ++p) {
#pragma GCC unroll 32
      for (std::size_t i = 0; i < R; ++i) acc[i] = Isa::fma(x[i][p], w[p], acc[i]);
    }
    for (std::size_t i = 0; i < R; ++i) sums[i] = a.addend.data == nullptr ? acc[i] : acc[i] + *rows.addend[i];
  }

  static void finish(const LinearArgs& a, float* sums, std::size_t n) {
    const V slope = V::broadcast(a.act == Act::prelu ? *a.slopes : 0.0f);
    for (std::size_t i = 0; i < n; i += lanes) {
      const std::size_t count = n - i < lanes ? n - i : lanes;
      V v = canonical(load_some<V>(sums + i, count));
      if (a.bn_scale != nullptr) v = canonical(fma(v, V::broadcast(*a.bn_scale), V::broadcast(*a.bn_shift)));
      store_some(sums + i, canonical(activate(a, v, slope)), count);
    }
    if (a.act > Act::tanh) map_row<Isa>(a, sums, n);
  }

  struct Table {
    void (*at[Block::max_rows + 1])(const LinearArgs&, const Rows&, float* sums);
  };
  template <std::size_t R>
  static constexpr void fill(Table& table) {
    table.at[R] = &chains<R>;
    if constexpr (R < Block::max_rows) fill<R + 1>(table);
  }
  static constexpr Table make_table() {
    Table table{};
    fill<1>(table);
    return table;
  }
  static constexpr Table chain_table = make_table();
};

}  // namespace clicklens::kernels
