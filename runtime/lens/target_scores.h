// A target's value for each row of a tile.
#pragma once

#include <span>

#include "exec/batch.h"

namespace clicklens::lens {

// Of the target's own column: `layers` are the session's observed values. `scratch`: a float for each row.
void read_scores(const exec::Model&, std::span<const std::uint32_t> layers, const exec::GradientTarget&,
                 const exec::Plan&, const ops::StepContext&, float* scratch, double* scores) noexcept;

}  // namespace clicklens::lens
