// Saliency of a tile at the levels with a fixed number of columns per row: group, feature, dimension.
#pragma once

#include "lens/saliency.h"

namespace clicklens::lens {

// Columns per candidate at this level (not ID).
[[nodiscard]] std::size_t saliency_columns(const exec::Model& model, SaliencyLevel level) noexcept;

class RowSaliency final : public exec::TileObserver {
 public:
  // `backward`: what is run before each tile is shown. `values` begins at candidate `first`.
  RowSaliency(const exec::Model& model, const exec::BackwardPlan* backward, const SaliencySpec& spec, float* values,
              std::uint64_t first = 0) noexcept
      : model_(model),
        backward_(backward),
        spec_(spec),
        values_(values),
        first_(first),
        columns_(saliency_columns(model, spec.level)) {}
  base::Status tile(const exec::Plan&, const ops::StepContext&, std::size_t strand) noexcept override;

 private:
  struct Block;  // one input block of the tile
  void add_block(const Block&) const noexcept;
  void write_dimensions(const Block&) const noexcept;
  [[nodiscard]] std::size_t column_of(const exec::InputBlock&) const noexcept;

  const exec::Model& model_;
  const exec::BackwardPlan* backward_;
  const SaliencySpec& spec_;
  float* values_;
  std::uint64_t first_;
  std::size_t columns_;
};

// Replaces the columns that depend on request-scope features alone by their sum over the candidates of
// each request, candidates ascending.
void sum_per_request(const exec::Model&, const exec::Batch&, SaliencyLevel, std::span<float> values) noexcept;

}  // namespace clicklens::lens
