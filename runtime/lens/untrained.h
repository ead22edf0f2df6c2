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

}  // namespace clicklens::lens
