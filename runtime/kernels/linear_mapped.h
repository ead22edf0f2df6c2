// Activations behind a linear that have code enough to be called, not to be part of every linear kernel.
#pragma once

#include "kernels/map_activations.h"

namespace clicklens::kernels {

// n outputs in place, those of Act that come after tanh.
template <class Isa>
[[gnu::noinline]] void map_row(const LinearOutputs& a, float* y, std::size_t n) {
  using Map = MapActivations<Isa>;
  constexpr void (*kernels[])(const MapArgs&) = {&Map::gelu, &Map::gelu_tanh, &Map::silu,       &Map::softplus,
                                                 &Map::elu,  &Map::exp,       &Map::log,        &Map::sqrt,
                                                 &Map::abs,  &Map::erf,       &Map::reciprocal, &Map::clip};
  constexpr int first = static_cast<int>(Act::gelu);
  static_assert(static_cast<int>(Act::clip) - first + 1 == sizeof kernels / sizeof kernels[0]);
  MapArgs m;
  m.a = {y, n, nullptr};
  m.slope = a.slope;
  m.low = a.low, m.high = a.high;
  m.y = y, m.ldy = n;
  m.rows = 1, m.cols = n;
  kernels[static_cast<int>(a.act) - first](m);
}

}  // namespace clicklens::kernels
