// Two scores of the same rows: their AUCs, and how certain it is that they differ.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "base/status.h"

namespace clicklens::lens {

struct AucDifference {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  double auc_a = none, auc_b = none;
  double difference = none;           // b - a
  double se = none;                   // paired: both AUCs again without each bucket of clusters
  double delong_se = none;            // rows independent
  double delong_clustered_se = none;  // NaN without clusters
  double delong_se_a = none, delong_se_b = none, delong_clustered_se_a = none, delong_clustered_se_b = none;
  double low = none, high = none;  // difference -+ 1.96 se
};

// `clusters` may be empty: every row its own. BAD_VALUE: a label above 1, a score that is not finite.
// INVALID_ARGUMENT: buckets outside 64..200, 2^32 rows and more.
base::Result<AucDifference> compare_aucs(std::span<const float> a, std::span<const float> b,
                                         std::span<const std::uint8_t> labels, std::span<const std::uint64_t> clusters,
                                         std::uint32_t buckets);

}  // namespace clicklens::lens
