// Checks that operators share; each message names the node.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "ops/operator.h"

namespace clicklens::ops {

base::Status expect_inputs(Inputs inputs, std::size_t count, const char* node);
base::Status expect_same_shape(const graph::Value& a, const graph::Value& b, const char* node);
// Constant `index` exists and has this shape.
base::Status expect_constant(const ModelView&, std::uint32_t index, std::initializer_list<std::uint64_t> shape,
                             const char* what, const char* node);
// Feature `index` exists.
base::Status expect_feature(const ModelView&, std::uint32_t index, const char* node);
// The first input's shape and runs: what column-wise operators give back.
[[nodiscard]] ValueShape same_shape(const graph::Value& value);

}  // namespace clicklens::ops
