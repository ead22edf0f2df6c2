// What may be fused behind a linear: batch norm, then an activation, in this order.
#pragma once

#include "kernels/args.h"

namespace clicklens::ops {

struct Epilogue {
  const float* bn_scale = nullptr;
  const float* bn_shift = nullptr;
  kernels::Act act = kernels::Act::none;
  float slope = 0.0f;
  const float* slopes = nullptr;

  [[nodiscard]] bool takes_batch_norm() const noexcept { return bn_scale == nullptr && act == kernels::Act::none; }
  [[nodiscard]] bool takes_activation() const noexcept { return act == kernels::Act::none; }
};

}  // namespace clicklens::ops
