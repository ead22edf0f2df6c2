// The rows of a linear call, cut into tiles, and what happens to a sum once it is complete.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

[[gnu::always_inline]] inline const float* input_row(const LinearArgs& a, std::size_t i) {
  return row_of(a.x, i);
}
[[gnu::always_inline]] inline const std::byte* input_row(const LinearReducedArgs& a, std::size_t i) {
  return a.x + i * a.ldx;
}

template <class Isa, class Args = LinearArgs>
struct LinearBlock {
  using V = Vec<Isa>;
  static constexpr std::size_t tiles = 8;
  static constexpr std::size_t max_rows = sizeof(Isa::tile_columns) / sizeof(Isa::tile_columns[0]) - 1;  // of a tile

  // Heights that Isa::tile_columns gives no vectors are not there: low tiles have up to most_low rows, tall ones from
  // least_tall to max_rows.
  static constexpr bool is_height(std::size_t rows) { return rows <= max_rows && Isa::tile_columns[rows] > 0; }
  static constexpr std::size_t from(std::size_t rows, bool there) {
    return rows > max_rows || is_height(rows) == there ? rows : from(rows + 1, there);
  }
  static constexpr std::size_t most_low = from(1, false) - 1, least_tall = from(most_low + 1, true);
  static constexpr bool has_gap = most_low < max_rows;

  // The rows of one tile, maps resolved.
  struct Rows {
    std::size_t count, first;
    const typename Args::Input* x[max_rows];
    const float* seed[max_rows];
    const float* addend[max_rows];
    float* y[max_rows];
  };

  // Rows cut into tiles of nearly equal height: 16 = 8 + 8.
  struct Cut {
    std::size_t count = 0;            // tiles
    std::size_t each = 0, extra = 0;  // rows of a tile; how many tiles have one more

    Cut() = default;
    Cut(std::size_t m, std::size_t pieces) : count(pieces), each(m / pieces), extra(m % pieces) {}
    static Cut of_most(std::size_t m, std::size_t most) { return m == 0 ? Cut() : Cut(m, (m + most - 1) / most); }
    std::size_t height(std::size_t tile) const { return each + (tile < extra ? 1 : 0); }
    std::size_t first(std::size_t tile) const { return tile * each + (tile < extra ? tile : extra); }
    std::size_t rows() const { return count * each + extra; }
  };

  const Args& a;
  Cut cut, low;           // tiles of the call; behind them those of the rest, where their height would not be there
  std::size_t all;        // both
  std::size_t count = 0;  // tiles held
  Rows rows[tiles];

  // At least one row.
  explicit LinearBlock(const Args& args) : a(args), cut(Cut::of_most(args.m, max_rows)), all(cut.count) {
    if (!has_gap || cut.each <= most_low - (cut.extra > 0) || cut.each >= least_tall) return;
    const std::size_t tall = args.m / least_tall;
    cut = tall == 0 ? Cut() : Cut(tall * least_tall, tall);
    low = Cut::of_most(args.m - cut.rows(), most_low);
    all = cut.count + low.count;
  }

  // Takes the tiles from `tile` on, as many as fit.
  void take(std::size_t tile) {
    count = all - tile < tiles ? all - tile : tiles;
    for (std::size_t t = 0; t < count; ++t, ++tile) {
      const bool tall = !has_gap || tile < cut.count;
      rows[t].count = tall ? cut.height(tile) : low.height(tile - cut.count);
      resolve(rows[t], tall ? cut.first(tile) : cut.rows() + low.first(tile - cut.count));
    }
  }
  void resolve(Rows& to, std::size_t row) const {
    to.first = row;
    for (std::size_t i = 0; i < to.count; ++i, ++row) {
      to.x[i] = input_row(a, row);
      to.y[i] = a.y + row * a.ldy;
      to.seed[i] = row_of(a.seed, row);
      to.addend[i] = row_of(a.addend, row);
    }
  }
};

// `slopes`: prelu's, of the same outputs as v. Leaves out what linear_mapped.h does.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> activate(const LinearOutputs& a, Vec<Ops> v, Vec<Ops> slopes) {
  switch (a.act) {
    case Act::none:
      break;
    case Act::relu:
      return relu(v);
    case Act::leaky_relu:
      return leaky_relu(v, Vec<Ops>::broadcast(a.slope));
    case Act::prelu:
      return leaky_relu(v, slopes);
    case Act::sigmoid:
      return math::sigmoid(v);
    case Act::tanh:
      return math::tanh(v);
    default:
      break;
  }
  return v;
}

}  // namespace clicklens::kernels
