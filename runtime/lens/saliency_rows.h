// Saliency of a tile at the levels with a fixed number of columns per row: group, feature, dimension.
#pragma once

#include "lens/saliency.h"

namespace clicklens::lens {

// Columns per candidate at this level (not ID).
[[nodiscard]] std::size_t saliency_columns(const exec::Model& model, SaliencyLevel level) noexcept;

class RowSaliency final : public exec::TileObserver {
 public:
  // `backward`: what is run before each tile is shown. `values` begins at candidate `first`. `shared`, as long as
  // `values`, null: into `values` too: what request-scope features give.
  RowSaliency(const exec::Model& model, const exec::BackwardPlan* backward, const SaliencySpec& spec, float* values,
              std::uint64_t first = 0, float* shared = nullptr) noexcept
      : model_(model),
        backward_(backward),
        spec_(spec),
        values_(values),
        shared_(shared),
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
  float *values_, *shared_;
  std::uint64_t first_;
  std::size_t columns_;
};

// A column has features of request scope and of another: per request, their parts are summed apart.
[[nodiscard]] bool mixes_scopes(const exec::Model&, SaliencyLevel) noexcept;

// Replaces what request-scope features give by its sum over the candidates of each request, candidates ascending:
// their columns of `values`, or, where columns mix scopes, those of `shared`, which are added to the others' parts.
void sum_per_request(const exec::Model&, const exec::Batch&, SaliencyLevel, float* values,
                     const float* shared) noexcept;

}  // namespace clicklens::lens
