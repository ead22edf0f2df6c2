// What a model can never do, whatever it is asked, from its weights and tables alone.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.h"
#include "exec/model.h"

namespace clicklens::lens {

// dead[c] = 1 when column c of `value` can be > 0 for no input that the model takes, else 0: a proof, never a guess, so
// columns that could not be decided are 0. `dead` has as many entries as the value has columns. Reads whole embedding
// tables. INVALID_ARGUMENT: no such value, or another number of columns.
base::Status provably_dead(const exec::Model& model, std::uint32_t value, std::span<std::uint8_t> dead);

}  // namespace clicklens::lens
