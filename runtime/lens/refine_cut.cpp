#include "lens/refine_cut.h"

#include <algorithm>

#include "format/text.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

// Layers behind the cut: no output depends on them.
void drop_layers_behind(Draft& draft) {
  const Wiring wiring(draft.desc);
  std::vector<bool> needed(draft.desc.values.size());
  std::vector<std::uint32_t> open;
  for (const format::OutputDesc& output : draft.desc.outputs) open.push_back(output.logit);
  while (!open.empty()) {
    const std::uint32_t value = open.back();
    open.pop_back();
    if (needed[value]) continue;
    needed[value] = true;
    const auto& inputs = draft.desc.nodes[wiring.producer[value]].inputs;
    open.insert(open.end(), inputs.begin(), inputs.end());
  }
  std::erase_if(draft.desc.layers, [&](const format::LayerDesc& layer) { return !needed[layer.value]; });
}

}  // namespace

Status cut_at(Draft& draft, const Probe& probe, std::size_t index, std::size_t task) {
  if (index >= probe.list().size())
    return Status::error(Code::invalid_argument, "probe: %zu of %zu", index, probe.list().size());
  if (task >= draft.desc.outputs.size())
    return Status::error(Code::invalid_argument, "task: %zu, the model has %zu", task, draft.desc.outputs.size());
  const format::ProbeDesc& of = probe.list()[index];
  if (format::probed_model_id(draft.from().desc()) != probe.model())
    return Status::error(Code::bad_state, "probe: it was fitted to another model");
  if (of.target != format::ProbeTarget::label)
    return Status::error(Code::invalid_argument, "probe: '%s' predicts a number, not clicks",
                         format::ShownName(of.name).text);
  format::OutputDesc& output = draft.desc.outputs[task];
  if (of.value == output.logit)
    return Status::error(Code::invalid_argument, "probe: '%s' is the score already", format::ShownName(of.name).text);
  const FoldedProbe& folded = probe.folded()[index];
  format::LinearOp op;
  const std::string name = output.name + ".probe";
  op.weight = draft.add_constant(name + ".weight", {1, folded.weights.size()}, folded.weights);
  op.bias = draft.add_constant(name + ".bias", {1}, {&folded.bias, 1});
  output.logit = draft.add_node(name, op, {of.value}, 1);
  drop_layers_behind(draft);
  return {};
}

}  // namespace clicklens::lens
