#include "ops/check.h"

#include <algorithm>

namespace clicklens::ops {

using base::Code;
using base::Status;

Status expect_inputs(Inputs inputs, std::size_t count, const char* node) {
  if (inputs.size() == count) return {};
  return Status::error(Code::bad_file, "node '%s': takes %zu inputs, has %zu", node, count, inputs.size());
}

Status expect_constant(const ModelView& model, std::uint32_t index, std::initializer_list<std::uint64_t> shape,
                       const char* what, const char* node) {
  const format::ConstantDesc& found = model.desc().constants[index];
  if (std::equal(found.shape.begin(), found.shape.end(), shape.begin(), shape.end())) return {};
  return Status::error(Code::bad_file, "node '%s': constant '%s' has the wrong shape for %s", node, found.name.c_str(),
                       what);
}

ValueShape same_shape(const graph::Value& value) {
  return {value.fields, value.width, value.runs};
}

}  // namespace clicklens::ops
