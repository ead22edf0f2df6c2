#include "lens/bounds.h"

#include <vector>

#include "base/fp_environment.h"

namespace clicklens::lens {
namespace {

// By node: whether `value` depends on it.
std::vector<bool> ancestors(const exec::Model& model, std::uint32_t value) {
  std::vector<bool> needed(model.desc().nodes.size());
  needed[model.graph().values[value].producer] = true;
  for (std::size_t node = needed.size(); node-- > 0;) {
    if (!needed[node]) continue;
    for (const std::uint32_t input : model.desc().nodes[node].inputs)
      needed[model.graph().values[input].producer] = true;
  }
  return needed;
}

}  // namespace

base::Status provably_dead(const exec::Model& model, std::uint32_t value, std::span<std::uint8_t> dead) {
  const auto& values = model.graph().values;
  if (value >= values.size() || dead.size() != values[value].columns())
    return base::Status::error(base::Code::invalid_argument, "bounds: %zu columns of value %u", dead.size(), value);
  const base::FpEnvironment canonical;
  const std::vector<bool> needed = ancestors(model, value);
  std::vector<ops::Bounds> bounds(values.size());
  for (std::uint32_t node = 0; node < needed.size(); ++node) {
    if (!needed[node]) continue;
    std::vector<const ops::Bounds*> inputs;
    for (const std::uint32_t input : model.desc().nodes[node].inputs) inputs.push_back(&bounds[input]);
    const std::uint32_t output = model.desc().nodes[node].outputs[0];
    bounds[output] = model.op(node).bounds(inputs, values[output]);
  }
  const std::vector<ops::Interval> columns = ops::columns_of(bounds[value]);
  for (std::size_t c = 0; c < dead.size(); ++c) dead[c] = columns[c].high > 0 ? 0 : 1;
  return {};
}

}  // namespace clicklens::lens
