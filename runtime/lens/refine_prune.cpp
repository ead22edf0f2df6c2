#include "lens/refine_prune.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "format/text.h"
#include "lens/bounds.h"
#include "lens/refine_prunable.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;
using format::no_index;

std::string shown_name(const format::ModelDesc& desc, std::uint32_t value) {
  for (const format::LayerDesc& layer : desc.layers)
    if (layer.value == value) return layer.name;
  return desc.values[value].name;
}

// x_j = offset + scale * x_i by least squares over rows; through the origin for what a relu makes.
GoneColumn duplicate(const CentredRows& rows, std::uint32_t j, std::uint32_t i, bool rectified) {
  double xx = 0, xy = 0, mean_x = 0, mean_y = 0;
  const auto n = static_cast<double>(rows.rows());
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const double x = rectified ? double{rows.raw[r][i]} : rows.values[r * rows.cols + i];
    const double y = rectified ? double{rows.raw[r][j]} : rows.values[r * rows.cols + j];
    xx += x * x;
    xy += x * y;
    mean_x += double{rows.raw[r][i]} / n;
    mean_y += double{rows.raw[r][j]} / n;
  }
  const double scale = xy / xx;
  return {j, rectified ? 0 : mean_y - scale * mean_x, i, scale};
}

enum class Fate : std::uint8_t { stays, dead, weak, duplicate };

// One watched layer: which of its neurons go, and how.
class FoundLayer {
 public:
  FoundLayer(const Draft& draft, const Wiring& wiring, const Neurons& neurons, std::size_t index)
      : neurons_(neurons), index_(index), watched_(neurons.layers()[index]), left_(watched_.width) {
    fates_.resize(watched_.width, Fate::stays);
    norms_ = norms_behind(draft, wiring, watched_.value);
    const auto* made_by = std::get_if<format::ActivationOp>(&draft.desc.nodes[wiring.producer[watched_.value]].op);
    rectified_ = made_by != nullptr && made_by->kind == format::ActivationKind::relu;
    findings_ = neurons.findings(index);
    for (std::uint32_t c = 0; c < watched_.width; ++c) {
      const NeuronFigures figures = neurons.figures(index, c);
      strength_.push_back(figures.sd * norms_[c]);
      means_.push_back(figures.mean);
    }
  }

  void choose(const PruneOptions& options);
  std::vector<GoneColumn> gone(PrunedLayer& pruned) const;

 private:
  void let_go(std::uint32_t column, Fate fate) {
    if (left_ == 1 || !std::isfinite(norms_[column])) return;
    fates_[column] = fate;
    --left_;
  }
  [[nodiscard]] bool has(std::uint32_t column, std::uint32_t finding) const {
    return fates_[column] == Fate::stays && (findings_[column] & finding) != 0;
  }
  // An earlier one may be a duplicate itself: the first of them stays for all.
  [[nodiscard]] std::uint32_t twin_of(std::uint32_t column) const {
    do column = neurons_.duplicate_of(index_, column);
    while (fates_[column] == Fate::duplicate);
    return column;
  }

  const Neurons& neurons_;
  std::size_t index_;
  const NeuronLayer& watched_;
  std::uint32_t left_;
  bool rectified_ = false;
  std::vector<Fate> fates_;
  std::vector<std::uint32_t> findings_;
  std::vector<double> norms_, strength_, means_;
};

void FoundLayer::choose(const PruneOptions& options) {
  const double largest = *std::max_element(strength_.begin(), strength_.end());
  for (std::uint32_t c = 0; c < watched_.width; ++c) {
    if (options.dead && rectified_ && has(c, NeuronFinding::dead))
      let_go(c, Fate::dead);
    else if (options.weak && std::isfinite(means_[c]) && strength_[c] < options.weak_below * largest)
      let_go(c, Fate::weak);
  }
  for (std::uint32_t c = 0; options.duplicates && c < watched_.width; ++c)
    if (has(c, NeuronFinding::duplicate) && fates_[twin_of(c)] == Fate::stays) let_go(c, Fate::duplicate);
}

std::vector<GoneColumn> FoundLayer::gone(PrunedLayer& pruned) const {
  std::vector<GoneColumn> columns;
  std::optional<CentredRows> rows;
  if (std::find(fates_.begin(), fates_.end(), Fate::duplicate) != fates_.end())
    rows.emplace(neurons_.sampled_rows(index_));
  for (std::uint32_t c = 0; c < watched_.width; ++c) {
    switch (fates_[c]) {
      case Fate::stays:
        break;
      case Fate::dead:
        pruned.dead.push_back(c);
        columns.push_back({c, 0, no_index, 0});
        break;
      case Fate::weak:
        pruned.weak.push_back(c);
        columns.push_back({c, means_[c], no_index, 0});
        break;
      case Fate::duplicate:
        pruned.duplicates.push_back(c);
        columns.push_back(duplicate(*rows, c, twin_of(c), rectified_));
        break;
    }
  }
  return columns;
}

}  // namespace

base::Result<std::vector<PrunedLayer>> prune_proven(Draft& draft) {
  const Wiring wiring(draft.desc);
  std::vector<std::uint32_t> values = prunable_values(draft.from());
  std::erase_if(values, [&](std::uint32_t value) {
    const auto* op = std::get_if<format::ActivationOp>(&draft.desc.nodes[wiring.producer[value]].op);
    return op == nullptr || op->kind != format::ActivationKind::relu;
  });
  const std::vector<std::vector<std::uint8_t>> dead = provably_dead(draft.from(), values);
  std::vector<PrunedLayer> layers;
  GoneColumns gone;
  for (std::size_t i = 0; i < values.size(); ++i) {
    PrunedLayer layer;
    layer.name = shown_name(draft.desc, values[i]);
    layer.value = values[i];
    const std::vector<double> norms = norms_behind(draft, wiring, values[i]);
    for (std::uint32_t c = 0; c < dead[i].size(); ++c) {
      if (dead[i][c] == 0 || !std::isfinite(norms[c]) || layer.dead.size() + 1 == dead[i].size()) continue;
      layer.dead.push_back(c);
      gone[values[i]].push_back({c, 0, no_index, 0});
    }
    if (layer.count() > 0) layers.push_back(std::move(layer));
  }
  remove_neurons(draft, gone);
  return layers;
}

base::Result<std::vector<PrunedLayer>> prune_found(Draft& draft, const Neurons& neurons, const PruneOptions& options) {
  if (!(options.weak_below > 0 && options.weak_below < 1))
    return Status::error(Code::invalid_argument, "weak_below: %g is not in (0, 1)", options.weak_below);
  if (neurons.rows() == 0) return Status::error(Code::bad_state, "neurons: no rows were added");
  const Wiring wiring(draft.desc);
  std::vector<PrunedLayer> layers;
  GoneColumns gone;
  for (std::size_t i = 0; i < neurons.layers().size(); ++i) {
    const NeuronLayer& watched = neurons.layers()[i];
    if (!is_prunable(draft.desc, wiring, watched.value))
      return Status::error(Code::invalid_argument,
                           "'%s': its neurons cannot go: something other than linears reads or makes them",
                           format::ShownName(watched.name).text);
    FoundLayer layer(draft, wiring, neurons, i);
    layer.choose(options);
    PrunedLayer pruned;
    pruned.name = watched.name;
    pruned.value = watched.value;
    std::vector<GoneColumn> columns = layer.gone(pruned);
    if (columns.empty()) continue;
    gone[watched.value] = std::move(columns);
    layers.push_back(std::move(pruned));
  }
  remove_neurons(draft, gone);
  return layers;
}

}  // namespace clicklens::lens
