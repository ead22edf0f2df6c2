#include "lens/probe_loss.h"

#include <bit>
#include <cmath>

namespace clicklens::lens {
namespace {

// exp(x) for x <= 0, to 2 ulp; 0 below -708. Without branches, so that compilers turn loops over it into
// vectors: a fit spends a third of its time in std::exp otherwise.
inline double exp_negative(double x) {
  constexpr double log2_e = 0x1.71547652b82fep0, log_2_high = 0x1.62e42fefa38p-1, log_2_low = 0x1.ef35793c7673p-45;
  constexpr double shift = 0x1.8p52;  // rounds to an integer, which is then in the low bits
  const bool vanishes = x < -708.0;
  const double bounded = vanishes ? 0.0 : x;
  const double shifted = bounded * log2_e + shift;
  const double power = shifted - shift;
  const double r = (bounded - power * log_2_high) - power * log_2_low;
  double sum = 1.0 / 6227020800;  // Taylor, |r| <= log(2) / 2
  sum = sum * r + 1.0 / 479001600;
  sum = sum * r + 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  const std::uint64_t scale = (std::bit_cast<std::uint64_t>(shifted) + 1023) << 52;
  return vanishes ? 0.0 : sum * std::bit_cast<double>(scale);
}

// tails[i] = exp(-|z|), rests[i] = 1 / (1 + tail): both halves of a sigmoid.
void split(const double* z, std::size_t n, double* tails, double* rests) {
  for (std::size_t i = 0; i < n; ++i) {
    tails[i] = exp_negative(-std::abs(z[i]));
    rests[i] = 1.0 / (1.0 + tails[i]);
  }
}

}  // namespace

// softplus(x) = max(x, 0) + log(1 + exp(-|x|)). The logarithms of one class are taken together, as that of the
// product of at most 512 factors between 1 and 2: it cannot overflow, and each factor's rounding costs 2^-53.
double log_losses(const double* z, const std::uint8_t* labels, std::size_t n, double other_weight, double* slopes) {
  double tails[loss_block], rests[loss_block];
  split(z, n, tails, rests);
  const double weights[2] = {other_weight, 1.0};
  double linear[2] = {}, products[2] = {1.0, 1.0};
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t click = labels[i];
    products[click] *= 1.0 + tails[i];
    const double wrong = click != 0 ? -z[i] : z[i];  // its softplus is the loss
    linear[click] += wrong > 0 ? wrong : 0.0;
    const double probability = z[i] >= 0 ? rests[i] : tails[i] * rests[i];
    const double other = z[i] >= 0 ? tails[i] * rests[i] : rests[i];  // 1 - probability without cancellation
    slopes[i] = click != 0 ? -other : weights[0] * probability;
  }
  return weights[0] * (linear[0] + std::log(products[0])) + (linear[1] + std::log(products[1]));
}

double square_losses(const double* z, const float* targets, std::size_t n, double* slopes) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    slopes[i] = z[i] - double{targets[i]};
    sum += slopes[i] * slopes[i];
  }
  return sum / 2;
}

void log_curvatures(const double* z, const std::uint8_t* labels, std::size_t n, double other_weight,
                    double* curvatures) {
  double tails[loss_block], rests[loss_block];
  split(z, n, tails, rests);
  for (std::size_t i = 0; i < n; ++i)
    curvatures[i] = (labels[i] != 0 ? 1.0 : other_weight) * tails[i] * rests[i] * rests[i];
}

}  // namespace clicklens::lens
