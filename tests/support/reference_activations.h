// Activations for the plain reference. In float the curves come from the scalar kernels, which have oracles of their
// own; in double they are their definitions.
#pragma once

#include <cstddef>
#include <vector>

#include "format/model_desc.h"

namespace clicklens::testing::plain {

// `slopes`: prelu's.
template <class T>
T activated(const format::ActivationOp& op, const std::vector<float>& slopes, T x, std::size_t column);

// What a gradient dy of y = f(x) makes of x's.
float activation_gradient(const format::ActivationOp& op, const std::vector<float>& slopes, float dy, float x, float y,
                          std::size_t column);

}  // namespace clicklens::testing::plain
