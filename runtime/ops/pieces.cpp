#include "ops/pieces.h"

namespace clicklens::ops {
std::vector<Segment> segments_of(std::span<const Place> places, const graph::Order& order, graph::Part part) {
  std::vector<Segment> segments;
  for (const graph::OrderRun& run : order) {
    if (run.part != part) continue;
    for (std::uint32_t column = run.begin; column < run.begin + run.count;) {
      const std::uint32_t end = std::min(stretch_end(places, column), run.begin + run.count);
      const Place at = slice(place_of(places, column), column, end - column);
      if (segments.empty() || !continues(segments.back().place, at))
        segments.push_back({at, {}});
      else
        segments.back().place.count += at.count;
      segments.back().runs.push_back({part, column, at.count});
      column = end;
    }
  }
  return segments;
}

}  // namespace clicklens::ops
