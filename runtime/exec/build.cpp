#include "exec/build.h"

#include <algorithm>

#include "graph/order.h"

namespace clicklens::exec {
namespace {

using base::Code;
using base::Status;

constexpr std::uint32_t most_view_depth = 256;
constexpr std::uint64_t most_kept = 256u << 20;  // bytes of all operators together, beside the file's
constexpr std::uint64_t most_runs = 1u << 21;    // of all values together: 24 MB, and nearly as many places

class Builder {
 public:
  Builder(const ops::ModelView& view, const base::Limits& limits, format::ModelDesc* fill)
      : view_(view), desc_(view.desc()), limits_(limits), fill_(fill) {
    built_.graph.values.resize(desc_.values.size());
    depth_.resize(desc_.values.size());
  }

  base::Result<Built> run() {
    for (std::uint32_t node = 0; node < desc_.nodes.size(); ++node) CLENS_TRY(add_node(node));
    for (std::size_t value = 0; value < desc_.values.size(); ++value)
      if (built_.graph.values[value].producer == format::no_index)
        return Status::error(Code::bad_file, "value '%s': no node makes it", desc_.values[value].name.c_str());
    CLENS_TRY(check_outputs());
    return std::move(built_);
  }

 private:
  Status add_node(std::uint32_t index);
  Status gather_inputs(const format::NodeDesc&, std::vector<const graph::Value*>&) const;
  Status limit_views(std::uint32_t index, const ops::Operator&);
  Status set_output(std::uint32_t index, const ops::ValueShape&, const ops::Operator&);
  Status limit_kept(const format::NodeDesc&, const ops::Operator&);
  Status set_order(std::uint32_t index, ops::Operator&);
  Status check_outputs() const;

  const ops::ModelView& view_;
  const format::ModelDesc& desc_;
  const base::Limits& limits_;
  format::ModelDesc* fill_;
  Built built_;
  std::vector<std::uint32_t> depth_;  // of views within views, by value
  std::uint64_t runs_ = 0;            // of all values
  std::uint64_t kept_bytes_ = 0;      // by operators
};

Status Builder::gather_inputs(const format::NodeDesc& node, std::vector<const graph::Value*>& inputs) const {
  for (const std::uint32_t input : node.inputs) {
    if (input >= built_.graph.values.size() || built_.graph.values[input].producer == format::no_index)
      return Status::error(Code::bad_file, "node '%s': reads value %u, which no earlier node makes", node.name.c_str(),
                           input);
    inputs.push_back(&built_.graph.values[input]);
  }
  return {};
}

Status Builder::add_node(std::uint32_t index) {
  const format::NodeDesc& node = desc_.nodes[index];
  if (node.outputs.size() != 1 || node.outputs[0] >= desc_.values.size())
    return Status::error(Code::bad_file, "node '%s': must make exactly one existing value", node.name.c_str());
  auto made = ops::make_operator(node, view_);
  if (!made.ok()) return made.status();
  ops::Operator& op = **made;

  std::vector<const graph::Value*> inputs;
  CLENS_TRY(gather_inputs(node, inputs));
  const base::Result<ops::ValueShape> shape = op.infer(inputs, node.name.c_str());
  if (!shape.ok()) return shape.status();
  CLENS_TRY(limit_views(index, op));
  CLENS_TRY(set_output(index, *shape, op));
  op.set_shapes(inputs, built_.graph.values[node.outputs[0]]);
  CLENS_TRY(limit_kept(node, op));
  CLENS_TRY(set_order(index, op));
  for (const std::uint32_t input : node.inputs) built_.graph.values[input].consumers.push_back(index);
  built_.operators.push_back(std::move(*made));
  return {};
}

// The planner walks views within views recursively.
Status Builder::limit_views(std::uint32_t index, const ops::Operator& op) {
  if (!op.is_planned_away()) return {};
  const format::NodeDesc& node = desc_.nodes[index];
  std::uint32_t& depth = depth_[node.outputs[0]];
  for (const std::uint32_t input : node.inputs) depth = std::max(depth, depth_[input] + 1);
  if (depth <= most_view_depth) return {};
  return Status::error(Code::limit_exceeded, "node '%s': concats and selects are nested %u deep, allowed %u",
                       node.name.c_str(), depth, most_view_depth);
}

Status Builder::set_output(std::uint32_t index, const ops::ValueShape& shape, const ops::Operator& op) {
  const std::uint32_t output = desc_.nodes[index].outputs[0];
  const format::ValueDesc& stated = desc_.values[output];
  graph::Value& value = built_.graph.values[output];
  if (value.producer != format::no_index)
    return Status::error(Code::bad_file, "value '%s': made by two nodes", stated.name.c_str());
  const std::uint64_t columns = std::uint64_t{shape.fields} * shape.width;
  if (columns == 0 || columns > limits_.columns)
    return Status::error(Code::limit_exceeded, "value '%s': %llu columns, allowed 1..%llu", stated.name.c_str(),
                         static_cast<unsigned long long>(columns), static_cast<unsigned long long>(limits_.columns));
  runs_ += shape.runs.size();
  if (runs_ > most_runs)
    return Status::error(Code::limit_exceeded, "value '%s': columns change their scope too often, %llu times so far",
                         stated.name.c_str(), static_cast<unsigned long long>(runs_));
  value = {shape.fields, shape.width, shape.runs, index, {}};
  // A view's columns may be read as fields of equal width: memory is the same.
  if (op.shapes_freely() && stated.fields > 1 && columns % stated.fields == 0) {
    value.fields = stated.fields;
    value.width = static_cast<std::uint32_t>(columns / stated.fields);
  }
  if (fill_ != nullptr && stated.width == 0) {
    fill_->values[output].fields = value.fields;
    fill_->values[output].width = value.width;
  } else if (stated.fields != value.fields || stated.width != value.width) {
    return Status::error(Code::bad_file, "value '%s': stated as [%u, %u], is [%u, %u]", stated.name.c_str(),
                         stated.fields, stated.width, value.fields, value.width);
  }
  return {};
}

Status Builder::limit_kept(const format::NodeDesc& node, const ops::Operator& op) {
  kept_bytes_ += op.kept_bytes();
  const std::uint64_t most = std::min(most_kept, limits_.dense_bytes);
  if (kept_bytes_ <= most) return {};
  return Status::error(Code::limit_exceeded, "node '%s': nodes keep %llu bytes beside the file, allowed %llu",
                       node.name.c_str(), static_cast<unsigned long long>(kept_bytes_),
                       static_cast<unsigned long long>(most));
}

Status Builder::set_order(std::uint32_t index, ops::Operator& op) {
  const format::NodeDesc& node = desc_.nodes[index];
  if (!op.sums_columns()) {
    if (node.order.empty()) return {};
    return Status::error(Code::bad_file, "node '%s': has an order but adds nothing", node.name.c_str());
  }
  const graph::Value& input = built_.graph.values[node.inputs[0]];
  if (input.columns() > limits_.reduction)
    return Status::error(Code::limit_exceeded, "node '%s': adds %u columns, allowed %llu", node.name.c_str(),
                         input.columns(), static_cast<unsigned long long>(limits_.reduction));
  if (fill_ != nullptr && node.order.empty()) fill_->nodes[index].order = graph::canonical_order(input.runs);
  CLENS_TRY(graph::check_order(node.order, input.runs, node.name));
  op.set_order(node.order);
  return {};
}

Status Builder::check_outputs() const {
  if (desc_.outputs.empty()) return Status::error(Code::bad_file, "the model has no output");
  for (const format::OutputDesc& output : desc_.outputs) {
    if (output.logit >= built_.graph.values.size() || built_.graph.values[output.logit].columns() != 1)
      return Status::error(Code::bad_file, "output '%s': its logit must be a value of one column", output.name.c_str());
  }
  for (const format::LayerDesc& layer : desc_.layers) {
    if (layer.value >= built_.graph.values.size())
      return Status::error(Code::bad_file, "layer '%s': refers to value %u of %zu", layer.name.c_str(), layer.value,
                           built_.graph.values.size());
  }
  return {};
}

}  // namespace

base::Result<Built> build(const ops::ModelView& view, const base::Limits& limits, format::ModelDesc* fill) {
  return Builder(view, limits, fill).run();
}

}  // namespace clicklens::exec
