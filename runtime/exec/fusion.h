// Which nodes run at all, and which run as the epilogue of the node before them.
#pragma once

#include <cstdint>
#include <vector>

#include "exec/model.h"
#include "exec/plan.h"

namespace clicklens::exec {

struct Fusion {
  std::vector<bool> needed;               // by node: some output, capture, probe or observed value depends on it
  std::vector<bool> fused;                // by node: runs inside an earlier node's step
  std::vector<ops::Epilogue> epilogue;    // by node
  std::vector<std::uint32_t> result;      // by node: the value it finally writes
  std::vector<bool> elided;               // by value: never in memory
  std::vector<std::uint32_t> written_by;  // by value: the node whose step writes it
  std::vector<bool> lasting;              // by value: needed until the end of the tile
};

// A value that is captured, observed, probed, an output, or read by backward is never elided: it exists with the same
// bits.
Fusion fuse(const Model& model, const PlanOptions& options);

}  // namespace clicklens::exec
