// What one entry's ids come to: how many are kept, what was met, and the divisor of its pooling.
#pragma once

#include <cmath>
#include <cstdint>

#include "encode/access.h"
#include "encode/elements.h"
#include "format/model_desc.h"

namespace clicklens::encode {

struct BagTally {
  std::uint64_t kept = 0, nulls = 0, unknown = 0, bad_values = 0;
  float sum = 0.0f;  // of w or w^2: one chain of fused multiply-adds from +0 in the caller's order

  // The first value `strict` refuses: its position in the entry.
  bool refused = false;
  std::uint64_t refused_at = 0;
  Fault refused_for = Fault::unknown;

  void refuse(std::uint64_t position, Fault why) noexcept {
    if (refused) return;
    refused = true;
    refused_at = position;
    refused_for = why;
  }

  void weigh(float weight, format::Pooling pooling) noexcept {
    sum = pooling == format::Pooling::sqrtn ? std::fma(weight, weight, sum) : sum + weight;
  }

  // Not 0, not infinite: else the entry has no mean and goes by the missing rule.
  [[nodiscard]] bool has_divisor(bool weighted) const noexcept { return !weighted || (sum != 0.0f && is_finite(sum)); }
  [[nodiscard]] float divisor(format::Pooling pooling, bool weighted) const noexcept {
    const float total = weighted ? sum : static_cast<float>(kept);
    return pooling == format::Pooling::sqrtn ? std::sqrt(total) : total;
  }
};

}  // namespace clicklens::encode
