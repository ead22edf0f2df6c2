#include <numeric>

#include "print/format.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

double middle(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class Figure>
std::vector<double> each(const std::vector<clens_neuron>& neurons, Figure figure) {
  std::vector<double> values;
  for (const clens_neuron& neuron : neurons) values.push_back(figure(neuron));
  return values;
}

double active_ratio(const clens_neuron& neuron) {
  return static_cast<double>(neuron.active) / static_cast<double>(neuron.rows);
}

// The AUC farthest from one half.
double best_auc(const std::vector<clens_neuron>& neurons) {
  double best = std::numeric_limits<double>::quiet_NaN();
  for (const clens_neuron& neuron : neurons)
    if (std::isnan(best) || std::abs(neuron.auc - 0.5) > std::abs(best - 0.5)) best = neuron.auc;
  return best;
}

void print_layers(const NeuronsReport::Part& part) {
  const auto wide = widest(
      part.layers, [](const auto& l) { return std::string_view(l.name); }, 5);
  say("{:<{}} {:>6} {:>9} {:>7} {:>5} {:>7} {:>6} {:>5} {:>5} {:>15} {:>8}\n", "layer", wide, "width", "spread",
      "active", "dead", "proven", "always", "satur", "dupl", "effective rank", "best AUC");
  for (const auto& layer : part.layers) {
    const clens_neuron_layer& s = layer.stats;
    const std::string rank =
        fmt::format("{} ({:.0f} %)", number(s.effective_rank, 1),
                    100 * s.effective_rank / static_cast<double>(std::max<std::uint64_t>(s.width, 1)));
    say("{:<{}} {:>6} {:>9} {:>7} {:>5} {:>7} {:>6} {:>5} {:>5} {:>15} {:>8}{}\n", layer.name, wide, s.width,
        number(middle(each(layer.neurons, [](const auto& n) { return n.sd; }))),
        number(middle(each(layer.neurons, active_ratio)), 3), s.dead, s.provably_dead, s.always_on, s.saturated,
        s.duplicates, rank, number(best_auc(layer.neurons)), s.redundant != 0 ? "  redundant" : "");
  }
}

void print_findings(const NeuronsReport::Part& part) {
  for (const auto& layer : part.layers) {
    std::string dead, saturated, duplicates;
    for (std::size_t i = 0; i < layer.neurons.size(); ++i) {
      const clens_neuron& neuron = layer.neurons[i];
      if ((neuron.findings & CLENS_NEURON_PROVABLY_DEAD) != 0)
        dead += fmt::format(" {}!", i);
      else if ((neuron.findings & CLENS_NEURON_DEAD) != 0)
        dead += fmt::format(" {}", i);
      if ((neuron.findings & CLENS_NEURON_SATURATED) != 0) saturated += fmt::format(" {}", i);
      if ((neuron.findings & CLENS_NEURON_DUPLICATE) != 0) duplicates += fmt::format(" {}={}", i, neuron.duplicate_of);
    }
    const double bound = 300.0 / static_cast<double>(std::max<std::uint64_t>(layer.stats.rows, 1));
    if (!dead.empty())
      say("{}: never active:{} (on at most {:.2g} % of rows; !: whatever the ids)\n", layer.name, dead, bound);
    if (!saturated.empty()) say("{}: saturated:{}\n", layer.name, saturated);
    if (!duplicates.empty()) say("{}: duplicates:{}\n", layer.name, duplicates);
  }
}

void print_cka(const NeuronsReport::Part& part) {
  if (part.layers.size() < 2) return;
  say("\nlinear CKA between layers\n{:<10}", "");
  for (const auto& layer : part.layers) say(" {:>8}", layer.name);
  for (const auto& layer : part.layers) {
    say("\n{:<10}", layer.name);
    for (const double cka : layer.cka) say(" {:>8}", number(cka, 3));
  }
  say("\n");
}

void print_comparisons(const NeuronsReport& r) {
  if (r.compared.empty()) return;
  say("\nspread: median over neurons of sd(file) / sd(data); covariance: relative distance (of two halves of "
      "the data)\n");
  const auto wide = widest(
      r.compared, [](const auto& c) { return std::string_view(c.part.files.front()); }, 4);
  say("{:<{}} {:<10} {:>8} {:>7} {:>18} {:>9}\n", "file", wide, "layer", "spread", "active", "covariance", "angle");
  for (const auto& comparison : r.compared) {
    for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
      const clens_layer_change& change = comparison.changes[i];
      const auto& layer = comparison.part.layers[i];
      const std::string distance =
          fmt::format("{} ({})", number(change.covariance_distance, 3), number(change.covariance_null, 3));
      say("{:<{}} {:<10} {:>8} {:>7} {:>18} {:>9}\n", comparison.part.files.front(), wide, layer.name,
          number(change.spread_ratio, 3), number(middle(each(layer.neurons, active_ratio)), 3), distance,
          number(change.angles[0], 3));
    }
  }
}

}  // namespace

void print_text(const NeuronsReport& r) {
  if (r.data.layers.empty()) return;
  const clens_neuron_layer& first = r.data.layers.front().stats;
  say("{}: {} rows, {} clicks; medians over neurons; quantiles and AUC from {} rows, ranks from {}\n\n",
      list(r.data.files, ", "), first.rows, first.clicks, first.counted, first.sampled);
  print_layers(r.data);
  print_findings(r.data);
  print_cka(r.data);
  print_comparisons(r);
}

}  // namespace clicklens::cli
