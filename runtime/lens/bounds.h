// Neurons that cannot be active, whatever is sent: bounds from the weights and the tables, node by node.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exec/model.h"

namespace clicklens::lens {

// dead[c] = 1 where column c of `value` cannot be above 0 for any input, else 0: true of the float arithmetic, not
// of real numbers alone. Reads whole tables. INVALID_ARGUMENT: no such value, or not one byte per column.
base::Status provably_dead(const exec::Model& model, std::uint32_t value, std::span<std::uint8_t> dead);

// Of many values in one pass, each with as many bytes as it has columns.
std::vector<std::vector<std::uint8_t>> provably_dead(const exec::Model& model, std::span<const std::uint32_t> values);

}  // namespace clicklens::lens
