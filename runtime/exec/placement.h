// Where every value lives in a strand's block. Inputs of a concat are placed side by side, so that it is
// never executed; request columns have a matrix of their own with one row per request, and so have candidate
// columns in sessions that read a candidate cache. Matrices at row level share memory when their lifetimes, in nodes,
// do not meet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/arena.h"
#include "exec/model.h"
#include "ops/step.h"

namespace clicklens::exec {

struct PlacementRequest {
  const Model* model = nullptr;
  std::size_t tile_rows = 0;
  bool cache = false;                     // candidate columns are apart
  std::vector<bool> needed;               // by node
  std::vector<bool> elided;               // by value: fused away, has no memory
  std::vector<std::uint32_t> written_by;  // by value: the node whose step writes it (head of a fused chain)
  std::vector<bool> lasting;              // by value: lives to the end of the tile
};

struct Placement {
  std::vector<std::vector<ops::Place>> places;  // by value, in column order
  std::vector<std::uint32_t> last_read;         // by value: the last node that reads it; behind all: it lasts
};

// Of all values together: 32 MiB. Columns of alternating scopes, doubled and copied by concats, would else make
// gigabytes of a small file.
constexpr std::size_t most_places = std::size_t{1} << 20;

// Reserves the matrices in `layout`. LIMIT_EXCEEDED: more than most_places.
base::Result<Placement> place_values(const PlacementRequest& request, base::ArenaLayout& layout);

}  // namespace clicklens::exec
