#include "lens/drawing.h"

#include "format/node_constants.h"
#include "lens/drawing_labels.h"

namespace clicklens::lens {
namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text.append(part);
  return text;
}

std::string shape_text(const graph::Value& value) {
  return joined({"[", std::to_string(value.fields), ", ", std::to_string(value.width), "]"});
}

std::string counted(std::uint64_t count, const char* what) {
  return joined({std::to_string(count), " ", what, count == 1 ? "" : "s"});
}

DrawnBox draw_feature(const exec::Model& model, std::uint32_t index) {
  const format::FeatureDesc& feature = model.desc().features[index];
  const bool dense = feature.kind == format::FeatureKind::dense;
  DrawnBox box{joined({"feature", std::to_string(index)}), {feature.name}, feature.scope};
  box.lines.push_back(joined({dense ? "dense" : "sparse", ", group ", feature.group}));
  if (dense) box.lines.push_back(counted(feature.width, "number"));
  if (feature.max_length != 0) box.lines.push_back(joined({"up to ", counted(feature.max_length, "id")}));
  return box;
}

std::string table_line(const format::TableDesc& table) {
  return joined({"table ", table.name, " [", std::to_string(table.rows), ", ", std::to_string(table.dim), "]"});
}

DrawnNode draw_node(const exec::Model& model, std::uint32_t index) {
  const format::ModelDesc& desc = model.desc();
  const ops::Operator& op = model.op(index);
  const std::uint32_t value = desc.nodes[index].outputs[0];
  DrawnNode node;
  node.id = joined({"node", std::to_string(index)});
  node.scope = model.graph().values[value].scope();
  node.lines = {desc.values[value].name, op.name()};
  if (op.table() != format::no_index) node.lines.push_back(table_line(desc.tables[op.table()]));
  std::uint64_t numbers = 0;
  for (const std::uint32_t constant : format::node_constants(desc.nodes[index]))
    numbers += format::count_numbers(desc.constants[constant]);
  if (numbers != 0) node.lines.push_back(counted(numbers, "parameter"));
  return node;
}

}  // namespace

Drawing drawing_of(const exec::Model& model) {
  const format::ModelDesc& desc = model.desc();
  Drawing drawing;
  drawing.name = desc.name;
  for (std::uint32_t i = 0; i < desc.features.size(); ++i) drawing.features.push_back(draw_feature(model, i));
  for (std::uint32_t i = 0; i < desc.nodes.size(); ++i) {
    drawing.nodes.push_back(draw_node(model, i));
    const std::string& to = drawing.nodes.back().id;
    const std::uint32_t feature = model.op(i).feature();
    if (feature != format::no_index) drawing.edges.push_back({drawing.features[feature].id, to, {}});
    for (const std::uint32_t input : desc.nodes[i].inputs) {
      const graph::Value& value = model.graph().values[input];
      drawing.edges.push_back({drawing.nodes[value.producer].id, to, shape_text(value)});
    }
  }
  for (const format::LayerDesc& layer : desc.layers) {
    DrawnNode& node = drawing.nodes[model.graph().values[layer.value].producer];
    node.lines.push_back(joined({"layer ", layer.name}));
    node.is_layer = true;
  }
  for (std::uint32_t i = 0; i < desc.outputs.size(); ++i) {
    const graph::Value& logit = model.graph().values[desc.outputs[i].logit];
    DrawnBox box{joined({"output", std::to_string(i)}), {joined({"output ", desc.outputs[i].name})}, logit.scope()};
    drawing.edges.push_back({drawing.nodes[logit.producer].id, box.id, shape_text(logit)});
    drawing.outputs.push_back(std::move(box));
  }
  return drawing;
}

std::string draw(const exec::Model& model, DrawingFormat format) {
  const Drawing drawing = drawing_of(model);
  return format == DrawingFormat::dot ? to_dot(drawing) : to_mermaid(drawing);
}

}  // namespace clicklens::lens
