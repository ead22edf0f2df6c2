// Activations behind a linear that have code enough to be called, not to be part of every linear kernel: those of
// Isa::table, so that units laid over a table bring none of their own.
#pragma once

#include "kernels/activation.h"
#include "kernels/table.h"

namespace clicklens::kernels {

// n outputs in place, those of Act that come after tanh.
template <class Isa>
[[gnu::noinline]] void map_row(const LinearOutputs& a, float* y, std::size_t n) {
  constexpr void (*Table::*kernels[])(const MapArgs&) = {
      &Table::gelu, &Table::gelu_tanh, &Table::silu, &Table::softplus, &Table::elu,        &Table::exp,
      &Table::log,  &Table::sqrt,      &Table::abs,  &Table::erf,      &Table::reciprocal, &Table::clip};
  constexpr int first = static_cast<int>(Act::gelu);
  static_assert(static_cast<int>(Act::clip) - first + 1 == sizeof kernels / sizeof kernels[0]);
  MapArgs m;
  m.a = {y, n, nullptr};
  m.slope = a.slope;
  m.low = a.low, m.high = a.high;
  m.y = y, m.ldy = n;
  m.rows = 1, m.cols = n;
  (Isa::table.*kernels[static_cast<int>(a.act) - first])(m);
}

}  // namespace clicklens::kernels
