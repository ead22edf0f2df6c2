// A model of the same graph with fresh weights: what its layers know by their shape alone, the third control of
// probes.
#pragma once

#include <cstdint>
#include <memory>

#include "exec/model.h"

namespace clicklens::lens {

// Tables N(0, 0.01^2), constants as their operators begin (ops/initial.h), everything else - encoders, calibration,
// rules of features - as it is. Every number depends on the seed, its segment and its place there alone. Self-test
// rows are left out: their scores would be wrong. LIMIT_EXCEEDED, OUT_OF_MEMORY.
base::Result<std::shared_ptr<exec::Model>> untrained(const exec::Model& model, std::uint64_t seed);

// The same of the last `layers` linears, in the order of the nodes, and of every node behind the first of them; all
// else is kept. With more layers than there are linears: untrained, tables too. What the cascade of Adebayo et al.
// 2018 compares attributions with.
base::Result<std::shared_ptr<exec::Model>> randomised(const exec::Model& model, std::uint64_t seed, std::size_t layers);

}  // namespace clicklens::lens
