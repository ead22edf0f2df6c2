#include "commands/diff_side.h"

#include <cmath>

#include "error.h"

namespace clicklens::cli {

std::vector<std::size_t> DiffSide::layer_values(const Model& model) {
  std::vector<std::size_t> values;
  for (const clens_named_value& layer : model.layers()) values.push_back(layer.value);
  return values;
}

DiffSide::DiffSide(const std::string& path, const std::string& task, std::uint32_t sample_rows)
    : model_(path),
      task_(model_.task(task)),
      session_(model_, {.gradients = true, .observed = layer_values(model_)}),
      shares_(model_.groups().size()),
      sums_(model_.info().input_width) {
  for (const clens_named_value& layer : model_.layers()) layer_names_.emplace_back(layer.name);
  if (layer_names_.empty()) return;
  clens_neurons_options options = CLENS_NEURONS_OPTIONS_INIT;
  options.task = task_;
  options.sample_rows = sample_rows;
  clens_neurons* made = nullptr;
  cli::check(clens_neurons_create(model_.get(), &options, &made));
  neurons_.reset(made);
}

void DiffSide::add_means(const Block& block) {
  const clens_batch batch = block.batch();
  session_.check(clens_saliency_means(session_.get(), &batch, sums_.data(), sums_.size(), &mean_rows_));
}

void DiffSide::finish_means() {
  for (const double sum : sums_) means_.push_back(static_cast<float>(sum / static_cast<double>(mean_rows_)));
}

void DiffSide::add(const Block& block, std::uint64_t first_row) {
  const clens_batch batch = block.batch();
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.task = task_;
  spec.means = means_.data();
  spec.mean_count = means_.size();
  const std::size_t groups = model_.groups().size(), tasks = session_.tasks();
  values_.resize(block.rows * groups);
  scores_.resize(block.rows * tasks);
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.values = scores_.data();
  output.capacity = scores_.size();
  session_.check(clens_saliency_run(session_.get(), &batch, &spec, values_.data(), values_.size(), &output));
  for (std::size_t row = 0; row < block.rows; ++row) {
    logits_.push_back(scores_[row * tasks + task_]);
    const std::uint64_t cluster = block.clusters.empty() ? first_row + row : block.clusters[row];
    for (std::size_t g = 0; g < groups; ++g) {
      const float size = std::abs(values_[row * groups + g]);
      if (std::isfinite(size)) shares_.add(g, cluster, double{size});
    }
  }
  if (neurons_ == nullptr) return;
  clens_rows rows = CLENS_ROWS_INIT;
  rows.first_row = first_row;
  session_.check(clens_neurons_add(neurons_.get(), session_.get(), &batch, &rows));
}

clens_neuron_layer DiffSide::layer(std::size_t index) const {
  clens_neuron_layer info = CLENS_NEURON_LAYER_INIT;
  cli::check(clens_neurons_layer(neurons_.get(), index, &info));
  return info;
}

std::vector<float> DiffSide::sample(std::size_t index, std::size_t width, std::vector<std::uint64_t>& hashes) const {
  const std::size_t rows = layer(index).sampled;
  std::vector<float> values(rows * width);
  hashes.resize(rows);
  cli::check(clens_neurons_sample(neurons_.get(), index, values.data(), hashes.data(), nullptr, nullptr, rows));
  return values;
}

}  // namespace clicklens::cli
