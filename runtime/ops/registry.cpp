#include "ops/factories.h"

namespace clicklens::ops {

Made make_operator(const format::NodeDesc& node, const ModelView& model) {
  return std::visit([&](const auto& attributes) { return make(attributes, node.name.c_str(), model); }, node.op);
}

}  // namespace clicklens::ops
