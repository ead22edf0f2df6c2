#include "ops/linear_step.h"

namespace clicklens::ops {

base::Status LinearStep::run(const StepContext& context) const noexcept {
  const Level level = call_.y.level;
  kernels::LinearArgs args;
  args.m = context.rows_at(level);
  if (args.m == 0) return {};
  args.k = call_.k;
  args.n = call_.n;
  args.x = context.operand(call_.x, level);
  args.weights = call_.weights;
  args.finite = call_.finite;
  if (call_.bias != nullptr) args.seed = {call_.bias, 0, nullptr};
  if (call_.seed) args.seed = context.operand(*call_.seed, level);
  if (call_.addend) args.addend = context.operand(*call_.addend, level);
  args.bn_scale = call_.epilogue.bn_scale;
  args.bn_shift = call_.epilogue.bn_shift;
  args.act = call_.epilogue.act;
  args.slope = call_.epilogue.slope;
  args.slopes = call_.epilogue.slopes;
  args.y = context.at(call_.y);
  args.ldy = call_.y.ld;
  context.kernels->linear_f32(args);
  return {};
}

}  // namespace clicklens::ops
