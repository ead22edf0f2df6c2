#include "ops/join_step.h"

namespace clicklens::ops {

base::Status JoinStep::run(const StepContext& context) const noexcept {
  kernels::LinearArgs args{sums_.outputs(context), {}, nullptr};
  if (args.m == 0) return {};
  if (!sum_.joined || context.cached == nullptr) {
    args.x = {args.y, args.ldy, nullptr};
    context.kernels->linear_f32(args);
    return {};
  }
  const CachedRows& cached = *context.cached;
  const kernels::CopyStretch joined{cached.offsets[sum_.number],    args.n, args.addend,
                                    args.act == kernels::Act::relu, args.y, args.ldy};
  context.kernels->copy_rows({cached.data, cached.row_stride, cached.type, cached.rows, args.m, &joined, 1});
  return {};
}

}  // namespace clicklens::ops
