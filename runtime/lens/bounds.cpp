#include "lens/bounds.h"

#include <algorithm>
#include <vector>

#include "base/fp_environment.h"

namespace clicklens::lens {
namespace {

// By node: whether one of the values depends on it.
std::vector<bool> ancestors(const exec::Model& model, std::span<const std::uint32_t> values) {
  std::vector<bool> needed(model.desc().nodes.size());
  for (const std::uint32_t value : values) needed[model.graph().values[value].producer] = true;
  for (std::size_t node = needed.size(); node-- > 0;) {
    if (!needed[node]) continue;
    for (const std::uint32_t input : model.desc().nodes[node].inputs)
      needed[model.graph().values[input].producer] = true;
  }
  return needed;
}

}  // namespace

std::vector<std::vector<std::uint8_t>> provably_dead(const exec::Model& model, std::span<const std::uint32_t> values) {
  const base::FpEnvironment canonical;
  const auto& all = model.graph().values;
  const std::vector<bool> needed = ancestors(model, values);
  std::vector<ops::Bounds> bounds(all.size());
  for (std::uint32_t node = 0; node < needed.size(); ++node) {
    if (!needed[node]) continue;
    std::vector<const ops::Bounds*> inputs;
    for (const std::uint32_t input : model.desc().nodes[node].inputs) inputs.push_back(&bounds[input]);
    const std::uint32_t output = model.desc().nodes[node].outputs[0];
    bounds[output] = model.op(node).bounds(inputs, all[output]);
  }
  std::vector<std::vector<std::uint8_t>> dead;
  for (const std::uint32_t value : values) {
    std::vector<std::uint8_t>& of_value = dead.emplace_back();
    for (const ops::Interval& column : ops::columns_of(bounds[value])) of_value.push_back(column.high > 0 ? 0 : 1);
  }
  return dead;
}

base::Status provably_dead(const exec::Model& model, std::uint32_t value, std::span<std::uint8_t> dead) {
  const auto& values = model.graph().values;
  if (value >= values.size() || dead.size() != values[value].columns())
    return base::Status::error(base::Code::invalid_argument, "bounds: %zu columns of value %u", dead.size(), value);
  std::ranges::copy(provably_dead(model, {&value, 1}).front(), dead.begin());
  return {};
}

}  // namespace clicklens::lens
