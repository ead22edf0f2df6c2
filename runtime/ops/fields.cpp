#include "ops/fields.h"

#include <algorithm>

#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

Place room(Lowering& lowering, Level level, std::uint32_t columns) {
  return level == Level::candidate ? lowering.cached_scratch(columns) : lowering.scratch(level, columns);
}

}  // namespace

std::vector<graph::Scope> field_scopes(const graph::Value& value) {
  std::vector<graph::Scope> scopes;
  std::size_t run = 0;
  for (std::uint32_t field = 0; field < value.fields; ++field) {
    while (value.runs[run].begin + value.runs[run].count <= field * value.width) ++run;
    graph::Scope scope = value.runs[run].scope;
    for (std::size_t r = run; r < value.runs.size() && value.runs[r].begin < (field + 1) * value.width; ++r)
      scope = graph::join(scope, value.runs[r].scope);
    scopes.push_back(scope);
  }
  return scopes;
}

std::vector<Place> whole_fields(Lowering& lowering, std::span<const Place> places, std::uint32_t width, bool backward) {
  std::vector<Place> fields;
  const std::uint32_t columns = places.back().column + places.back().count;
  for (std::uint32_t begin = 0; begin < columns; begin += width) {
    const Place& first = place_of(places, begin);
    if (first.column + first.count >= begin + width) {
      fields.push_back(slice(first, begin, width));
      continue;
    }
    Level level = backward ? Level::row : first.level;
    std::vector<Place> parts;
    for (std::uint32_t column = begin; column < begin + width;) {
      const std::uint32_t end = std::min(begin + width, stretch_end(places, column));
      parts.push_back(slice(place_of(places, column), column, end - column));
      parts.back().column = column - begin;
      if (parts.back().level != level) level = Level::row;
      column = end;
    }
    const Place whole = room(lowering, level, width);
    emit_map(lowering, lowering.kernels().copy, parts, {}, {&whole, 1}, {});
    fields.push_back(whole);
  }
  return fields;
}

Place whole_value(Lowering& lowering, std::span<const Place> places, Level level) {
  if (places.size() == 1) return places.front();
  const Place whole = room(lowering, level, places.back().column + places.back().count);
  emit_map(lowering, lowering.kernels().copy, places, {}, {&whole, 1}, {});
  return whole;
}

ValueShape joined_shape(std::uint32_t fields, std::uint32_t width, Inputs inputs) {
  graph::Scope scope = inputs[0]->scope();
  for (const graph::Value* input : inputs) scope = graph::join(scope, input->scope());
  return {fields, width, graph::uniform(fields * width, scope)};
}

}  // namespace clicklens::ops
