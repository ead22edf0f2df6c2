#include "ops/chord_step.h"

#include <cmath>

#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

constexpr float smallest_difference = 1e-10f;

// One column of a row.
float read(const kernels::Operand& operand, std::size_t row, std::uint32_t column) noexcept {
  return operand.data[(operand.rows != nullptr ? operand.rows[row] : row) * operand.ld + column];
}

}  // namespace

base::Status ChordStep::run(const StepContext& context) const noexcept {
  const float* gradient = context.at(gradient_);
  float* slope = context.at(slope_);
  for (std::uint32_t column = 0; column < slope_.count;) {
    const std::uint32_t end = std::min(stretch_end(x_, column), stretch_end(y_, column));
    const kernels::Operand x = context.operand(slice(place_of(x_, column), column, end - column), Level::row);
    const kernels::Operand y = context.operand(slice(place_of(y_, column), column, end - column), Level::row);
    for (std::size_t row = 0; row + 1 < context.rows; row += 2) {
      for (std::uint32_t c = 0; c < end - column; ++c) {
        const float dx = read(x, row, c) - read(x, row + 1, c);
        if (std::abs(dx) < smallest_difference) continue;
        const float dy = read(y, row, c) - read(y, row + 1, c);
        slope[row * slope_.ld + column + c] = gradient[row * gradient_.ld + column + c] * (dy / dx) + 0.0f;
      }
    }
    column = end;
  }
  return {};
}

void emit_chord(BackwardLowering& lowering, std::uint32_t output, std::uint32_t input, const Place& slope) {
  lowering.emit(Level::row, std::make_unique<ChordStep>(lowering.places(input), lowering.places(output),
                                                        lowering.gradient(output), slope));
}

void emit_curve_gradient(BackwardLowering& lowering, MapKernel kernel, std::uint32_t output, std::span<const Place> b,
                         std::uint32_t input, MapParameters parameters) {
  if (!lowering.pairs()) return emit_gradient_map(lowering, kernel, output, b, input, parameters);
  const Place from = lowering.gradient(output);
  const Place to = lowering.gradient(input);
  const bool add = lowering.has_gradient(input);
  const Place slope = add ? lowering.scratch(Level::row, to.count) : to;
  emit_map(lowering, kernel, {&from, 1}, b, {&slope, 1}, parameters);
  emit_chord(lowering, output, input, slope);
  if (add) emit_map(lowering, lowering.kernels().add, {&to, 1}, {&slope, 1}, {&to, 1}, {});
  lowering.wrote_gradient(input);
}

}  // namespace clicklens::ops
