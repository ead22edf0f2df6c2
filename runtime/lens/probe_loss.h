// Losses of a block of linear scores z, their slopes and curvatures.
//   log loss     weight * softplus(-z) of a click, weight * softplus(z) of a non-click
//   squares      (z - target)^2 / 2
#pragma once

#include <cstddef>
#include <cstdint>

namespace clicklens::lens {

inline constexpr std::size_t loss_block = 512;  // most rows a call takes

// Sum of losses; slopes[i] = dloss/dz. Clicks weigh 1.
double log_losses(const double* z, const std::uint8_t* labels, std::size_t n, double other_weight, double* slopes);
double square_losses(const double* z, const float* targets, std::size_t n, double* slopes);

// curvatures[i] = d2loss/dz2 of the log loss.
void log_curvatures(const double* z, const std::uint8_t* labels, std::size_t n, double other_weight,
                    double* curvatures);

}  // namespace clicklens::lens
