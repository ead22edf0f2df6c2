#include "lens/refine_fold.h"

#include <algorithm>

namespace clicklens::lens {
namespace {

format::LinearOp folded(Draft& draft, const format::NodeDesc& linear, const format::BatchNormOp& norm) {
  format::LinearOp op = std::get<format::LinearOp>(linear.op);
  std::vector<float> weight(draft.numbers(op.weight).begin(), draft.numbers(op.weight).end());
  const std::span<const float> scale = draft.numbers(norm.scale), shift = draft.numbers(norm.shift);
  std::vector<float> bias(shift.begin(), shift.end());
  const std::size_t in = weight.size() / scale.size();
  for (std::size_t i = 0; i < weight.size(); ++i) weight[i] *= scale[i / in];
  if (op.bias != format::no_index) {
    const std::span<const float> before = draft.numbers(op.bias);
    for (std::size_t k = 0; k < bias.size(); ++k)
      bias[k] = static_cast<float>(double{before[k]} * double{scale[k]} + double{shift[k]});
  }
  const std::vector<std::uint64_t> shape = draft.desc.constants[op.weight].shape;
  op.weight = draft.add_constant(draft.desc.constants[op.weight].name, shape, weight);
  op.bias = draft.add_constant(linear.name + ".bias", {bias.size()}, bias);
  return op;
}

}  // namespace

std::size_t fold_batch_norms(Draft& draft) {
  std::size_t count = 0;
  const Wiring wiring(draft.desc);
  for (std::size_t i = 0; i < draft.desc.nodes.size(); ++i) {
    format::NodeDesc& node = draft.desc.nodes[i];
    const auto* norm = std::get_if<format::BatchNormOp>(&node.op);
    if (norm == nullptr) continue;
    const std::uint32_t between = node.inputs[0];
    const format::NodeDesc& before = draft.desc.nodes[wiring.producer[between]];
    const auto is_output = [&](const format::OutputDesc& output) { return output.logit == between; };
    if (!std::holds_alternative<format::LinearOp>(before.op) || wiring.readers[between].size() != 1 ||
        std::any_of(draft.desc.outputs.begin(), draft.desc.outputs.end(), is_output))
      continue;
    const format::LinearOp op = folded(draft, before, *norm);
    node.op = op;  // the norm's node becomes the linear, the old one is read by nothing
    node.inputs = before.inputs;
    node.order = before.order;
    std::erase_if(draft.desc.layers, [&](const format::LayerDesc& layer) { return layer.value == between; });
    ++count;
  }
  return count;
}

}  // namespace clicklens::lens
