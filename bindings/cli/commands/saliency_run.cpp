#include "commands/saliency_run.h"

#include <array>

#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {

const char* method_name(clens_saliency_method method) noexcept {
  constexpr std::array names = {"centred", "gradient-x-input", "gradient-l1", "gradient-l2"};
  return names[static_cast<std::size_t>(method)];
}

const char* target_name(clens_saliency_target target) noexcept {
  constexpr std::array names = {"logit", "probability", "neuron"};
  return names[static_cast<std::size_t>(target)];
}

SaliencyRun::SaliencyRun(const SaliencyOptions& options)
    : options_(&options),
      model_(open_for(options.model, options.data.empty() ? options.train : options.data)),
      task_(model_.task(options.task)),
      session_(model_, {.threads = options.threads, .gradients = true}) {
  if (centred()) read_means();
}

std::vector<std::string> SaliencyRun::reference() const {
  if (!centred()) return {};
  if (!options_->reference.empty()) return options_->reference;
  return options_->train.empty() ? options_->data : options_->train;
}

void SaliencyRun::read_means() {
  std::vector<double> sums(model_.info().input_width, 0.0);
  std::uint64_t rows = 0;
  const std::vector<std::string> files = reference();
  Progress progress(files);
  for (const std::string& path : files) {
    BlockReader reader(path, model_.features(), options_->read, model_.get());
    while (const Block* block = reader.next()) {
      const clens_batch batch = block->batch();
      session_.check(clens_saliency_means(session_.get(), &batch, sums.data(), sums.size(), &rows));
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
  }
  if (rows == 0) throw Error(join({files.front(), ": no rows to take reference means from"}));
  for (double sum : sums) means_.push_back(static_cast<float>(sum / static_cast<double>(rows)));
}

const std::vector<float>& SaliencyRun::run(const Block& block, clens_saliency_level level, clens_counts& counts,
                                           std::vector<std::uint64_t>* offsets) {
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.method = static_cast<std::uint32_t>(options_->method);
  spec.level = static_cast<std::uint32_t>(level);
  if (centred()) {
    spec.means = means_.data();
    spec.mean_count = means_.size();
  }
  return run(block, spec, counts, offsets);
}

const std::vector<float>& SaliencyRun::run_ids(const Block& block, std::vector<std::uint64_t>& offsets) {
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.method = CLENS_SALIENCY_GRADIENT_X_INPUT;
  spec.level = CLENS_LEVEL_ID;
  clens_counts counts = {0, 0, 0, 0, 0};
  return run(block, spec, counts, &offsets);
}

const std::vector<float>& SaliencyRun::run(const Block& block, const clens_saliency_spec& wanted, clens_counts& counts,
                                           std::vector<std::uint64_t>* offsets) {
  clens_saliency_spec spec = wanted;
  spec.target = static_cast<std::uint32_t>(options_->target);
  spec.task = task_;
  const clens_batch batch = block.batch();
  std::size_t count = 0;
  if (offsets != nullptr) offsets->resize(block.rows + 1);
  session_.check(clens_saliency_size(session_.get(), &batch, &spec, &count,
                                     offsets != nullptr ? offsets->data() : nullptr,
                                     offsets != nullptr ? offsets->size() : 0));
  values_.resize(count);
  scores_.resize(block.rows * session_.tasks());
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores_.data();
  output.capacity = scores_.size();
  session_.check(clens_saliency_run(session_.get(), &batch, &spec, values_.data(), values_.size(), &output));
  counts.missing += output.counts.missing;
  counts.unknown += output.counts.unknown;
  counts.cut += output.counts.cut;
  counts.bad_values += output.counts.bad_values;
  counts.non_finite += output.counts.non_finite;
  return values_;
}

const std::vector<std::uint8_t>& SaliencyRun::coverage(const Block& block) {
  const clens_batch batch = block.batch();
  covered_.resize(block.rows * model_.features().size());
  session_.check(clens_saliency_coverage(session_.get(), &batch, covered_.data(), covered_.size()));
  return covered_;
}

double SaliencyRun::score(const Block& block, std::size_t row, clens_output_kind kind) {
  clens_counts counts = {0, 0, 0, 0, 0};
  session_.run(block.batch(), kind, scores_, counts);
  return static_cast<double>(scores_[row * session_.tasks() + task_]);
}

}  // namespace clicklens::cli
