// Gradient x input of the groups that a session has no gradients by column of: d . (W (e - mean)), with d the gradient
// of a linear's output, W and e the group's columns of its weights and inputs. (W e) is one chain per output from +0,
// the product a sum in 16 virtual lanes: neither knows of tiles, and a request's (W e) serves all its candidates.
#pragma once

#include <span>

#include "exec/plan.h"

namespace clicklens::lens {

// Adds to out[row * stride + group], rows of the tile at hand. Empty means: not centred.
void add_group_products(const exec::Plan&, const exec::BackwardPlan&, const ops::StepContext&,
                        std::span<const float> means, float* out, std::size_t stride) noexcept;

}  // namespace clicklens::lens
