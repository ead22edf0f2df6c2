#include "ops/reduced_step.h"

#include <new>

namespace clicklens::ops {

ReducedStep::ReducedStep(ReducedCall call, const kernels::Table& kernels, std::size_t rows) : call_(std::move(call)) {
  row_bytes_ = (call_.precision == Precision::int8 ? kernels.int8_row_bytes : kernels.bf16_row_bytes)(call_.k);
  const auto padded = [](std::size_t bytes) { return (bytes + 63) / 64 * 64; };
  scales_ = padded(row_bytes_ * rows);
  stretches_ = scales_ + padded(sizeof(float) * rows);
  work_bytes_ = stretches_ + padded(sizeof(kernels::Stretch) * call_.x.size());
}

base::Status ReducedStep::run(const StepContext& context) const noexcept {
  const kernels::Table& kernels = *context.kernels;
  const bool int8 = call_.precision == Precision::int8;
  kernels::LinearReducedArgs args{call_.outputs(context), context.work, row_bytes_, nullptr, call_.weights};
  if (args.m == 0) return {};
  auto* const scales = reinterpret_cast<float*>(context.work + scales_);
  auto* const stretches = reinterpret_cast<kernels::Stretch*>(context.work + stretches_);
  for (std::size_t i = 0; i < call_.x.size(); ++i)
    ::new (stretches + i) kernels::Stretch{context.operand(call_.x[i], call_.y.level), call_.x[i].count};
  const kernels::QuantiseArgs rows{stretches, call_.x.size(), args.m, context.work, row_bytes_, scales};
  (int8 ? kernels.quantise_int8 : kernels.round_bf16)(rows);
  args.scales = scales;
  (int8 ? kernels.linear_int8 : kernels.linear_bf16)(args);
  return {};
}

}  // namespace clicklens::ops
