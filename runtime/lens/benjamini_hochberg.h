// False discovery control over many tests at once (Benjamini and Hochberg 1995): rejecting where q <= .05 keeps the
// expected share of false ones among the rejected at .05 (and, where nothing is true, the chance of any).
#pragma once

#include <span>
#include <vector>

namespace clicklens::lens {

// q[i] = min over the p[j] >= p[i] of p[j] * tests / rank(p[j]), at most 1. NaN (no test) stays NaN and is not counted.
std::vector<double> benjamini_hochberg(std::span<const double> p);

}  // namespace clicklens::lens
