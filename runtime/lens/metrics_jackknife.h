// One uncertainty for every statistic. Rows fall into B buckets by a hash of their cluster key (the user,
// or the request), so rows that depend on each other share a bucket. The statistic is computed again with
// each bucket left out, and
//   SE^2 = (G - 1) / G * sum over the G buckets that hold rows of (estimate without b - their mean)^2,
// the delete-a-group jackknife (Kott 2001; Efron and Tibshirani 1993, chapter 11).
#pragma once

#include <cstdint>
#include <span>

#include "base/mix.h"

namespace clicklens::lens {

using base::mix;

constexpr std::uint32_t bucket_of(std::uint64_t cluster, std::uint32_t buckets) {
  return static_cast<std::uint32_t>(mix(cluster) % buckets);
}

// `estimates` holds one per bucket that has rows. NaN with fewer than two, or when one of them is NaN.
double jackknife_se(std::span<const double> estimates);

}  // namespace clicklens::lens
