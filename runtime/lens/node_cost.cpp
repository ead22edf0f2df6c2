#include "lens/node_cost.h"

#include "exec/fusion.h"

namespace clicklens::lens {
namespace {

double value_bytes(const graph::Value& value, const ops::Work& work) {
  double floats = 0;
  for (const graph::Run& run : value.runs) floats += run.count * work.rows_of(run.scope);
  return sizeof(float) * floats;
}

void add_values(const exec::Model& model, const format::NodeDesc& node, const ops::Work& work, NodeCost& cost) {
  for (const std::uint32_t input : node.inputs) cost.value_bytes += value_bytes(model.graph().values[input], work);
  cost.value_bytes += value_bytes(model.graph().values[node.outputs[0]], work);
}

void add_work(const ops::Work& work, NodeCost& cost) {
  for (const ops::DenseWork& dense : work.dense) {
    const double weights = static_cast<double>(dense.columns) * static_cast<double>(dense.outputs);
    cost.flops += 2 * dense.rows * weights;
    cost.weight_bytes += sizeof(float) * weights;
    if (dense.shared) cost.request_flops += 2 * dense.rows * weights;
  }
  for (const ops::RowWork& rows : work.rows) {
    cost.ids += rows.ids;
    cost.line_bytes += 64 * rows.ids * static_cast<double>(rows.lines);
  }
  cost.elements = work.elements;
}

}  // namespace

std::vector<NodeCost> node_costs(const exec::Model& model, const CostOptions& options) {
  const auto& nodes = model.desc().nodes;
  const exec::Fusion fusion = exec::fuse(model, {});
  std::vector<NodeCost> costs(nodes.size());
  for (std::uint32_t node = 0; node < nodes.size(); ++node) {
    NodeCost& cost = costs[node];
    if (!fusion.needed[node])
      cost.run = NodeRun::never;
    else if (model.op(node).is_planned_away())
      cost.run = NodeRun::view;
    else if (fusion.fused[node])
      cost.run = NodeRun::fused;
    if (cost.run != NodeRun::step) continue;
    ops::Work work;
    work.candidates = options.candidates, work.requests = options.requests, work.ids = options.ids;
    model.op(node).count(model.graph().values[nodes[node].outputs[0]], work);
    add_work(work, cost);
    add_values(model, nodes[node], work, cost);
  }
  return costs;
}

}  // namespace clicklens::lens
