// Edits of a model one after the other, each verified, and the file that they end in.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "exec/recommended_precision.h"
#include "lens/probe.h"
#include "lens/refine_calibrate.h"
#include "lens/refine_prunable.h"
#include "lens/refine_prune.h"
#include "lens/refine_tables.h"

namespace clicklens::lens {

struct Edit {
  std::string name, text;     // "drop-group", ...; for people and for the file's lineage
  std::uint64_t removed = 0;  // features, neurons, batch norms; nodes behind a cut
  bool same_bits = false;     // scores of float32 sessions are what they were, to the bit
};

// An edit that fails leaves the model as it was.
class Refiner {
 public:
  // Checksums all segments: damage would come out with a checksum that holds.
  static base::Result<std::unique_ptr<Refiner>> create(std::shared_ptr<const exec::Model> model);

  // As edited so far, in memory: tables that were not edited are those of the first model.
  [[nodiscard]] const std::shared_ptr<const exec::Model>& model() const noexcept { return model_; }
  [[nodiscard]] const std::shared_ptr<const exec::Model>& parent() const noexcept { return parent_; }
  [[nodiscard]] std::span<const Edit> edits() const noexcept { return edits_; }

  base::Status drop(std::span<const std::string> groups, std::span<const float> means);
  base::Result<std::vector<PrunedLayer>> prune_proven();
  // BAD_STATE: neurons of another model than model().
  base::Result<std::vector<PrunedLayer>> prune_found(const Neurons& neurons, const PruneOptions& options);
  base::Status cut(const Probe& probe, std::size_t index, std::size_t task);
  base::Status calibrate(CalibrationMethod method, const CalibrationFit& fit, std::size_t task);
  base::Status fold_batch_norms();
  // The narrower rows are held in memory. As refine_tables.
  base::Result<std::vector<TableChange>> set_tables(std::span<const std::uint32_t> tables, format::ElementType type);
  // What sessions that ask for it run in, until another edit forgets it: it was learnt of this network. As session
  // options, else INVALID_ARGUMENT.
  base::Status recommend(const exec::RecommendedPrecision& precision);

  // Atomically, with metadata `refined` (history, appended to), `refined_from` (the parent's id) and `refined_by`.
  // Probes and the reference profile of the parent stay where nothing that it computes has changed.
  base::Status write(const char* path, format::SelfTestDesc self_test) const;

 private:
  explicit Refiner(std::shared_ptr<const exec::Model> model) : parent_(model), model_(std::move(model)) {}
  base::Status finish(Draft& draft, Edit edit);
  base::Result<std::vector<PrunedLayer>> pruned(Draft& draft, base::Result<std::vector<PrunedLayer>> layers, Edit edit);

  std::shared_ptr<const exec::Model> parent_, model_;
  std::vector<Edit> edits_;
};

}  // namespace clicklens::lens
