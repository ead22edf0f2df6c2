// Operators of two values, element by element, where one of them may have one field, or a width of 1, and the other
// more: it is repeated, as NumPy's rules for [fields, width] say.
#pragma once

#include <vector>

#include "ops/lowering.h"
#include "ops/operator.h"

namespace clicklens::ops {

struct Shape {
  std::uint32_t fields = 1, width = 1;
  bool operator==(const Shape&) const = default;
  [[nodiscard]] std::uint32_t columns() const noexcept { return fields * width; }
};
[[nodiscard]] inline Shape shape_of(const graph::Value& value) noexcept {
  return {value.fields, value.width};
}

// Of two inputs; BAD_FILE when neither fits the other.
base::Result<ValueShape> infer_broadcast(Inputs inputs, const char* node);

// The column of a value of shape `from` that stands at `column` of one of shape `to`.
[[nodiscard]] std::uint32_t repeated_column(std::uint32_t column, const Shape& from, const Shape& to) noexcept;

// The places of a value of shape `from` as if it had shape `to`. Fields are named again; a width of 1 is written out,
// at the level where the numbers are, in backward at row level.
[[nodiscard]] std::vector<Place> spread(Lowering&, std::span<const Place> places, const Shape& from, const Shape& to,
                                        bool backward = false);

// The gradient of `input`, of shape `from`, (+)= `full`, of shape `to` and at row level, summed over what was repeated:
// along the width in 16 lanes, over the fields ascending from +0.
void add_folded_gradient(BackwardLowering&, const Place& full, std::uint32_t input, const Shape& from, const Shape& to);

}  // namespace clicklens::ops
