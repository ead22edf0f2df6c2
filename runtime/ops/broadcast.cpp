#include "ops/broadcast.h"

#include <algorithm>

#include "ops/check.h"
#include "ops/map_step.h"
#include "ops/pieces.h"
#include "ops/row_step.h"

namespace clicklens::ops {
namespace {

bool fits(std::uint32_t a, std::uint32_t b) noexcept {
  return a == b || a == 1 || b == 1;
}

graph::Runs repeated_runs(const graph::Value& value, const Shape& to) {
  if (shape_of(value) == to) return value.runs;
  graph::Runs runs;
  std::size_t run = 0;
  for (std::uint32_t field = 0; field < to.fields; ++field) {
    for (std::uint32_t column = 0; column < to.width; ++column) {
      const std::uint32_t from = repeated_column(field * to.width + column, shape_of(value), to);
      if (run >= value.runs.size() || from < value.runs[run].begin) run = 0;
      while (from >= value.runs[run].begin + value.runs[run].count) ++run;
      graph::append(runs, graph::uniform(1, value.runs[run].scope));
    }
  }
  return runs;
}

Place behind(Place place, std::uint32_t column) noexcept {
  place.column = column;
  return place;
}

// Each column `to.width` times, field by field.
std::vector<Place> widened(Lowering& lowering, std::span<const Place> places, std::uint32_t width, bool backward) {
  std::vector<Place> wide;
  for (const Place& narrow : places) {
    const Level level = backward ? Level::row : narrow.level;
    const std::uint32_t columns = narrow.count * width;
    const Place room = level == Level::candidate ? lowering.cached_scratch(columns) : lowering.scratch(level, columns);
    for (std::uint32_t field = 0; field < narrow.count; ++field)
      lowering.emit(level,
                    std::make_unique<ScaleStep>(std::nullopt, std::nullopt, slice(narrow, narrow.column + field, 1),
                                                slice(room, field * width, width)));
    wide.push_back(behind(room, narrow.column * width));
  }
  return wide;
}

}  // namespace

std::uint32_t repeated_column(std::uint32_t column, const Shape& from, const Shape& to) noexcept {
  const std::uint32_t field = from.fields == 1 ? 0 : column / to.width;
  return field * from.width + (from.width == 1 ? 0 : column % to.width);
}

base::Result<ValueShape> infer_broadcast(Inputs inputs, const char* node) {
  CLENS_TRY(expect_inputs(inputs, 2, node));
  const Shape a = shape_of(*inputs[0]), b = shape_of(*inputs[1]);
  if (!fits(a.fields, b.fields) || !fits(a.width, b.width))
    return base::Status::error(base::Code::bad_file, "node '%s': its inputs have shapes [%u, %u] and [%u, %u]", node,
                               a.fields, a.width, b.fields, b.width);
  const Shape to{std::max(a.fields, b.fields), std::max(a.width, b.width)};
  if (std::uint64_t{to.fields} * to.width > (1u << 24))
    return base::Status::error(base::Code::limit_exceeded, "node '%s': more than 2^24 columns", node);
  return ValueShape{to.fields, to.width,
                    graph::join_columns(repeated_runs(*inputs[0], to), repeated_runs(*inputs[1], to))};
}

std::vector<Place> spread(Lowering& lowering, std::span<const Place> places, const Shape& from, const Shape& to,
                          bool backward) {
  std::vector<Place> all(places.begin(), places.end());
  if (from.width < to.width) all = widened(lowering, places, to.width, backward);
  if (from.fields == to.fields) return all;
  const std::vector<Place> field = std::move(all);
  all = {};
  for (std::uint32_t f = 0; f < to.fields; ++f)
    for (const Place& place : field) all.push_back(behind(place, f * to.width + place.column));
  return all;
}

void add_folded_gradient(BackwardLowering& lowering, const Place& full, std::uint32_t input, const Shape& from,
                         const Shape& to) {
  const kernels::Table& kernels = lowering.kernels();
  Place folded = full;
  if (from.width < to.width) {
    folded = lowering.scratch(Level::row, to.fields);
    for (std::uint32_t f = 0; f < to.fields; ++f)
      lowering.emit(Level::row, std::make_unique<ReduceStep>(kernels.sum, slice(full, f * to.width, to.width),
                                                             std::nullopt, slice(folded, f, 1)));
  }
  if (from.fields < to.fields) {
    const Place fields = folded;
    folded = lowering.scratch(Level::row, from.width);
    for (std::uint32_t f = 0; f < to.fields; ++f) {
      const Place term = behind(slice(fields, f * from.width, from.width), 0);
      if (f == 0)
        emit_map(lowering, kernels.copy, {&term, 1}, {}, {&folded, 1}, {});
      else
        emit_map(lowering, kernels.add, {&folded, 1}, {&term, 1}, {&folded, 1}, {});
    }
  }
  const Place gradient = lowering.gradient(input);
  if (lowering.has_gradient(input))
    emit_map(lowering, kernels.add, {&gradient, 1}, {&folded, 1}, {&gradient, 1}, {});
  else
    emit_map(lowering, kernels.copy, {&folded, 1}, {}, {&gradient, 1}, {});
  lowering.wrote_gradient(input);
}

}  // namespace clicklens::ops
