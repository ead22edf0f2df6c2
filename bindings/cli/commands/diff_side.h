// One of the two models of `diff` at work.
#pragma once

#include <string>
#include <vector>

#include "commands/diff_figures.h"
#include "data/block_reader.h"
#include "engine/engine.h"

namespace clicklens::cli {

class DiffSide {
 public:
  DiffSide(const std::string& path, const std::string& task, std::uint32_t sample_rows);

  // First pass: means that saliency is centred on.
  void add_means(const Block& block);
  void finish_means();
  // Second pass: logits, saliency by group, neurons.
  void add(const Block& block, std::uint64_t first_row);

  [[nodiscard]] const Model& model() const noexcept { return model_; }
  [[nodiscard]] const std::string& task() const noexcept { return model_.tasks()[task_]; }
  [[nodiscard]] const std::vector<float>& logits() const noexcept { return logits_; }
  [[nodiscard]] const ShareSums& shares() const noexcept { return shares_; }
  // Null: the model has no layers.
  [[nodiscard]] const clens_neurons* neurons() const noexcept { return neurons_.get(); }
  [[nodiscard]] const std::vector<std::string>& layers() const noexcept { return layer_names_; }
  // Sampled rows of a layer, and their hashes.
  [[nodiscard]] std::vector<float> sample(std::size_t layer, std::size_t width,
                                          std::vector<std::uint64_t>& hashes) const;
  [[nodiscard]] clens_neuron_layer layer(std::size_t index) const;

 private:
  static std::vector<std::size_t> layer_values(const Model& model);

  Model model_;
  std::size_t task_;
  std::vector<std::string> layer_names_;
  Session session_;
  ShareSums shares_;
  Handle<clens_neurons> neurons_;
  std::vector<double> sums_;
  std::uint64_t mean_rows_ = 0;
  std::vector<float> means_, values_, scores_, logits_;
};

}  // namespace clicklens::cli
