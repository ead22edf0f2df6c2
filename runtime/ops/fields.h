// Values as operators that look at whole fields, or whole matrices, want them: in one place.
#pragma once

#include <vector>

#include "ops/lowering.h"
#include "ops/map_step.h"
#include "ops/operator.h"

namespace clicklens::ops {

// By field, the join of its columns' scopes.
[[nodiscard]] std::vector<graph::Scope> field_scopes(const graph::Value& value);

// Every `width` columns in one place. Those that lie in several are copied: to where they all are, or to row level. In
// backward always there.
[[nodiscard]] std::vector<Place> whole_fields(Lowering&, std::span<const Place> places, std::uint32_t width,
                                              bool backward);

// All columns in one place, read by a step at `level`.
[[nodiscard]] Place whole_value(Lowering&, std::span<const Place> places, Level level);

// What an operator gives at the join of its inputs' scopes.
[[nodiscard]] ValueShape joined_shape(std::uint32_t fields, std::uint32_t width, Inputs inputs);

// The gradient of `input` (+)= what emit(place) makes there.
template <class Emit>
void add_gradient(BackwardLowering& lowering, std::uint32_t input, Emit emit) {
  const Place gradient = lowering.gradient(input);
  const bool add = lowering.has_gradient(input);
  const Place to = add ? lowering.scratch(Level::row, gradient.count) : gradient;
  emit(to);
  if (add) emit_map(lowering, lowering.kernels().add, {&gradient, 1}, {&to, 1}, {&gradient, 1}, {});
  lowering.wrote_gradient(input);
}

}  // namespace clicklens::ops
