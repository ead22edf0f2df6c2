// Saliency: how much each feature group, feature, dimension or id moves a row's score, by the gradient of
// the target z with respect to e, the pooled inputs as their first consumers see them. Centred gradient
// x input, (e - mean e) . dz/de, is the default: unlike the others it changes neither when a table is
// rescaled nor when it is shifted and the bias corrected. Gradients: Simonyan et al. 2013; gradient x
// input: Shrikumar et al. 2016.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "exec/session.h"

namespace clicklens::lens {

enum class SaliencyMethod : std::uint32_t { centred = 0, gradient_x_input = 1, gradient_l1 = 2, gradient_l2 = 3 };
enum class SaliencyLevel : std::uint32_t { group = 0, feature = 1, id = 2, dimension = 3 };
enum class SaliencyTarget : std::uint32_t { logit = 0, probability = 1, neuron = 2 };

struct SaliencySpec {
  SaliencyMethod method = SaliencyMethod::centred;
  SaliencyLevel level = SaliencyLevel::group;
  SaliencyTarget target = SaliencyTarget::logit;
  bool per_request = false;  // request-scope features: summed over the request's candidates
  std::size_t task = 0;
  std::size_t value = 0, column = 0;
  std::span<const float> means;  // centred: one per input column
};

// Floats that saliency() writes for this batch. With `offsets` (candidates + 1 of them): where each
// candidate's part begins.
base::Result<std::size_t> saliency_size(exec::Session&, const exec::Batch&, const SaliencySpec&,
                                        std::span<std::uint64_t> offsets) noexcept;

// Candidate-major. Allocates nothing but for per_request by groups of several scopes. `scores.values` null: scores are
// not wanted.
base::Status saliency(exec::Session&, const exec::Batch&, const SaliencySpec&, std::span<float> values,
                      exec::Output& scores) noexcept;

// Adds every candidate's pooled inputs to sums, in order; one sum per input column. BAD_STATE: a session
// without gradients, whose pooled inputs' memory is used again before the tile ends.
base::Status add_input_sums(exec::Session&, const exec::Batch&, std::span<double> sums) noexcept;

}  // namespace clicklens::lens
