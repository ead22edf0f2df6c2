// The nodes of a model.
#include <algorithm>

#include "format/node_constants.h"
#include "guard.h"
#include "handles.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

constexpr std::size_t none = SIZE_MAX;

Status check_node(const exec::Model& model, std::size_t index) noexcept {
  const std::size_t nodes = model.desc().nodes.size();
  if (index < nodes) return {};
  return Status::error(Code::invalid_argument, "index: %zu, the model has %zu nodes", index, nodes);
}

std::size_t or_none(std::uint32_t index) noexcept {
  return index == format::no_index ? none : index;
}

void fill_node(const exec::Model& model, std::uint32_t index, clens_node_info& info) {
  const format::ModelDesc& desc = model.desc();
  const format::NodeDesc& node = desc.nodes[index];
  const ops::Operator& op = model.op(index);
  info.name = node.name.c_str();
  info.op = op.name();
  info.output = node.outputs[0];
  info.inputs = node.inputs.size();
  info.feature = or_none(op.feature());
  info.table = or_none(op.table());
  for (const std::uint32_t constant : format::node_constants(node))
    info.parameters += format::count_numbers(desc.constants[constant]);
  info.parameter_bytes = sizeof(float) * info.parameters;
  if (op.table() == format::no_index) return;
  const format::TableDesc& table = desc.tables[op.table()];
  info.parameters += table.rows * table.dim;
  info.parameter_bytes += table.rows * table.row_stride;
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_model_node(const clens_model* model, size_t index, clens_node_info* info) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(info, "info"));
    CLENS_TRY(clicklens::capi::check_node(*model->model, index));
    clens_node_info known = CLENS_NODE_INFO_INIT;
    clicklens::capi::fill_node(*model->model, static_cast<std::uint32_t>(index), known);
    return clicklens::capi::write_sized(known, "info", info);
  });
}

clens_status clens_model_node_inputs(const clens_model* model, size_t index, size_t* values, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(clicklens::capi::check_node(*model->model, index));
    const auto& inputs = model->model->desc().nodes[index].inputs;
    if (capacity < inputs.size())
      return Status::error(Code::buffer_too_small, "values: %zu, capacity %zu", inputs.size(), capacity);
    if (!inputs.empty()) CLENS_TRY(require(values, "values"));
    std::copy(inputs.begin(), inputs.end(), values);
    return {};
  });
}
