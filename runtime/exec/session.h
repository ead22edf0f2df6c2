// A session: a plan bound to a host's inputs, and one block of memory for all its strands. One thread at a
// time. Running allocates nothing; with one strand it takes no lock and makes no system call.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/memory.h"
#include "exec/batch.h"
#include "exec/inputs.h"
#include "exec/session_options.h"
#include "exec/strand.h"
#include "exec/threads.h"

namespace clicklens::exec {

class Session {
 public:
  static base::Result<std::unique_ptr<Session>> create(std::shared_ptr<const Model>, const Inputs&,
                                                       const SessionOptions&);

  base::Status run(const Batch& batch, Output& output) noexcept;
  // Forward and backward. `observer` sees the gradients of each tile; `in_order`: on one strand, tiles
  // in order.
  base::Status explain(const Batch& batch, const GradientTarget& target, Output& output, TileObserver& observer,
                       bool in_order) noexcept;
  // Forward only, on one strand, tiles in order: for observers that add up. They read observed values and logits.
  base::Status observe(const Batch& batch, TileObserver& observer, encode::Counts* counts = nullptr) noexcept;

  // A run whose tiles an observer sees, on as many strands as a run has.
  base::Status run(const Batch& batch, Output& output, TileObserver& observer) noexcept {
    return run_all(batch, nullptr, output, &observer, options_.strands);
  }

  [[nodiscard]] const Model& model() const noexcept { return *model_; }
  [[nodiscard]] const std::shared_ptr<const Model>& shared_model() const noexcept { return model_; }
  [[nodiscard]] const std::vector<InputSpec>& input_specs() const noexcept { return binding_.specs(); }
  [[nodiscard]] const kernels::Table& kernels() const noexcept { return *kernels_; }
  [[nodiscard]] const Plan& plan() const noexcept { return *plan_; }
  // In the order of Plan::observed.
  [[nodiscard]] std::span<const std::uint32_t> observed() const noexcept { return options_.observed; }
  // Whether explain() may be called; only then do a tile's pooled inputs outlive the steps that read them.
  [[nodiscard]] bool gradients() const noexcept { return options_.gradients; }
  // Whether some inputs have no gradients of their own, but BackwardPlan::products.
  [[nodiscard]] bool group_gradients() const noexcept { return options_.gradients && options_.group_gradients; }
  [[nodiscard]] std::size_t inputs() const noexcept { return columns_.size(); }
  [[nodiscard]] std::size_t block_bytes() const noexcept { return block_.size(); }
  // Room for one batch's columns, so that a caller's batch can be converted without allocating.
  [[nodiscard]] std::span<encode::Column> column_room() noexcept { return columns_; }
  // Binding of the last batch that was run: the column of each feature, or null.
  [[nodiscard]] const encode::Column* const* bound_columns() const noexcept { return binding_.columns(); }
  // The same, as the caller sent them: of an encoded batch its originals.
  [[nodiscard]] const encode::Column* const* original_columns() const noexcept { return binding_.originals(); }
  // Checks a batch's structure and binds it, as run() does first.
  base::Status bind(const Batch& batch) noexcept;

 private:
  struct Shared;  // one run, as all strands see it
  base::Status bind_cache(const CandidateCache& cache) noexcept;
  base::Status check_given(const Batch& batch) const noexcept;
  base::Status check_output(const Batch& batch, const Output& output) noexcept;
  base::Status check_probe_room(const Batch& batch, const Output& output) noexcept;
  base::Status check_capture(const Batch& batch, const CaptureBuffer& buffer) noexcept;
  base::Status run_all(const Batch& batch, const GradientTarget* target, Output& output, TileObserver* observer,
                       std::size_t strands) noexcept;
  base::Status spread(Shared& shared) noexcept;
  static void run_strand(void* shared, std::size_t index) noexcept;

  std::shared_ptr<const Model> model_;
  SessionOptions options_;
  const kernels::Table* kernels_ = nullptr;
  std::unique_ptr<Plan> plan_;
  Binding binding_;
  std::vector<encode::Column> columns_;
  CacheView cache_;                         // of the batch at hand
  std::vector<std::size_t> cache_offsets_;  // by Plan::cached
  std::uint64_t cache_serial_ = 0;          // of the cache they belong to
  std::vector<ops::Sink> sinks_;            // by capture
  std::vector<base::Status> statuses_;      // by strand
  std::vector<encode::Counts> counts_;      // by strand
  std::vector<std::uint64_t> exited_;       // by strand
  base::AlignedBlock block_;
  std::unique_ptr<HelperThreads> helpers_;
};

}  // namespace clicklens::exec
