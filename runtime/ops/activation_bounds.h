// What an activation makes of an interval.
#pragma once

#include "kernels/args.h"
#include "ops/bounds.h"

namespace clicklens::ops {

// `slope`: leaky_relu's or the column's of prelu; elu's alpha. Not of clip.
Interval activated(kernels::Act act, double slope, const Interval& x) noexcept;

}  // namespace clicklens::ops
