#include "ops/linear_step.h"

namespace clicklens::ops {

kernels::LinearOutputs LinearSums::outputs(const StepContext& context) const noexcept {
  kernels::LinearOutputs to;
  to.m = context.rows_at(y.level);
  to.k = k;
  to.n = n;
  if (bias != nullptr) to.seed = {bias, 0, nullptr};
  if (seed) to.seed = context.operand(*seed, y.level);
  if (addend) to.addend = context.operand(*addend, y.level);
  epilogue.write(to);
  to.y = context.at(y);
  to.ldy = y.ld;
  return to;
}

base::Status LinearStep::run(const StepContext& context) const noexcept {
  kernels::LinearArgs args{call_.outputs(context), {}, nullptr};
  if (args.m == 0) return {};
  args.x = context.operand(call_.x, call_.y.level);
  args.weights = call_.weights;
  args.finite = call_.finite;
  context.kernels->linear_f32(args);
  return {};
}

}  // namespace clicklens::ops
