#include "lens/refine_prunable.h"

#include <algorithm>
#include <cmath>

namespace clicklens::lens {
namespace {

using format::no_index;

bool is_output(const format::ModelDesc& desc, std::uint32_t value) {
  return std::any_of(desc.outputs.begin(), desc.outputs.end(), [&](const auto& o) { return o.logit == value; });
}

// A linear makes it, through nodes that go column by column and that nothing else reads.
bool comes_from_linear(const format::ModelDesc& desc, const Wiring& wiring, std::uint32_t value) {
  for (;;) {
    const format::NodeDesc& node = desc.nodes[wiring.producer[value]];
    if (std::holds_alternative<format::LinearOp>(node.op)) return true;
    if (!std::holds_alternative<format::BatchNormOp>(node.op) && !std::holds_alternative<format::ActivationOp>(node.op))
      return false;
    value = node.inputs[0];
    if (wiring.readers[value].size() != 1 || is_output(desc, value)) return false;
  }
}

std::vector<float> kept_of(std::span<const float> all, const std::vector<bool>& gone, std::size_t each = 1) {
  std::vector<float> kept;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!gone[i / each]) kept.push_back(all[i]);
  return kept;
}

// The columns leave the nodes that make the value.
void narrow_makers(Draft& draft, const Wiring& wiring, std::uint32_t value, const std::vector<GoneColumn>& columns) {
  std::vector<bool> gone(draft.columns(value) + columns.size());
  for (const GoneColumn& column : columns) gone[column.column] = true;
  const std::uint64_t left = gone.size() - columns.size();
  const auto narrowed = [&](std::uint32_t constant, std::size_t each = 1) {
    const std::string name = draft.desc.constants[constant].name;
    std::vector<std::uint64_t> shape = draft.desc.constants[constant].shape;
    shape[0] = left;
    return draft.add_constant(name, std::move(shape), kept_of(draft.numbers(constant), gone, each));
  };
  for (;;) {
    format::NodeDesc& node = draft.desc.nodes[wiring.producer[value]];
    draft.reshape(value, static_cast<std::uint32_t>(left));
    if (auto* linear = std::get_if<format::LinearOp>(&node.op)) {
      linear->weight = narrowed(linear->weight, draft.numbers(linear->weight).size() / gone.size());
      if (linear->bias != no_index) linear->bias = narrowed(linear->bias);
      return;
    }
    if (auto* norm = std::get_if<format::BatchNormOp>(&node.op)) {
      norm->scale = narrowed(norm->scale);
      norm->shift = narrowed(norm->shift);
    }
    if (auto* activation = std::get_if<format::ActivationOp>(&node.op))
      if (activation->slopes != no_index && draft.numbers(activation->slopes).size() == gone.size())
        activation->slopes = narrowed(activation->slopes);
    value = node.inputs[0];
  }
}

}  // namespace

bool is_prunable(const format::ModelDesc& desc, const Wiring& wiring, std::uint32_t value) {
  return !wiring.readers[value].empty() && !is_output(desc, value) && comes_from_linear(desc, wiring, value) &&
         odd_reader(desc, wiring, value) == no_index;
}

std::vector<std::uint32_t> prunable_values(const exec::Model& model) {
  const Wiring wiring(model.desc());
  std::vector<std::uint32_t> values;
  for (std::uint32_t value = 0; value < model.desc().values.size(); ++value)
    if (is_prunable(model.desc(), wiring, value)) values.push_back(value);
  return values;
}

void remove_neurons(Draft& draft, const GoneColumns& gone) {
  if (gone.empty()) return;
  const Wiring wiring(draft.desc);
  take_out(draft, gone);
  for (const auto& [value, columns] : gone) narrow_makers(draft, wiring, value, columns);
}

std::vector<double> norms_behind(const Draft& draft, const Wiring& wiring, std::uint32_t value) {
  std::vector<double> squares(draft.columns(value));
  for (const LinearReading& reading : linear_readings(draft, wiring, {value})) {
    const auto& op = std::get<format::LinearOp>(draft.desc.nodes[reading.node].op);
    const std::span<const float> weight = draft.numbers(op.weight);
    for (std::size_t i = 0; i < weight.size(); ++i) {
      const auto& [from, column] = reading.columns[i % reading.columns.size()];
      if (from == value) squares[column] += double{weight[i]} * double{weight[i]};
    }
  }
  for (double& square : squares) square = std::sqrt(square);
  return squares;
}

}  // namespace clicklens::lens
