#include "ops/check.h"

#include <algorithm>

namespace clicklens::ops {

using base::Code;
using base::Status;

Status expect_inputs(Inputs inputs, std::size_t count, const char* node) {
  if (inputs.size() == count) return {};
  return Status::error(Code::bad_file, "node '%s': takes %zu inputs, has %zu", node, count, inputs.size());
}

Status expect_same_shape(const graph::Value& a, const graph::Value& b, const char* node) {
  if (a.fields == b.fields && a.width == b.width) return {};
  return Status::error(Code::bad_file, "node '%s': its inputs have shapes [%u, %u] and [%u, %u]", node, a.fields,
                       a.width, b.fields, b.width);
}

Status expect_constant(const ModelView& model, std::uint32_t index, std::initializer_list<std::uint64_t> shape,
                       const char* what, const char* node) {
  const auto& constants = model.desc().constants;
  if (index >= constants.size())
    return Status::error(Code::bad_file, "node '%s': %s refers to constant %u of %zu", node, what, index,
                         constants.size());
  const auto& found = constants[index].shape;
  if (std::equal(found.begin(), found.end(), shape.begin(), shape.end())) return {};
  return Status::error(Code::bad_file, "node '%s': constant '%s' has the wrong shape for %s", node,
                       constants[index].name.c_str(), what);
}

Status expect_feature(const ModelView& model, std::uint32_t index, const char* node) {
  const std::size_t count = model.desc().features.size();
  if (index < count) return {};
  return Status::error(Code::bad_file, "node '%s': refers to feature %u of %zu", node, index, count);
}

ValueShape same_shape(const graph::Value& value) {
  return {value.fields, value.width, value.runs};
}

}  // namespace clicklens::ops
