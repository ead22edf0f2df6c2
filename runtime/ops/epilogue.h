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
  float low = 0.0f, high = 0.0f;  // clip

  [[nodiscard]] bool takes_batch_norm() const noexcept { return bn_scale == nullptr && act == kernels::Act::none; }
  [[nodiscard]] bool takes_activation() const noexcept { return act == kernels::Act::none; }
  void write(kernels::LinearOutputs& to) const noexcept {
    to.bn_scale = bn_scale;
    to.bn_shift = bn_shift;
    to.act = act;
    to.slope = slope;
    to.slopes = slopes;
    to.low = low;
    to.high = high;
  }
};

}  // namespace clicklens::ops
