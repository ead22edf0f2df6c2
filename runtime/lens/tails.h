// What chance alone would exceed.
#pragma once

namespace clicklens::lens {

// P(|Z| >= |z|) of a standard normal Z; NaN stays NaN.
double normal_two_sided(double z);

// P(X >= x) of a chi-squared X with `freedom` > 0 degrees of freedom, whole or not: the regularised upper incomplete
// gamma function Q(freedom / 2, x / 2), to 1e-12.
double chi_squared_tail(double freedom, double x);

}  // namespace clicklens::lens
