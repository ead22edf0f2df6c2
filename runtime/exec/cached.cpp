#include "exec/cached.h"

#include <algorithm>

namespace clicklens::exec {
namespace {

using graph::Scope;

bool has_scope(const graph::Value& value, Scope scope) {
  return std::any_of(value.runs.begin(), value.runs.end(),
                     [scope](const graph::Run& run) { return run.scope == scope; });
}

}  // namespace

// A stored order may put candidate columns into the pair part.
bool CachedCollector::reads_candidates_as_pairs(std::uint32_t node) const {
  const format::NodeDesc& desc = model_.desc().nodes[node];
  const graph::Runs& runs = model_.graph().values[desc.inputs[0]].runs;
  for (const format::OrderRun& part : desc.order) {
    if (part.part != format::Part::pair) continue;
    for (const graph::Run& run : runs)
      if (run.scope == Scope::candidate && run.begin < part.begin + part.count && part.begin < run.begin + run.count)
        return true;
  }
  return false;
}

void CachedCollector::lower(std::uint32_t node) {
  node_ = node;
  next_sum_ = 0;
  const format::NodeDesc& desc = model_.desc().nodes[node];
  if (model_.op(node).is_planned_away() || !has_scope(model_.graph().values[desc.outputs[0]], Scope::pair)) return;
  if (model_.op(node).sums_columns() && !reads_candidates_as_pairs(node)) return;
  for (const std::uint32_t input : desc.inputs) want(input);
}

CachedPlaces CachedCollector::collect(const Placement& placement) {
  const auto& nodes = model_.desc().nodes;
  for (auto node = static_cast<std::uint32_t>(nodes.size()); node-- > 0;)
    if (model_.op(node).is_planned_away() && wanted_[nodes[node].outputs[0]])
      for (const std::uint32_t input : nodes[node].inputs) want(input);
  CachedPlaces all;
  for (std::uint32_t value = 0; value < wanted_.size(); ++value) {
    if (!wanted_[value] || model_.op(model_.graph().values[value].producer).is_planned_away()) continue;
    const auto& places = placement.places[value];
    for (std::uint32_t run = 0; run < places.size(); ++run)
      if (places[run].level == ops::Level::candidate) all.push_back({{CacheKey::Kind::value, value, run}, places[run]});
  }
  all.insert(all.end(), sums_.begin(), sums_.end());
  return all;
}

}  // namespace clicklens::exec
