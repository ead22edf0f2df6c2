#include "exec/tile_rows.h"

#include <algorithm>

#include "exec/fusion.h"
#include "exec/placement.h"

namespace clicklens::exec {
namespace {

constexpr std::size_t cache_bytes = std::size_t{1} << 20;
constexpr std::size_t fewest = 16, step = 16;

}  // namespace

std::size_t fitting_tile_rows(const Model& model, const PlanOptions& options) {
  const Fusion fusion = fuse(model, options);
  // What backward keeps to the end is not what the next step reads.
  const std::vector<bool> none(fusion.lasting.size());
  base::ArenaLayout layout;
  const auto placed = place_values(
      {&model, default_tile_rows, options.cache, fusion.needed, fusion.elided, fusion.written_by, none}, layout);
  const auto bytes = layout.total();
  if (!placed.ok() || !bytes || *bytes <= cache_bytes) return default_tile_rows;  // what is wrong is said by the plan
  const std::size_t rows = cache_bytes / std::max<std::size_t>(*bytes / default_tile_rows, 1);
  return std::max(fewest, rows / step * step);
}

}  // namespace clicklens::exec
