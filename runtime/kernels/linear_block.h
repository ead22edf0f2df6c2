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

  // The rows of one tile, maps resolved.
  struct Rows {
    std::size_t count, first;
    const typename Args::Input* x[max_rows];
    const float* seed[max_rows];
    const float* addend[max_rows];
    float* y[max_rows];
  };

  const Args& a;
  const std::size_t all;          // tiles of the call
  const std::size_t each, extra;  // rows of a tile; how many tiles have one more: 16 = 8 + 8
  std::size_t count = 0;          // tiles held
  Rows rows[tiles];

  // At least one row.
  explicit LinearBlock(const Args& args)
      : a(args), all((args.m + max_rows - 1) / max_rows), each(args.m / all), extra(args.m % all) {}

  // Takes the tiles from `tile` on, as many as fit.
  void take(std::size_t tile) {
    count = all - tile < tiles ? all - tile : tiles;
    for (std::size_t t = 0; t < count; ++t, ++tile) {
      rows[t].count = each + (tile < extra ? 1 : 0);
      resolve(rows[t], tile * each + (tile < extra ? tile : extra));
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
