#include <functional>
#include <set>

#include "exec/planner.h"
#include "ops/map_step.h"
#include "ops/pieces.h"

namespace clicklens::exec {

// Gradients are matrices at row level over a value's columns, whatever its scopes. An input of a concat
// that nothing else reads has its columns of the concat's.
void Planner::place_gradients() {
  const std::size_t values = model_.desc().values.size();
  gradients_.resize(values);
  inside_.resize(values);
  for (auto node = static_cast<std::uint32_t>(model_.desc().nodes.size()); node-- > 0;)
    if (fusion_.needed[node]) place_gradient(model_.desc().nodes[node].outputs[0]);
}

void Planner::place_gradient(std::uint32_t value) {
  const graph::Value& v = model_.graph().values[value];
  if (!inside_[value]) gradients_[value] = scratch(Level::row, v.columns());
  if (!model_.op(v.producer).is_view()) return;
  std::uint32_t column = 0;
  for (const std::uint32_t input : model_.desc().nodes[v.producer].inputs) {
    const graph::Value& part = model_.graph().values[input];
    if (part.consumers.size() == 1) {
      inside_[input] = true;
      gradients_[input] = ops::slice(gradients_[value], column, part.columns());
      gradients_[input].column = 0;
    }
    column += part.columns();
  }
}

// Visits only nodes that the target depends on: with thousands of targets, walking all nodes for each would be
// what creating a session takes its time for.
base::Status Planner::lower_backward(std::uint32_t target) {
  if (plan_->backward_of[target] != format::no_index) return {};
  plan_->backward_of[target] = static_cast<std::uint32_t>(plan_->backward.size());
  plan_->backward.push_back({target, gradients_[target], placement_.places[target].front(), {}, false, {}});
  back_ = &plan_->backward.back();
  const std::uint32_t made_by = model_.graph().values[target].producer;
  // Between an input and a target that is one, or a view of some, there is no linear.
  back_->groups_inputs = groups_.has_value() && !is_input(made_by) && !model_.op(made_by).is_view();
  written_.assign(model_.desc().values.size(), false);
  written_[target] = true;
  const auto& values = model_.graph().values;
  std::set<std::uint32_t, std::greater<>> reached{values[target].producer};
  while (!reached.empty()) {
    const std::uint32_t node = *reached.begin();
    reached.erase(reached.begin());
    const format::NodeDesc& desc = model_.desc().nodes[node];
    CLENS_TRY(
        model_.op(node).backward({desc.inputs, desc.outputs, &fusion_.epilogue[node], fusion_.result[node]}, *this));
    CLENS_TRY(check_steps());
    for (const std::uint32_t input : desc.inputs) reached.insert(values[input].producer);
  }
  for (std::size_t i = 0; i < model_.inputs().size(); ++i) {
    const InputBlock& block = model_.inputs()[i];
    if (back_->groups_inputs && plan_->grouped[i]) continue;
    if (!written_[block.value] && gradients_[block.value].count > 0)
      emit(Level::row, std::make_unique<ops::ZeroStep>(gradients_[block.value]));
  }
  for (const std::uint32_t value : options_.observed_gradients)
    if (!written_[value] && !is_input(values[value].producer) && gradients_[value].count > 0)
      emit(Level::row, std::make_unique<ops::ZeroStep>(gradients_[value]));
  back_ = nullptr;
  return check_steps();
}

void Planner::add_product(ops::GroupProduct product) {
  steps_ += product.stretches.size();
  if (steps_ <= most_steps) back_->products.push_back(std::move(product));
}

void Planner::place_products() {
  std::uint32_t columns = 0;
  std::uint32_t sums = 0;
  for (const BackwardPlan& backward : plan_->backward) {
    for (const ops::GroupProduct& product : backward.products) {
      sums = std::max(sums, product.gradient.count);
      for (const auto& stretch : product.stretches) columns = std::max(columns, stretch.x.count);
    }
  }
  if (sums == 0) return;
  const auto few = [this](std::uint32_t count) {
    const std::size_t ld = (std::size_t{count} + 15) / 16 * 16;
    return Place{0, count, Level::request, layout_.reserve_array<float>(ld * product_rows), ld};
  };
  plan_->product_scratch = {few(columns), few(sums), layout_.reserve_array<std::uint32_t>(options_.tile_rows)};
}

}  // namespace clicklens::exec
