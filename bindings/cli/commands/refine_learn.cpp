#include "commands/refine_learn.h"

#include "commands/probe_data.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

// use(block, number of its first row) of all blocks of the files; the number of rows.
template <class Use>
std::uint64_t read_all(const Model& model, const std::vector<std::string>& files, const ReadOptions& read, Use&& use) {
  std::uint64_t rows = 0;
  Progress progress(files);
  for (const std::string& path : files) {
    BlockReader reader(path, model.features(), read, model.get());
    while (const Block* block = reader.next()) {
      use(*block, rows);
      rows += block->rows;
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
  }
  if (rows == 0) throw Error(join({files.front(), ": no rows to learn from"}));
  return rows;
}

ReadOptions without_labels(ReadOptions read) {
  read.labels = read.optional_labels = false;
  return read;
}

}  // namespace

std::vector<float> learn_means(const Model& model, const std::vector<std::string>& files, const ReadOptions& read) {
  const Session session(model, {.gradients = true});
  std::vector<double> sums(model.info().input_width);
  std::uint64_t rows = 0;
  read_all(model, files, without_labels(read), [&](const Block& block, std::uint64_t) {
    const clens_batch batch = block.batch();
    session.check(clens_saliency_means(session.get(), &batch, sums.data(), sums.size(), &rows));
  });
  std::vector<float> means;
  for (const double sum : sums) means.push_back(static_cast<float>(sum / static_cast<double>(rows)));
  return means;
}

Handle<clens_neurons> learn_neurons(const Model& model, const std::vector<std::size_t>& values,
                                    const std::vector<std::string>& files, const ReadOptions& read) {
  clens_neurons_options options = CLENS_NEURONS_OPTIONS_INIT;
  options.values = values.data();
  options.value_count = values.size();
  options.sample_rows = 4096;
  clens_neurons* made = nullptr;
  check(clens_neurons_create(model.get(), &options, &made));
  Handle<clens_neurons> neurons(made);
  const Session session(model, {.observed = values});
  read_all(model, files, without_labels(read), [&](const Block& block, std::uint64_t first) {
    clens_rows rows = CLENS_ROWS_INIT;
    rows.first_row = first;
    const clens_batch batch = block.batch();
    session.check(clens_neurons_add(neurons.get(), session.get(), &batch, &rows));
  });
  return neurons;
}

Handle<clens_probe> learn_probe(const Model& model, const std::string& layer, const RefineOptions& options) {
  ProbeOptions wanted;
  wanted.fit = options.learn;
  wanted.layers = {layer};
  wanted.read = options.read;
  wanted.read.labels = true;
  wanted.read.optional_labels = false;
  wanted.negative_rate = options.negative_rate;
  ProbeData data(wanted, model);
  const ProbeRows fit = data.read(options.learn, ProbePart::fit);
  const ProbeRows validation = data.read(options.learn, ProbePart::validation);
  clens_probe_options made = CLENS_PROBE_OPTIONS_INIT;
  made.negative_rate = options.negative_rate;
  clens_probe* probe = nullptr;
  check(clens_probe_fit(fit.rows.get(), validation.rows.get(), &made, &probe));
  return Handle<clens_probe>(probe);
}

LabelledLogits learn_logits(const Model& model, std::size_t task, const RefineOptions& options) {
  ReadOptions read = options.read;
  read.labels = true;
  read.optional_labels = false;
  Session session(model, {.threads = options.threads});
  LabelledLogits learnt;
  std::vector<float> scores;
  clens_counts counts = {0, 0, 0, 0, 0};
  read_all(model, options.learn, read, [&](const Block& block, std::uint64_t) {
    session.run(block.batch(), CLENS_OUTPUT_LOGIT, scores, counts);
    for (std::size_t row = 0; row < block.rows; ++row) learnt.logits.push_back(scores[row * session.tasks() + task]);
    learnt.labels.insert(learnt.labels.end(), block.labels.begin(), block.labels.end());
  });
  return learnt;
}

}  // namespace clicklens::cli
