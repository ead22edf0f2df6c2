#include "exec/exchanged_inputs.h"

#include <algorithm>

namespace clicklens::exec {

using base::Code;
using base::Status;

ExchangedInputs::ExchangedInputs(const Model& model) : model_(model) {
  holds_inputs_.resize(model.desc().values.size());
  holds_others_.resize(model.desc().values.size());
  block_of_.resize(model.desc().values.size(), format::no_index);
  for (std::uint32_t i = 0; i < model.inputs().size(); ++i) block_of_[model.inputs()[i].value] = i;
  for (std::uint32_t node = 0; node < model.desc().nodes.size(); ++node) {
    const format::NodeDesc& desc = model.desc().nodes[node];
    const std::uint32_t value = desc.outputs[0];
    const bool is_view = model.op(node).is_view(), is_input = model.op(node).feature() != format::no_index;
    holds_inputs_[value] = is_input || (is_view && reads_inputs(node));
    const auto has_others = [&](std::uint32_t input) { return holds_others_[input]; };
    holds_others_[value] = !is_input && (!is_view || std::any_of(desc.inputs.begin(), desc.inputs.end(), has_others));
  }
}

bool ExchangedInputs::reads_inputs(std::uint32_t node) const {
  const auto& inputs = model_.desc().nodes[node].inputs;
  return std::any_of(inputs.begin(), inputs.end(), [&](std::uint32_t input) { return holds_inputs_[input]; });
}

Status ExchangedInputs::check() const {
  for (std::uint32_t node = 0; node < model_.desc().nodes.size(); ++node) {
    const format::NodeDesc& desc = model_.desc().nodes[node];
    if (model_.op(node).is_view() || !reads_inputs(node)) continue;
    if (model_.op(node).takes_groups() && !holds_others_[desc.inputs[0]]) continue;
    return Status::error(Code::unsupported,
                         "session: node '%s' (%s) reads pooled inputs and is no linear of them alone",
                         desc.name.c_str(), model_.op(node).name());
  }
  for (const format::OutputDesc& output : model_.desc().outputs)
    if (holds_inputs_[output.logit])
      return Status::error(Code::unsupported, "session: an output is a pooled input; no linear comes between");
  return {};
}

std::vector<ops::InputColumns> ExchangedInputs::columns(std::uint32_t value) const {
  std::vector<ops::InputColumns> found;
  std::uint32_t column = 0;
  const auto walk = [&](const auto& self, std::uint32_t at) -> void {
    const std::uint32_t producer = model_.graph().values[at].producer;
    if (model_.op(producer).is_view()) {
      for (const std::uint32_t input : model_.desc().nodes[producer].inputs) self(self, input);
      return;
    }
    const InputBlock& block = model_.inputs()[block_of_[at]];
    found.push_back({column, block.width, static_cast<std::uint32_t>(block.begin)});
    column += block.width;
  };
  if (holds_inputs_[value]) walk(walk, value);
  return found;
}

std::vector<std::uint32_t> ExchangedInputs::linears() const {
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t node = 0; node < model_.desc().nodes.size(); ++node)
    if (model_.op(node).takes_groups() && reads_inputs(node)) nodes.push_back(node);
  return nodes;
}

}  // namespace clicklens::exec
