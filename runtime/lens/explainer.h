// Runs methods of attribution for a batch: pools each tile's inputs, then hands the tile's rows to the method. All
// memory is taken when it is made. One thread at a time.
#pragma once

#include <memory>
#include <vector>

#include "lens/attribution.h"
#include "lens/attribution_run.h"
#include "lens/faithfulness.h"

namespace clicklens::lens {

class Explainer final : public exec::TileObserver {
 public:
  struct Options {
    std::size_t rows = 0;               // network rows of one run; 0: chosen. Even
    std::vector<std::uint32_t> layers;  // values that may be targets, or be looked at
  };
  static base::Result<std::unique_ptr<Explainer>> create(const std::shared_ptr<const exec::Model>&, const exec::Inputs&,
                                                         const Options&);

  [[nodiscard]] const exec::Model& model() const noexcept { return session_->model(); }
  // Of the pooled inputs alone; batches are bound to it.
  [[nodiscard]] exec::Session& session() noexcept { return *session_; }

  // Values of one candidate; UNSUPPORTED: by id, where candidates differ.
  [[nodiscard]] base::Result<std::size_t> stride(const AttributionSpec&) const noexcept;
  // Allocates nothing; by id, where the batch's largest candidate has more ids than any before. That may throw
  // bad_alloc.
  base::Status run(const exec::Batch&, const AttributionSpec&, const AttributionOutput&, encode::Counts&);
  // By candidate, of the attributions that `spec` gives its input columns.
  base::Status faithfulness(const exec::Batch&, const AttributionSpec&, const FaithfulnessSpec&,
                            std::span<float> values) noexcept;
  // Candidates x input_width: what baselines, references and deviations are made of.
  base::Status pool(const exec::Batch&, std::span<float> inputs, encode::Counts&) noexcept;
  // Of the pooled inputs over the candidates, added up in double in their order.
  base::Status mean(const exec::Batch&, std::span<float> means, encode::Counts&) noexcept;

  base::Status tile(const exec::Plan&, const ops::StepContext&, std::size_t strand) noexcept override;

 private:
  void make_room(std::size_t rows);
  [[nodiscard]] base::Status check(const exec::Batch&, AttributionSpec&, const AttributionOutput&);
  // Values of the batch.
  [[nodiscard]] base::Result<std::size_t> size(const exec::Batch&, const AttributionSpec&);
  // Whether the method is one for this network and batch.
  [[nodiscard]] base::Status check_method(const exec::Batch&, const AttributionSpec&) const noexcept;
  // Values of an id.
  [[nodiscard]] std::size_t id_stride(const AttributionSpec&) const noexcept;
  [[nodiscard]] exec::GradientTarget target(const AttributionSpec&) const noexcept;
  [[nodiscard]] PooledNetwork& network(const AttributionSpec&) noexcept;
  [[nodiscard]] const AttributionColumns& columns(SaliencyLevel level) const noexcept {
    return columns_[level == SaliencyLevel::group ? 0 : level == SaliencyLevel::feature ? 1 : 2];
  }
  base::Status explain(const AttributionRun&) noexcept;
  base::Status start(const exec::Batch&, const AttributionSpec&, const AttributionOutput&, encode::Counts&) noexcept;

  std::vector<std::uint32_t> layers_;
  std::unique_ptr<exec::Session> session_;
  std::unique_ptr<PooledNetwork> network_, pairs_;
  std::unique_ptr<ExchangedNetwork> exchanged_;  // null: more than linears read the pooled inputs
  base::Status pairs_status_;                    // why there are none
  std::vector<std::pair<std::uint32_t, base::Status>>
      piecewise_;  // by value that may be a target: whether it is linear
  std::vector<AttributionColumns> columns_;
  AttributionRoom room_;
  std::unique_ptr<IdShares> ids_;
  std::vector<float> inputs_;  // of the tile
  // Of the run at hand.
  const AttributionSpec* spec_ = nullptr;
  const AttributionOutput* output_ = nullptr;
  const exec::Batch* batch_ = nullptr;
  float* pooled_ = nullptr;
  bool adds_ = false;  // rows to room_.sums
  const FaithfulnessSpec* faithfulness_ = nullptr;
  FaithfulnessRoom faithfulness_room_;
  std::size_t stride_ = 0, next_id_ = 0;
};

}  // namespace clicklens::lens
