// Saliency of single ids. All ids of a bag share one gradient g; an id's part is w * (its row . g) / divisor
// (max pooling: only the dimensions it won, the first of ties; a NaN wins). Ids that were dropped get 0; an
// unknown one that the feature's unknown_row stands in for has that row's part. Of a feature that is kept as a sequence
// each id has the gradient of its place, and of its place in the mask.
#pragma once

#include "lens/saliency.h"

namespace clicklens::lens {

// Floats for this batch; with offsets, where each candidate's part begins. The batch must be bound.
std::size_t id_saliency_size(exec::Session&, const exec::Batch&, std::span<std::uint64_t> offsets) noexcept;

// Tiles must arrive in order, on one strand.
class IdSaliency final : public exec::TileObserver {
 public:
  IdSaliency(const exec::Session& session, const exec::Batch& batch, const SaliencySpec& spec, float* values) noexcept
      : model_(session.model()), batch_(batch), spec_(spec), next_(values) {}
  base::Status tile(const exec::Plan&, const ops::StepContext&, std::size_t strand) noexcept override;

 private:
  struct Entry;    // one candidate's bag of one feature
  struct Vectors;  // one id's row, and its bag's gradient and value
  base::Status add_sequence(const Entry&, std::size_t input, const ops::SequenceRules&, const exec::Plan&,
                            const ops::StepContext&) noexcept;
  base::Status add_table(const Entry&, std::size_t input, const exec::Plan&, const ops::StepContext&) noexcept;
  [[nodiscard]] float part_of(const Entry&, const Vectors&) const noexcept;

  const exec::Model& model_;
  const exec::Batch& batch_;
  const SaliencySpec& spec_;
  float* next_;  // where the next candidate's part goes
};

}  // namespace clicklens::lens
