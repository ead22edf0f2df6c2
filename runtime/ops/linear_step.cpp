#include "ops/linear_step.h"

namespace clicklens::ops {
namespace {

constexpr std::size_t few = 8;  // fields, of which a row's would leave a linear's tile of rows half empty

}  // namespace

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
  args.by_input = call_.by_input;
  context.kernels->linear_f32(args);
  return {};
}

// Rows of the product are fields of rows: all of them at once where nothing lies between rows, else those of a row, or
// those of a field.
base::Status FieldLinearStep::run(const StepContext& context) const noexcept {
  kernels::LinearArgs args{call_.outputs(context), {}, nullptr};
  const std::size_t rows = args.m;
  if (rows == 0) return {};
  args.weights = call_.weights;
  const float* const x = context.at(call_.x);
  float* const y = args.y;
  const bool dense = call_.x.ld == fields_ * args.k && call_.y.ld == fields_ * args.n;
  const bool by_field = !dense && fields_ < few && fields_ < rows;
  if (!by_field) args.ldy = args.n;
  args.m = dense ? rows * fields_ : by_field ? rows : fields_;
  for (std::size_t i = 0; i < (dense ? 1 : by_field ? fields_ : rows); ++i) {
    args.x = {x + i * (by_field ? args.k : call_.x.ld), by_field ? call_.x.ld : args.k, nullptr};
    args.y = y + i * (by_field ? args.n : call_.y.ld);
    context.kernels->linear_f32(args);
  }
  return {};
}

}  // namespace clicklens::ops
