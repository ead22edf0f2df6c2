// `neurons`: what every neuron does over a data set, and over others beside it.
#include <limits>

#include "commands/commands.h"
#include "commands/neurons_run.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {

NeuronsRun::NeuronsRun(const NeuronsOptions& options)
    : options_(options), model_(open_for(options.model, options.data)), task_(model_.task(options.task)) {
  for (const std::string& name : options.layers) watch(name);
  if (options.layers.empty())
    for (const clens_named_value& layer : model_.layers()) values_.push_back(layer.value);
  if (values_.empty()) throw Error(join({options.model, ": has no layers; --layer names values to watch"}));
  session_.emplace(model_, Session::Options{.observed = values_});
}

Handle<clens_neurons> NeuronsRun::create(bool clustered) const {
  clens_neurons_options made = CLENS_NEURONS_OPTIONS_INIT;
  made.values = values_.data();
  made.value_count = values_.size();
  made.task = task_;
  made.count_every = options_.count_every;
  made.sample_rows = options_.sample_rows;
  made.flags =
      CLENS_NEURONS_SCORES | (clustered ? CLENS_NEURONS_CLUSTERED : 0u) | (options_.prove ? CLENS_NEURONS_PROVE : 0u);
  clens_neurons* neurons = nullptr;
  check(clens_neurons_create(model_.get(), &made, &neurons));
  return Handle<clens_neurons>(neurons);
}

void NeuronsRun::add(clens_neurons* neurons, const Block& block, std::uint64_t first_row) const {
  clens_rows rows = CLENS_ROWS_INIT;
  if (!block.labels.empty()) rows.labels = block.labels.data();
  if (!block.clusters.empty()) rows.clusters = block.clusters.data();
  rows.first_row = first_row;
  const clens_batch batch = block.batch();
  check(clens_neurons_add(neurons, session_->get(), &batch, &rows));
}

NeuronsRun::Seen NeuronsRun::read(const std::vector<std::string>& files,
                                  const std::function<void(const Block&)>& also) {
  Seen seen;
  seen.part.files = files;
  std::uint64_t rows = 0;
  Progress progress(files);
  for (const std::string& path : files) {
    BlockReader reader(path, model_.features(), options_.read, model_.get());
    if (seen.neurons == nullptr) {
      seen.part.cluster = reader.cluster_column();
      seen.neurons = create(options_.errors && !seen.part.cluster.empty());
    }
    if (reader.cluster_column() != seen.part.cluster)
      throw Error(join({path, ": has no column '", seen.part.cluster, "', by which the other files' errors cluster"}));
    while (const Block* block = reader.next()) {
      add(seen.neurons.get(), *block, rows);
      if (also) also(*block);
      rows += block->rows;
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
  }
  describe(seen.neurons.get(), seen.part);
  return seen;
}

void NeuronsRun::describe(const clens_neurons* neurons, NeuronsReport::Part& part) const {
  constexpr std::size_t count = NeuronsReport::probabilities.size();
  for (std::size_t i = 0; i < values_.size(); ++i) {
    NeuronsReport::Layer& layer = part.layers.emplace_back();
    layer.stats = CLENS_NEURON_LAYER_INIT;
    check(clens_neurons_layer(neurons, i, &layer.stats));
    layer.name = layer.stats.name;
    clens_value_info value = CLENS_VALUE_INFO_INIT;
    check(clens_model_value(model_.get(), values_[i], &value));
    layer.op = value.op;
    const std::size_t width = layer.stats.width;
    layer.neurons.resize(width);
    check(clens_neurons_read(neurons, i, layer.neurons.data(), sizeof(clens_neuron), width));
    for (auto* ends : {&layer.quantiles, &layer.low, &layer.high}) ends->resize(width * count);
    check(clens_neurons_quantiles(neurons, i, NeuronsReport::probabilities.data(), count, layer.quantiles.data(),
                                  layer.low.data(), layer.high.data(), width * count));
    for (std::size_t j = 0; j < values_.size(); ++j) {
      double cka = 0;
      const clens_status status = clens_neurons_cka(neurons, i, neurons, j, &cka, nullptr);
      layer.cka.push_back(status == CLENS_OK ? cka : std::numeric_limits<double>::quiet_NaN());
    }
  }
}

NeuronsReport neurons(const NeuronsOptions& options) {
  NeuronsRun run(options);
  NeuronsReport report;
  report.task = run.task();
  report.count_every = options.count_every;
  NeuronsRun::Seen reference = run.read(options.data);
  report.data = std::move(reference.part);
  for (const std::string& file : options.compare) {
    NeuronsRun::Seen other = run.read({file});
    NeuronsReport::Comparison& comparison = report.compared.emplace_back();
    comparison.part = std::move(other.part);
    for (std::size_t i = 0; i < run.layers(); ++i) {
      clens_layer_change change = CLENS_LAYER_CHANGE_INIT;
      check(clens_neurons_compare(reference.neurons.get(), other.neurons.get(), i, &change));
      comparison.changes.push_back(change);
    }
  }
  return report;
}

}  // namespace clicklens::cli
