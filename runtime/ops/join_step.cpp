#include "ops/join_step.h"

namespace clicklens::ops {

base::Status JoinStep::run(const StepContext& context) const noexcept {
  kernels::LinearArgs args{sums_.outputs(context), {}, nullptr};
  if (args.m == 0) return {};
  if (!sum_.joined || context.cached == nullptr) {
    args.x = {args.y, args.ldy, nullptr};
    args.k = 0;
    context.kernels->linear_f32(args);
    return {};
  }
  const CachedRows& cached = *context.cached;
  kernels::CopyRowsArgs copy;
  copy.table = cached.data + cached.offsets[sum_.number];
  copy.row_stride = cached.row_stride;
  copy.type = cached.type;
  copy.rows = cached.rows;
  copy.count = args.m;
  copy.cols = args.n;
  copy.addend = args.addend;
  copy.relu = args.act == kernels::Act::relu;
  copy.out = args.y;
  copy.ld_out = args.ldy;
  context.kernels->copy_rows(copy);
  return {};
}

}  // namespace clicklens::ops
