#include "exec/grouped_inputs.h"

#include "ops/pieces.h"

namespace clicklens::exec {

GroupedInputs::GroupedInputs(const Model& model) : model_(model) {
  const auto& values = model.graph().values;
  std::vector<bool> only_linears(values.size(), true);
  for (auto node = static_cast<std::uint32_t>(model.desc().nodes.size()); node-- > 0;) {
    const format::NodeDesc& desc = model.desc().nodes[node];
    const bool passes = model.op(node).takes_groups() || (model.op(node).is_view() && only_linears[desc.outputs[0]]);
    if (passes) continue;
    for (const std::uint32_t input : desc.inputs) only_linears[input] = false;
  }
  block_of_.assign(values.size(), format::no_index);
  blocks_.resize(model.inputs().size());
  for (std::uint32_t i = 0; i < blocks_.size(); ++i) {
    const std::uint32_t value = model.inputs()[i].value;
    blocks_[i] = only_linears[value] && values[value].scope() == graph::Scope::request;
    if (blocks_[i]) block_of_[value] = i;
  }
}

std::vector<ops::GroupedColumns> GroupedInputs::columns(std::uint32_t value, std::span<const ops::Place> places) const {
  std::vector<ops::GroupedColumns> found;
  std::uint32_t column = 0;
  const auto walk = [&](const auto& self, std::uint32_t at) -> void {
    const std::uint32_t producer = model_.graph().values[at].producer;
    if (model_.op(producer).is_view()) {
      for (const std::uint32_t input : model_.desc().nodes[producer].inputs) self(self, input);
      return;
    }
    const std::uint32_t count = model_.graph().values[at].columns();
    if (block_of_[at] != format::no_index) {
      const InputBlock& block = model_.inputs()[block_of_[at]];
      const auto input = static_cast<std::uint32_t>(block.begin);
      const std::uint32_t group = model_.group_of(block.feature);
      const bool goes_on =
          !found.empty() && found.back().group == group && found.back().column + found.back().count == column &&
          found.back().input + found.back().count == input && ops::stretch_end(places, found.back().column) > column;
      if (goes_on)
        found.back().count += count;
      else
        found.push_back({column, count, input, group});
    }
    column += count;
  };
  walk(walk, value);
  return found;
}

}  // namespace clicklens::exec
