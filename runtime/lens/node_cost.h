// What each node of a model costs: the sums of cost.h apart, and the bytes that each touches.
#pragma once

#include <cstdint>
#include <vector>

#include "lens/cost.h"

namespace clicklens::lens {

// How a node is run by a session that watches nothing.
enum class NodeRun : std::uint8_t {
  step,   // by a step of its own
  fused,  // within the step of the node before it: costs nothing more
  view,   // not at all: its output is its inputs' memory
  never   // not at all: no output depends on it
};

struct NodeCost {
  NodeRun run = NodeRun::step;
  double flops = 0, request_flops = 0, weight_bytes = 0, ids = 0, line_bytes = 0, elements = 0;  // as Cost
  double value_bytes = 0;  // of the values read and written, each once for every row of its scope
  // Every byte it needs once: what must be moved where nothing is cached.
  [[nodiscard]] double bytes() const noexcept { return weight_bytes + line_bytes + value_bytes; }
};

// By node. A roofline is not looked at.
std::vector<NodeCost> node_costs(const exec::Model& model, const CostOptions& options);

}  // namespace clicklens::lens
