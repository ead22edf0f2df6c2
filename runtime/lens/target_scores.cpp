#include "lens/target_scores.h"

#include "ops/pieces.h"

namespace clicklens::lens {

void read_scores(const exec::Model& model, std::span<const std::uint32_t> layers, const exec::GradientTarget& target,
                 const exec::Plan& plan, const ops::StepContext& context, float* scratch, double* scores) noexcept {
  const auto& outputs = model.desc().outputs;
  std::span<const ops::Place> places;
  for (std::size_t task = 0; task < outputs.size() && places.empty(); ++task)
    if (outputs[task].logit == target.value) places = {&plan.logits[task], 1};
  for (std::size_t i = 0; i < layers.size() && places.empty(); ++i)
    if (layers[i] == target.value) places = plan.observed[i];
  const ops::Place column = ops::slice(ops::place_of(places, target.column), target.column, 1);
  kernels::MapArgs read;
  read.a = context.operand(column, ops::Level::row);
  read.rows = context.rows;
  read.cols = 1;
  read.y = scratch;
  read.ldy = 1;
  (target.probability ? context.kernels->sigmoid : context.kernels->copy)(read);
  for (std::size_t i = 0; i < context.rows; ++i) scores[i] = double{scratch[i]};
}

}  // namespace clicklens::lens
