// Checks of shapes that operators share; each message names the node. That references exist and numbers are
// finite is verified with the description, before operators are made.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "ops/operator.h"

namespace clicklens::ops {

base::Status expect_inputs(Inputs inputs, std::size_t count, const char* node);
// Constant `index` has this shape.
base::Status expect_constant(const ModelView&, std::uint32_t index, std::initializer_list<std::uint64_t> shape,
                             const char* what, const char* node);
// The first input's shape and runs: what column-wise operators give back.
[[nodiscard]] ValueShape same_shape(const graph::Value& value);

}  // namespace clicklens::ops
