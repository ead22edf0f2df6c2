#include "lens/metrics_jackknife.h"

#include <cmath>
#include <limits>

namespace clicklens::lens {

double jackknife_se(std::span<const double> estimates) {
  if (estimates.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const auto count = static_cast<double>(estimates.size());
  // Estimates differ in late digits: deviations from the first keep them when the mean is taken.
  const double origin = estimates.front();
  double sum = 0;
  for (const double estimate : estimates) sum += estimate - origin;
  const double mean = sum / count;
  double squares = 0;
  for (const double estimate : estimates) squares += (estimate - origin - mean) * (estimate - origin - mean);
  return std::sqrt((count - 1) / count * squares);
}

}  // namespace clicklens::lens
