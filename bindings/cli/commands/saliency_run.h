// What saliency and explain share: names, reference means, one pass over a block.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/options.h"
#include "data/block_reader.h"
#include "engine/engine.h"

namespace clicklens::cli {

const char* method_name(clens_saliency_method method) noexcept;
const char* target_name(clens_saliency_target target) noexcept;

class SaliencyRun {
 public:
  // Reads the reference data (the data themselves where none are named) when the method is centred.
  explicit SaliencyRun(const SaliencyOptions& options);

  // Values of a level for every candidate of the block, candidate-major; offsets of the candidates'
  // parts where asked for.
  const std::vector<float>& run(const Block& block, clens_saliency_level level, clens_counts& counts,
                                std::vector<std::uint64_t>* offsets = nullptr);
  // The same by gradient x input, whatever the method.
  const std::vector<float>& run_ids(const Block& block, std::vector<std::uint64_t>& offsets);
  // Whether each feature says something of each candidate of the block, candidate-major.
  const std::vector<std::uint8_t>& coverage(const Block& block);
  // Of every task, by the last run: scores()[row * tasks + task].
  [[nodiscard]] const std::vector<float>& probabilities() const noexcept { return scores_; }
  [[nodiscard]] std::size_t task_index() const noexcept { return task_; }
  // Score of one row of the block.
  double score(const Block& block, std::size_t row, clens_output_kind kind);

  [[nodiscard]] const Model& model() const noexcept { return model_; }
  [[nodiscard]] const std::string& task() const noexcept { return model_.tasks()[task_]; }
  // Files of the means, none where none are used.
  [[nodiscard]] std::vector<std::string> reference() const;
  [[nodiscard]] bool own_reference() const noexcept { return centred() && options_->reference.empty(); }

 private:
  [[nodiscard]] bool centred() const noexcept { return options_->method == CLENS_SALIENCY_CENTRED; }
  void read_means();
  const std::vector<float>& run(const Block& block, const clens_saliency_spec& spec, clens_counts& counts,
                                std::vector<std::uint64_t>* offsets);

  const SaliencyOptions* options_;
  Model model_;
  std::size_t task_;
  Session session_;
  std::vector<float> means_, values_, scores_;
  std::vector<std::uint8_t> covered_;
};

}  // namespace clicklens::cli
