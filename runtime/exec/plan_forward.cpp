#include "exec/capture_step.h"
#include "exec/given_step.h"
#include "exec/planner.h"
#include "ops/pieces.h"

namespace clicklens::exec {

void Planner::place_probes() {
  is_probed_.resize(model_.desc().values.size());
  for (const ProbeWeights& probe : options_.probes) is_probed_[probe.value] = true;
  if (options_.probes.empty()) return;
  const Place logits = scratch(Level::row, static_cast<std::uint32_t>(options_.probes.size()));
  for (std::uint32_t i = 0; i < logits.count; ++i) {
    plan_->probes.push_back({ops::slice(logits, i, 1), false});
    plan_->probes.back().logit.column = 0;
  }
}

// Of a view's columns a quarter must be: then an eighth of its numbers are.
void Planner::find_zeros() {
  const auto& desc = model_.desc();
  const auto& values = model_.graph().values;
  has_zeros_.resize(desc.values.size());
  for (std::uint32_t node = 0; node < desc.nodes.size(); ++node) {
    std::uint64_t columns = 0, with_zeros = 0;  // of what a view looks at
    for (const std::uint32_t input : desc.nodes[node].inputs) {
      columns += values[input].columns();
      if (has_zeros_[input]) with_zeros += values[input].columns();
    }
    const ops::Operator& op = model_.op(node);
    has_zeros_[desc.nodes[node].outputs[0]] =
        op.makes_zeros() || (op.is_planned_away() && with_zeros > 0 && 4 * with_zeros >= columns);
  }
}

base::Status Planner::lower_forward() {
  for (const Level level : {Level::request, Level::row, Level::candidate})
    bags_[static_cast<int>(level)] = std::make_unique<ops::BagStep>(level);
  // Inputs first: they are read for all rows of a tile, before any of them may stop.
  for (const bool inputs : {true, false}) {
    for (std::uint32_t node = 0; node < model_.desc().nodes.size(); ++node) {
      if (!fusion_.needed[node] || fusion_.fused[node] || is_input(node) != inputs) continue;
      CLENS_TRY(lower_node(node));
      if (!inputs && makes_exit(node)) split_for_exit(node + 1);
    }
    if (inputs && options_.exit && is_input(model_.graph().values[exit_value()].producer)) split_for_exit(0);
  }
  repeats_ = false;
  tile_steps_ = &plan_->per_tile;
  for (const Level level : {Level::request, Level::row, Level::candidate}) {
    auto& bags = bags_[static_cast<int>(level)];
    Steps& steps = steps_at(level);
    if (bags->empty()) continue;
    bags->seal(*this);
    steps.insert(steps.begin(), std::move(bags));
  }
  return {};
}

base::Status Planner::lower_node(std::uint32_t node) {
  const format::NodeDesc& desc = model_.desc().nodes[node];
  const std::uint32_t result = fusion_.result[node];
  cached_.lower(node);
  const bool sums_inputs = exchanged_ && model_.op(node).takes_groups() && exchanged_->holds_inputs(desc.inputs[0]);
  repeats_ = exchanged_ && !is_input(node) && !sums_inputs;
  if (options_.given_inputs && is_input(node))
    lower_given(result);
  else
    CLENS_TRY(model_.op(node).forward({desc.inputs, desc.outputs, &fusion_.epilogue[node], result}, *this));
  CLENS_TRY(lower_capture(result));
  CLENS_TRY(lower_probes(result));
  return check_steps();
}

void Planner::lower_given(std::uint32_t value) {
  const auto& blocks = model_.inputs();
  const auto block = std::find_if(blocks.begin(), blocks.end(), [&](const auto& b) { return b.value == value; });
  const Place& place = placement_.places[value].front();
  emit(place.level, std::make_unique<GivenStep>(block->begin, place));
}

// Right behind the step that wrote the value: its memory may be used again from the next node on.
base::Status Planner::lower_capture(std::uint32_t value) {
  if (capture_of_[value] == format::no_index) return {};
  const bool shared = model_.graph().values[value].scope() == graph::Scope::request;
  const Level level = shared ? Level::request : Level::row;
  if (!shared && has_split())
    return base::Status::error(base::Code::unsupported,
                               "session: captures value '%s', which is made behind the early exit",
                               model_.desc().values[value].name.c_str());
  emit(level, std::make_unique<CaptureStep>(capture_of_[value], level, placement_.places[value]));
  return {};
}

// A value of request scope is ready before any tile.
base::Status Planner::lower_probes(std::uint32_t value) {
  if (!is_probed_[value]) return {};
  const bool shared = model_.graph().values[value].scope() == graph::Scope::request;
  for (std::size_t i = 0; i < options_.probes.size(); ++i) {
    if (options_.probes[i].value != value) continue;
    const bool decides = options_.exit && options_.exit->probe == i;
    ProbePlan& probe = plan_->probes[i];
    auto step = ProbeStep::make(options_.probes[i], placement_.places[value], probe.logit, table_, decides);
    if (!step.ok()) return step.status();
    probe.late = !shared && has_split();
    (shared ? plan_->per_tile : *tile_steps_).push_back(std::move(*step));
  }
  return {};
}

void Planner::split_for_exit(std::uint32_t at) {
  plan_->exit.emplace();
  plan_->exit->rule = *options_.exit;
  plan_->exit->live = places_across(request_, placement_, at);
  tile_steps_ = &plan_->exit->after;
}

}  // namespace clicklens::exec
