#include "ops/gru_step.h"

namespace clicklens::ops {
namespace {

void fill(kernels::GruArgs& args, const GruCall& call, Level level, const StepContext& context) noexcept {
  args.kind = call.kind;
  args.input = context.operand(call.input, level);
  args.hidden = context.operand(call.hidden, level);
  args.h = context.operand(call.h, level);
  if (call.attention) args.attention = context.operand(*call.attention, level);
  if (call.mask) args.mask = context.operand(*call.mask, level);
  args.rows = context.rows_at(level);
  args.width = call.h.count;
}

}  // namespace

base::Status GruStep::run(const StepContext& context) const noexcept {
  kernels::GruArgs args;
  fill(args, call_, call_.y.level, context);
  args.y = context.at(call_.y);
  args.ldy = call_.y.ld;
  context.kernels->gru(args);
  return {};
}

base::Status GruBackwardStep::run(const StepContext& context) const noexcept {
  kernels::GruBackwardArgs args;
  fill(args, call_, Level::row, context);
  args.dy = context.operand(call_.dy, Level::row);
  args.carried = context.operand(call_.carried, Level::row);
  args.d_input = context.at(call_.d_input), args.ld_input = call_.d_input.ld;
  args.d_hidden = context.at(call_.d_hidden), args.ld_hidden = call_.d_hidden.ld;
  args.direct = context.at(call_.direct), args.ld_direct = call_.direct.ld;
  if (call_.d_attention) args.d_attention = context.at(*call_.d_attention), args.ld_attention = call_.d_attention->ld;
  args.work = reinterpret_cast<float*>(context.block + call_.work);
  context.kernels->gru_backward(args);
  return {};
}

}  // namespace clicklens::ops
