#include "lens/neurons_layer.h"

#include <algorithm>
#include <string_view>

namespace clicklens::lens {
namespace {

bool is_input(const exec::Model& model, std::uint32_t value) {
  const std::uint32_t node = model.graph().values[value].producer;
  const ops::Operator& op = model.op(node);
  if (op.feature() != format::no_index) return true;
  if (!op.is_planned_away()) return false;
  const auto& inputs = model.desc().nodes[node].inputs;
  return std::all_of(inputs.begin(), inputs.end(), [&](std::uint32_t input) { return is_input(model, input); });
}

const std::string& name_of(const exec::Model& model, std::uint32_t value) {
  for (const format::LayerDesc& layer : model.desc().layers)
    if (layer.value == value) return layer.name;
  return model.desc().values[value].name;
}

bool is_relu(const exec::Model& model, std::uint32_t node) {
  return std::string_view(model.op(node).name()) == "relu";
}

// Values at which a neuron counts as saturated.
struct Limits {
  float low, high;
};
Limits limits_of(NeuronKind kind) {
  if (kind == NeuronKind::sigmoid) return {0.01f, 0.99f};
  if (kind == NeuronKind::tanh) return {-0.99f, 0.99f};
  return {0, 0};
}

}  // namespace

NeuronKind kind_of(const exec::Model& model, std::uint32_t value) {
  if (is_input(model, value)) return NeuronKind::input;
  const graph::Value& made = model.graph().values[value];
  const std::string_view op = model.op(made.producer).name();
  if (op == "sigmoid") return NeuronKind::sigmoid;
  if (op == "tanh") return NeuronKind::tanh;
  const auto relu = [&](std::uint32_t node) { return is_relu(model, node); };
  if (relu(made.producer)) return NeuronKind::rectified;
  const bool only_relus = std::all_of(made.consumers.begin(), made.consumers.end(), relu);
  return only_relus && !made.consumers.empty() ? NeuronKind::rectified : NeuronKind::other;
}

NeuronLayer::NeuronLayer(const exec::Model& model, std::uint32_t index, std::uint32_t flags,
                         std::uint32_t buckets_count)
    : NeuronLayer(index, model.graph().values[index].columns(), kind_of(model, index), flags, buckets_count) {
  name = name_of(model, index);
}

NeuronLayer::NeuronLayer(std::uint32_t index, std::uint32_t columns_count, NeuronKind what, std::uint32_t flags,
                         std::uint32_t buckets_count, bool binned)
    : value(index),
      width(columns_count),
      kind(what),
      columns(width, (flags & format::neurons_scores) != 0),
      counts(binned ? width : 0, limits_of(kind).low, limits_of(kind).high) {
  if ((flags & format::neurons_clustered) != 0) buckets.emplace(width, buckets_count, binned);
}

void NeuronLayer::set_classes(std::size_t classes) {
  columns.set_classes(classes);
  counts.set_classes(classes);
  if (buckets) buckets->set_classes(classes);
  blocks.assign(classes, MomentBlock(width, columns.scored()));
}

void NeuronLayer::merge(const NeuronLayer& other) {
  columns.merge(other.columns);
  counts.merge(other.counts);
  if (buckets) buckets->merge(*other.buckets);
}

void NeuronLayer::add(const kernels::Table& kernels, const std::vector<ops::Place>& places, const NeuronTile& tile,
                      MomentBlock::Kept& kept) {
  for (std::size_t k = 0; k < blocks.size(); ++k) blocks[k].add(kernels, places, tile, k, columns, kept);
  if (!counts.counts.empty()) counts.add(places, tile);
  if (buckets) buckets->add(kernels, places, tile);
}

void NeuronLayer::settle() {
  counts.settle();
  if (buckets) buckets->settle();
  for (std::size_t k = 0; k < blocks.size(); ++k) blocks[k].settle(k, columns);
}

}  // namespace clicklens::lens
