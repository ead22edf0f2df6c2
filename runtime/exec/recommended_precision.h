// The precision that a file recommends to sessions, as `refine` writes it: metadata `recommended_precision` ("f32",
// "int8", "bf16") and, where some linears should stay in float32, `recommended_full_precision`, the names of their
// outputs, one a line.
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "format/model_desc.h"
#include "ops/lowering.h"

namespace clicklens::exec {

struct RecommendedPrecision {
  ops::Precision precision = ops::Precision::f32;
  std::vector<std::uint32_t> full_precision;  // as SessionOptions::full_precision
};

// Metadata are anybody's: BAD_FILE names the entry that says no precision, or no value. Without them float32.
base::Result<RecommendedPrecision> recommended_precision(const format::ModelDesc& desc);
// The same for sessions on this processor: float32 where it has no products in bf16.
base::Result<RecommendedPrecision> usable_precision(const format::ModelDesc& desc);

// In place of what was recommended before; its values are the model's.
void recommend(format::ModelDesc& desc, const RecommendedPrecision& precision);
void forget_recommendation(format::ModelDesc& desc);

const char* name_of(ops::Precision precision) noexcept;

}  // namespace clicklens::exec
