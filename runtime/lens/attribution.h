// Attribution: why a row has its score, by methods that look at more than one gradient. All of them work on x, the
// pooled inputs of a row, and run the network from there (pooled_network.h). F is the target: a task's logit or
// probability, or a neuron. A baseline x' stands for "nothing known".
//
//   integrated gradients  (x - x') . integral over alpha of dF/dx at x' + alpha (x - x')    Sundararajan et al. 2017
//   expected gradients    mean over references x' and alpha of (x - x') . dF/dx there       Erion et al. 2021
//   SmoothGrad            (x - x') . mean of dF/dx at x + noise                             Smilkov et al. 2017
//   DeepLIFT, rescale     (x - x') . multipliers                                            Shrikumar et al. 2017
//   ablation              F(x) - F(x with a group's columns of x'), but for rounding of first linears where it costs
//                         less than a network row each (exchanged_network.h)
//   additive              x . dF/dx, and what the biases add: together F itself, where F is piecewise linear
//   conductance           of a layer's neurons y: sum along the path of dF/dy . change of y  Dhamdhere et al. 2019
//   neuron gradients      (x - x') . dy/dx of every neuron y of a layer
//
// By single ids: attribution_ids.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lens/saliency.h"

namespace clicklens::lens {

enum class AttributionMethod : std::uint32_t {
  integrated_gradients = 0,
  expected_gradients = 1,
  smoothgrad = 2,
  deeplift = 3,
  ablation = 4,
  additive = 5,
  conductance = 6,
  neuron_gradients = 7
};

struct AttributionSpec {
  AttributionMethod method = AttributionMethod::integrated_gradients;
  SaliencyLevel level = SaliencyLevel::group;
  SaliencyTarget target = SaliencyTarget::logit;
  std::size_t task = 0;
  std::size_t value = 0, column = 0;  // neuron: of a layer of the explainer
  std::size_t layer = 0;              // conductance, neuron gradients: likewise
  bool gradients_only = false;        // SmoothGrad, neuron gradients: without the factor x - x'
  bool ablated_scores = false;        // ablation: F(x with a group's columns of x') itself, in the
                                      // bits of scoring such rows
  std::span<const float> baselines;   // rows of input columns: none (zero), one, or one for each candidate;
                                      // expected gradients: the references, any number
  std::uint32_t steps = 0;            // integrated gradients, conductance; 0: 50
  std::uint32_t most_steps = 0;       // with tolerance; 0: 1024
  double tolerance = 0;               // integrated gradients: steps double while the gap is larger; 0: off
  std::uint32_t draws = 0;            // expected gradients, SmoothGrad; 0: 50
  std::uint64_t seed = 0;
  double noise = 0;                // SmoothGrad: share of a group's deviation; 0: 0.1
  std::span<const float> spreads;  // SmoothGrad: standard deviation of each input column
  // Explicit draws, the same for every candidate.
  std::span<const std::uint32_t> draw_rows;  // expected gradients: the reference of each draw, and
  std::span<const float> draw_fractions;     // its alpha
  std::span<const float> draw_noise;         // SmoothGrad: draws x input columns, in deviations times `noise`
};

// Of one candidate. NaN: the method has no such figure.
struct AttributionInfo {
  double score = 0;     // F(x)
  double baseline = 0;  // F(x'); expected gradients: its mean over the draws
  double sum = 0;       // of the candidate's attributions
  double bias = 0;      // additive: the biases' part of F
  // What the attributions leave of F(x) - F(x') (additive: of F(x) - bias), by the sum of their magnitudes over
  // dimensions (additive: over the level's columns, the bias among them).
  double gap = 0;
  std::uint32_t steps = 0;  // network rows along the path; draws
  std::uint32_t reserved = 0;
  double rest = 0;  // level id: the part of `sum` that no id carries
};

struct AttributionOutput {
  std::span<float> values;  // candidate-major
  std::span<float>
      errors;  // like values: Monte-Carlo standard errors (expected gradients, SmoothGrad). Empty: unwanted
  std::byte* infos = nullptr;     // by candidate, `info_stride` bytes apart: as much of an AttributionInfo as fits
  std::size_t info_stride = 0;    // into them. Null: unwanted
  std::size_t info_capacity = 0;  // infos
};

}  // namespace clicklens::lens
