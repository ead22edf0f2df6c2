#include "lens/refine_draft.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "exec/compose.h"
#include "format/node_constants.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;
using format::no_index;

base::AlignedBlock block_of(std::span<const std::byte> bytes) {
  auto block = base::AlignedBlock::allocate(bytes.size());
  if (!block.ok()) throw std::bad_alloc();
  std::memcpy(block->data(), bytes.data(), bytes.size());
  return std::move(*block);
}

// `name`, or with a number behind it that no other has.
template <class Named>
std::string unused_name(const std::vector<Named>& list, const std::string& name) {
  const auto taken = [&list](const std::string& wanted) {
    return std::any_of(list.begin(), list.end(), [&wanted](const Named& other) { return other.name == wanted; });
  };
  std::string unused = name;
  for (unsigned i = 2; taken(unused); ++i) unused = name + "." + std::to_string(i);
  return unused;
}

// Keeps the marked elements; the new index of each.
template <class Element>
std::vector<std::uint32_t> keep(std::vector<Element>& list, const std::vector<bool>& kept) {
  std::vector<std::uint32_t> to(list.size(), no_index);
  std::vector<Element> left;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!kept[i]) continue;
    to[i] = static_cast<std::uint32_t>(left.size());
    left.push_back(std::move(list[i]));
  }
  list = std::move(left);
  return to;
}

template <class Use>
void each_segment(format::ModelDesc& desc, Use use) {
  for (format::TableDesc& table : desc.tables) use(table.segment);
  for (format::ConstantDesc& constant : desc.constants) use(constant.segment);
  for (format::EncoderDesc& encoder : desc.encoders) {
    auto* vocabulary = std::get_if<format::VocabularyEncoder>(&encoder.encoder);
    if (vocabulary == nullptr) continue;
    use(vocabulary->slot_segment);
    if (vocabulary->text_segment != no_index) use(vocabulary->text_segment);
  }
}

}  // namespace

Wiring::Wiring(const format::ModelDesc& desc) : producer(desc.values.size(), no_index), readers(desc.values.size()) {
  for (std::uint32_t node = 0; node < desc.nodes.size(); ++node) {
    producer[desc.nodes[node].outputs[0]] = node;
    for (const std::uint32_t input : desc.nodes[node].inputs)
      if (readers[input].empty() || readers[input].back() != node) readers[input].push_back(node);
  }
}

Draft::Draft(std::shared_ptr<const exec::Model> from) : desc(from->desc()), from_(std::move(from)) {
  const format::ModelFile& file = from_->file();  // whose own keepers hold the bytes, if anything of ours does
  for (std::uint32_t i = 0; i < desc.segments.size(); ++i)
    held_.push_back({file.segment(i), file.keeper(i), true, file.overlay(i), file.verified(i)});
  for (const graph::Value& value : from_->graph().values) columns_.push_back(value.columns());
}

std::span<const float> Draft::numbers(std::uint32_t constant) const noexcept {
  const std::span<const std::byte> bytes = held_[desc.constants[constant].segment].bytes;
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

std::uint32_t Draft::add_segment(base::AlignedBlock bytes) {
  const auto owner = std::make_shared<base::AlignedBlock>(std::move(bytes));
  held_.push_back({{owner->data(), owner->size()}, owner, false, nullptr, std::make_shared<format::Verified>()});
  desc.segments.push_back({0, owner->size(), 0});
  return static_cast<std::uint32_t>(desc.segments.size() - 1);
}

std::uint32_t Draft::add_constant(const std::string& name, std::vector<std::uint64_t> shape,
                                  std::span<const float> numbers) {
  const std::uint32_t segment = add_segment(block_of(std::as_bytes(numbers)));
  desc.constants.push_back({unused_name(desc.constants, name), std::move(shape), segment});
  return static_cast<std::uint32_t>(desc.constants.size() - 1);
}

std::uint32_t Draft::add_node(const std::string& name, format::OperatorDesc op, std::vector<std::uint32_t> inputs,
                              std::uint32_t columns) {
  const auto value = static_cast<std::uint32_t>(desc.values.size());
  desc.values.push_back({unused_name(desc.values, name), 1, 0});
  columns_.push_back(columns);
  format::NodeDesc node;
  node.name = unused_name(desc.nodes, name);
  node.op = std::move(op);
  node.inputs = std::move(inputs);
  node.outputs = {value};
  desc.nodes.push_back(std::move(node));
  return value;
}

void Draft::reshape(std::uint32_t value, std::uint32_t columns) {
  desc.values[value].fields = 1;
  desc.values[value].width = 0;
  columns_[value] = columns;
}

void Draft::set_table(std::uint32_t index, format::ElementType type, std::uint32_t row_stride,
                      base::AlignedBlock rows) {
  const std::uint32_t segment = add_segment(std::move(rows));
  format::TableDesc& table = desc.tables[index];
  table.type = type;
  table.row_stride = row_stride;
  table.segment = segment;
}

void Draft::drop_unreached() {
  const Wiring wiring(desc);
  std::vector<bool> values(desc.values.size()), nodes(desc.nodes.size());
  std::vector<std::uint32_t> open;
  for (const format::OutputDesc& output : desc.outputs) open.push_back(output.logit);
  for (const format::LayerDesc& layer : desc.layers) open.push_back(layer.value);
  while (!open.empty()) {
    const std::uint32_t value = open.back();
    open.pop_back();
    if (values[value]) continue;
    values[value] = true;
    const std::uint32_t node = wiring.producer[value];
    nodes[node] = true;
    open.insert(open.end(), desc.nodes[node].inputs.begin(), desc.nodes[node].inputs.end());
  }
  const std::vector<std::uint32_t> to = keep(desc.values, values);
  keep(desc.nodes, nodes);
  for (format::NodeDesc& node : desc.nodes) {
    for (std::uint32_t& input : node.inputs) input = to[input];
    node.outputs[0] = to[node.outputs[0]];
  }
  for (format::OutputDesc& output : desc.outputs) output.logit = to[output.logit];
  for (format::LayerDesc& layer : desc.layers) layer.value = to[layer.value];
}

void Draft::drop_inputs() {
  std::vector<bool> features(desc.features.size()), tables(desc.tables.size()), constants(desc.constants.size());
  std::vector<bool> encoders(desc.encoders.size());
  for (const format::NodeDesc& node : desc.nodes) {
    const format::NodeReads reads = format::node_reads(node);
    if (reads.feature != no_index) features[reads.feature] = true;
    if (reads.table != no_index) tables[reads.table] = true;
    for (const std::uint32_t constant : format::node_constants(node)) constants[constant] = true;
  }
  const std::vector<std::uint32_t> to_features = keep(desc.features, features), to_tables = keep(desc.tables, tables);
  const std::vector<std::uint32_t> to_constants = keep(desc.constants, constants);
  for (format::NodeDesc& node : desc.nodes) format::renumber(node, {to_constants, to_features, to_tables});
  for (const format::FeatureDesc& feature : desc.features)
    if (feature.encoder != no_index) encoders[feature.encoder] = true;
  const std::vector<std::uint32_t> to_encoders = keep(desc.encoders, encoders);
  for (format::FeatureDesc& feature : desc.features)
    if (feature.encoder != no_index) feature.encoder = to_encoders[feature.encoder];
}

void Draft::drop_segments() {
  std::vector<bool> used(desc.segments.size());
  each_segment(desc, [&used](std::uint32_t segment) { used[segment] = true; });
  const std::vector<std::uint32_t> to = keep(desc.segments, used);
  keep(held_, used);
  each_segment(desc, [&to](std::uint32_t& segment) { segment = to[segment]; });
}

// Nodes that were added go before the first that reads them; the others keep their order.
Status Draft::sort_nodes() {
  std::vector<format::NodeDesc> sorted;
  std::vector<bool> made(desc.values.size()), placed(desc.nodes.size());
  const Wiring wiring(desc);
  std::vector<std::uint32_t> open;
  for (std::uint32_t first = 0; first < desc.nodes.size(); ++first) {
    open.push_back(first);
    while (!open.empty()) {
      const std::uint32_t node = open.back();
      std::uint32_t waits_for = no_index;
      for (const std::uint32_t input : desc.nodes[node].inputs)
        if (!made[input]) waits_for = wiring.producer[input];
      if (placed[node] || waits_for == no_index) {
        open.pop_back();
        if (placed[node]) continue;
        placed[node] = true;
        made[desc.nodes[node].outputs[0]] = true;
        sorted.push_back(std::move(desc.nodes[node]));
      } else if (open.size() > desc.nodes.size()) {
        return Status::error(Code::internal, "refine: node '%s' depends on itself", desc.nodes[node].name.c_str());
      } else {
        open.push_back(waits_for);
      }
    }
  }
  desc.nodes = std::move(sorted);
  return {};
}

base::Result<std::shared_ptr<const exec::Model>> Draft::finish() {
  drop_unreached();
  drop_inputs();
  drop_segments();
  CLENS_TRY(sort_nodes());
  desc.requirements.clear();
  desc.self_test = {};
  desc.probes.clear();
  desc.profile.clear();
  auto completed = exec::complete(std::move(desc), from_->limits());
  if (!completed.ok()) return completed.status();
  auto file = format::patched_file(from_->file().name(), std::move(*completed), std::move(held_), from_->limits());
  if (!file.ok()) return file.status();
  auto model = exec::Model::make(std::move(*file), from_->limits());
  if (!model.ok()) return model.status();
  return std::shared_ptr<const exec::Model>(std::move(*model));
}

}  // namespace clicklens::lens
