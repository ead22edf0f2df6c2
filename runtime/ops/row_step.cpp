#include "ops/row_step.h"

namespace clicklens::ops {

base::Status ScaleStep::run(const StepContext& context) const noexcept {
  kernels::ScaleArgs args;
  args.rows = context.rows_at(y_.level);
  args.cols = y_.count;
  if (a_) args.a = context.operand(*a_, y_.level);
  if (b_) args.b = context.operand(*b_, y_.level);
  args.s = context.operand(s_, y_.level);
  args.y = context.at(y_);
  args.ldy = y_.ld;
  context.kernels->add_scaled(args);
  return {};
}

base::Status ReduceStep::run(const StepContext& context) const noexcept {
  kernels::ReduceArgs args;
  args.rows = context.rows_at(y_.level);
  args.cols = a_.count;
  args.a = context.operand(a_, y_.level);
  if (b_) args.b = context.operand(*b_, y_.level);
  args.out = context.at(y_);
  args.stride = y_.ld;
  kernel_(args);
  return {};
}

}  // namespace clicklens::ops
