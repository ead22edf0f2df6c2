// Walking values piece by piece where their columns live in several places.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "graph/order.h"
#include "ops/step.h"

namespace clicklens::ops {

// Columns [column, column + count) of `place`, which holds them.
[[nodiscard]] inline Place slice(const Place& place, std::uint32_t column, std::uint32_t count) noexcept {
  Place part = place;
  part.offset += sizeof(float) * (column - place.column);
  part.column = column;
  part.count = count;
  return part;
}

// The place that holds `column`; places are in column order.
[[nodiscard]] inline const Place& place_of(std::span<const Place> places, std::uint32_t column) noexcept {
  const auto behind = std::upper_bound(places.begin(), places.end(), column,
                                       [](std::uint32_t at, const Place& place) { return at < place.column; });
  return behind[-1];
}

// The end of the stretch from `column` that lies in one place.
[[nodiscard]] inline std::uint32_t stretch_end(std::span<const Place> places, std::uint32_t column) noexcept {
  const Place& place = place_of(places, column);
  return place.column + place.count;
}

// `next` begins where `before` ends, in the same matrix.
[[nodiscard]] inline bool continues(const Place& before, const Place& next) noexcept {
  return before.level == next.level && before.ld == next.ld &&
         before.offset + sizeof(float) * before.count == next.offset;
}

// Columns that are neighbours in memory, read in ascending order by one kernel call.
struct Segment {
  Place place;  // column: the first
  std::vector<graph::OrderRun> runs;

  [[nodiscard]] std::vector<std::uint32_t> columns() const { return graph::columns_of_part(runs, runs.front().part); }
};
// The columns of one part of the order; as few segments as memory allows.
[[nodiscard]] std::vector<Segment> segments_of(std::span<const Place> places, const graph::Order&, graph::Part);

}  // namespace clicklens::ops
