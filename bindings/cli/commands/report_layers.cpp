#include "commands/report_layers.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "commands/neurons_run.h"
#include "commands/report_known.h"

namespace clicklens::cli {
namespace {

// Of one page: what its figures may take together, whatever the models.
constexpr std::size_t page_neurons = 6000, page_ranks = 7200, page_points = 12000, most_points = 400;

using LayerFigures = ReportFigures::Layer;

std::vector<double> descending(std::vector<double> sds) {
  for (double& sd : sds) sd = std::isfinite(sd) ? sd : 0;
  std::sort(sds.begin(), sds.end(), std::greater<>());
  return sds;
}

std::vector<double> spreads(const NeuronsReport::Layer& layer) {
  std::vector<double> sds;
  for (const clens_neuron& neuron : layer.neurons) sds.push_back(neuron.sd);
  return descending(std::move(sds));
}

// At most `most` of the ranks, the first and the last among them.
ReportFigures::Spread spread(const LayerFigures& layer, const std::array<KnownSpread, 2>& known, std::size_t index,
                             std::size_t most) {
  ReportFigures::Spread to;
  const std::array<std::vector<double>, 2> sds = {spreads(layer.train), spreads(layer.test)};
  std::array<std::vector<double>, 2> of_known;
  for (std::size_t split = 0; split < 2; ++split) {
    to.known_rows[split] = known[split].rows();
    if (known[split].rows() > 1) of_known[split] = descending(known[split].sds(index));
  }
  const std::size_t width = sds[0].size(), count = std::min(width, std::max<std::size_t>(most, 2));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t rank = count < 2 ? 0 : i * (width - 1) / (count - 1);
    to.ranks.push_back(rank + 1);
    for (std::size_t split = 0; split < 2; ++split) {
      to.sd[split].push_back(sds[split][rank]);
      if (!of_known[split].empty()) to.known[split].push_back(of_known[split][rank]);
    }
  }
  return to;
}

// Those with findings first, then those that vary most; in their order in the layer.
std::vector<std::size_t> worth_listing(const NeuronsReport::Layer& layer, std::size_t most) {
  std::vector<std::size_t> order(layer.neurons.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto key = [&](std::size_t i) {
    const clens_neuron& neuron = layer.neurons[i];
    const bool finding = (neuron.findings & ~CLENS_NEURON_ALWAYS_ON) != 0;
    return std::pair(!finding, std::isfinite(neuron.sd) ? -neuron.sd : 0.0);
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  order.resize(std::min(order.size(), most));
  std::sort(order.begin(), order.end());
  return order;
}

struct Sample {
  std::size_t width;
  std::vector<float> values;
  std::vector<std::uint8_t> labels;
};

Sample read_sample(const clens_neurons* neurons, std::size_t layer, const clens_neuron_layer& stats) {
  const std::size_t rows = stats.sampled, width = stats.width;
  Sample sample{width, std::vector<float>(rows * width), std::vector<std::uint8_t>(rows)};
  check(clens_neurons_sample(neurons, layer, sample.values.data(), nullptr, nullptr, sample.labels.data(), rows));
  return sample;
}

// The first sampled rows of each label, for clicks are rare.
ReportFigures::Components project(const clens_neurons* neurons, std::size_t layer, const clens_neuron_layer& stats,
                                  std::size_t most) {
  ReportFigures::Components to;
  to.share = {stats.component_share[0], stats.component_share[1]};
  std::vector<double> axes(2 * stats.width);
  if (clens_neurons_components(neurons, layer, axes.data(), axes.size()) != CLENS_OK) return to;
  const Sample sample = read_sample(neurons, layer, stats);
  const std::size_t rows = sample.labels.size(), width = sample.width;
  std::vector<double> means(width, 0);
  for (std::size_t i = 0; i < rows * width; ++i) means[i % width] += static_cast<double>(sample.values[i]);
  for (double& mean : means) mean /= static_cast<double>(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    if (sample.labels[row] > 1 || to.points[sample.labels[row]].size() >= most / 2) continue;
    std::array<double, 2> point{};
    for (std::size_t i = 0; i < width; ++i)
      for (std::size_t axis = 0; axis < 2; ++axis)
        point[axis] += axes[axis * width + i] * (static_cast<double>(sample.values[row * width + i]) - means[i]);
    if (std::isfinite(point[0]) && std::isfinite(point[1])) to.points[sample.labels[row]].push_back(point);
  }
  return to;
}

}  // namespace

std::vector<LayerFigures> report_layers(const ReportOptions& options, const std::string& model) {
  if (Model(model).layers().empty()) return {};
  NeuronsOptions wanted;
  wanted.model = model;
  wanted.task = options.task;
  wanted.data = options.train;
  wanted.read = options.read;
  wanted.errors = false;
  NeuronsRun run(wanted);
  std::array<KnownSpread, 2> known = {KnownSpread(run.model(), run.values()), KnownSpread(run.model(), run.values())};
  const auto read = [&](std::size_t split, const std::vector<std::string>& days) {
    return run.read(days, [&known, split](const Block& block) { known[split].add(block); });
  };
  NeuronsRun::Seen train = read(0, options.train), test = read(1, options.test);
  const std::size_t share = run.layers() * options.models.size();
  std::vector<LayerFigures> layers;
  for (std::size_t i = 0; i < run.layers(); ++i) {
    LayerFigures layer;
    layer.train = std::move(train.part.layers[i]);
    layer.test = std::move(test.part.layers[i]);
    check(clens_neurons_compare(train.neurons.get(), test.neurons.get(), i, &layer.change));
    layer.listed = worth_listing(layer.train, std::max<std::size_t>(page_neurons / share, 1));
    layer.spread = spread(layer, known, i, page_ranks / share);
    layer.components = project(test.neurons.get(), i, layer.test.stats, std::min(most_points, page_points / share));
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace clicklens::cli
