// How many candidates go through the network together where the caller does not say.
#pragma once

#include <cstddef>

#include "exec/plan.h"

namespace clicklens::exec {

// A tile's activations of a usual tower (about 1,000 floats a row) stay in the second-level cache beside the weights
// that stream through it. Fewer rows change tables and push weights out more often than they save.
constexpr std::size_t default_tile_rows = 128;

// The default, or as many as leave a tile's values in the second-level cache: fewer, for networks that hold tens of
// kilobytes a candidate. No bit depends on it.
std::size_t fitting_tile_rows(const Model& model, const PlanOptions& options);

}  // namespace clicklens::exec
