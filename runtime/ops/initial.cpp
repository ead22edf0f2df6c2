#include "ops/initial.h"

#include <cmath>

namespace clicklens::ops {
namespace {

using Kind = Initial::Kind;

class Begin {
 public:
  explicit Begin(const format::ModelDesc& desc) : constants(desc.constants.size()), desc_(desc) {}

  void operator()(const format::LinearOp& op) {
    const auto inputs = static_cast<float>(desc_.constants[op.weight].shape[1]);
    const Initial uniform{Kind::uniform, 1.0f / std::sqrt(inputs)};
    set(op.weight, uniform);
    if (op.bias != format::no_index) set(op.bias, uniform);
  }
  void operator()(const format::FieldLinearOp& op) { (*this)(format::LinearOp{op.weight, op.bias}); }
  void operator()(const format::FieldMixOp& op) { (*this)(format::LinearOp{op.weight, op.bias}); }
  void operator()(const format::GruOp& op) {  // as PyTorch's begins
    const Initial uniform{Kind::uniform, 1.0f / std::sqrt(static_cast<float>(desc_.constants[op.weight_hh].shape[1]))};
    for (const std::uint32_t constant : {op.weight_ih, op.weight_hh, op.bias_ih, op.bias_hh})
      if (constant != format::no_index) set(constant, uniform);
  }
  void operator()(const format::LayerNormOp& op) {
    if (op.scale == format::no_index) return;
    set(op.scale, {Kind::same, 1.0f});
    set(op.shift, {Kind::same, 0.0f});
  }
  void operator()(const format::BatchNormOp& op) {
    set(op.scale, {Kind::same, 1.0f});
    set(op.shift, {Kind::same, 0.0f});
  }
  void operator()(const format::ActivationOp& op) {
    if (op.kind == format::ActivationKind::prelu) set(op.slopes, {Kind::same, 0.25f});
  }
  template <class WithoutConstants>
  void operator()(const WithoutConstants&) {}

  std::vector<Initial> constants;

 private:
  void set(std::uint32_t constant, const Initial& initial) {
    if (constants[constant].kind == Kind::kept) constants[constant] = initial;
  }

  const format::ModelDesc& desc_;
};

}  // namespace

std::vector<Initial> initial_constants(const format::ModelDesc& desc, std::size_t first_node) {
  Begin begin(desc);
  for (std::size_t node = first_node; node < desc.nodes.size(); ++node) std::visit(begin, desc.nodes[node].op);
  return std::move(begin.constants);
}

}  // namespace clicklens::ops
