// The rows of a linear call, cut into tiles, and what happens to a sum once it is complete.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct LinearBlock {
  using V = Vec<Isa>;
  static constexpr std::size_t tiles = 8;
  static constexpr std::size_t max_rows = sizeof(Isa::tile_columns) / sizeof(Isa::tile_columns[0]) - 1;  // of a tile

  // The rows of one tile, maps resolved.
  struct Rows {
    std::size_t count;
    const float* x[max_rows];
    const float* seed[max_rows];
    const float* addend[max_rows];
    float* y[max_rows];
  };

  const LinearArgs& a;
  const std::size_t all;          // tiles of the call
  const std::size_t each, extra;  // rows of a tile; how many tiles have one more: 16 = 8 + 8
  std::size_t count = 0;          // tiles held
  Rows rows[tiles];

  // At least one row.
  explicit LinearBlock(const LinearArgs& args)
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
    for (std::size_t i = 0; i < to.count; ++i, ++row) {
      to.x[i] = row_of(a.x, row);
      to.seed[i] = row_of(a.seed, row);
      to.addend[i] = row_of(a.addend, row);
      to.y[i] = a.y + row * a.ldy;
    }
  }
};

// `slopes`: prelu's, of the same outputs as v.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> activate(const LinearArgs& a, Vec<Ops> v, Vec<Ops> slopes) {
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
  }
  return v;
}

}  // namespace clicklens::kernels
