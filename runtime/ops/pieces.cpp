#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

bool continues(const Segment& segment, const Place& next) noexcept {
  return segment.place.level == next.level && segment.place.ld == next.ld &&
         segment.place.offset + sizeof(float) * segment.columns.size() == next.offset;
}

}  // namespace

std::vector<Segment> segments_of(std::span<const Place> places, std::span<const std::uint32_t> columns) {
  std::vector<Segment> segments;
  for (const std::uint32_t column : columns) {
    const Place at = slice(place_of(places, column), column, 1);
    if (segments.empty() || !continues(segments.back(), at)) segments.push_back({at, {}});
    segments.back().columns.push_back(column);
    segments.back().place.count = static_cast<std::uint32_t>(segments.back().columns.size());
  }
  return segments;
}

}  // namespace clicklens::ops
