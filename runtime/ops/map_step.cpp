#include "ops/map_step.h"

#include <algorithm>
#include <cstring>

#include "ops/pieces.h"

namespace clicklens::ops {

base::Status MapStep::run(const StepContext& context) const noexcept {
  kernels::MapArgs args;
  args.rows = context.rows_at(y_.level);
  if (args.rows == 0) return {};
  args.cols = y_.count;
  args.a = context.operand(a_, y_.level);
  if (b_) args.b = context.operand(*b_, y_.level);
  args.scale = parameters_.scale;
  args.shift = parameters_.shift;
  args.slope = parameters_.slope;
  args.low = parameters_.low;
  args.high = parameters_.high;
  args.y = context.at(y_);
  args.ldy = y_.ld;
  kernel_(args);
  return {};
}

base::Status ZeroStep::run(const StepContext& context) const noexcept {
  float* row = context.at(y_);
  for (std::size_t i = context.rows_at(y_.level); i > 0; --i, row += y_.ld)
    std::memset(row, 0, sizeof(float) * y_.count);
  return {};
}

void emit_map(Lowering& lowering, MapKernel kernel, std::span<const Place> a, std::span<const Place> b,
              std::span<const Place> out, MapParameters parameters) {
  const std::uint32_t columns = out.back().column + out.back().count;
  for (std::uint32_t column = 0; column < columns;) {
    std::uint32_t end = std::min(stretch_end(a, column), stretch_end(out, column));
    if (!b.empty()) end = std::min(end, stretch_end(b, column));
    const std::uint32_t count = end - column;
    const Place y = slice(place_of(out, column), column, count);
    std::optional<Place> second;
    if (!b.empty()) second = slice(place_of(b, column), column, count);
    MapParameters here = parameters;
    if (here.scale != nullptr) here.scale += column;
    if (here.shift != nullptr) here.shift += column;
    lowering.emit(y.level,
                  std::make_unique<MapStep>(kernel, slice(place_of(a, column), column, count), second, y, here));
    column = end;
  }
}

void emit_gradient_map(BackwardLowering& lowering, MapKernel kernel, std::uint32_t output, std::span<const Place> b,
                       std::uint32_t input, MapParameters parameters) {
  const Place from = lowering.gradient(output);
  const Place to = lowering.gradient(input);
  if (!lowering.has_gradient(input)) {
    emit_map(lowering, kernel, {&from, 1}, b, {&to, 1}, parameters);
    lowering.wrote_gradient(input);
    return;
  }
  const Place term = lowering.scratch(Level::row, to.count);
  emit_map(lowering, kernel, {&from, 1}, b, {&term, 1}, parameters);
  emit_map(lowering, lowering.kernels().add, {&to, 1}, {&term, 1}, {&to, 1}, {});
}

}  // namespace clicklens::ops
