// linear: y = x W^T + b, W [out, in] as PyTorch stores it. One chain of fused multiply-adds over the
// input columns per output, in the node's canonical order (linear_chain.h). Backward: dx = dy W, a chain
// over the outputs ascending from +0. NaN: follows IEEE.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/linear_chain.h"

namespace clicklens::ops {
namespace {

class Linear final : public Operator {
 public:
  Linear(const float* weight, const float* bias, std::uint32_t out, std::uint32_t in)
      : weight_(weight), bias_(bias), out_(out), in_(in) {}

  [[nodiscard]] const char* name() const noexcept override { return "linear"; }
  [[nodiscard]] bool sums_columns() const noexcept override { return true; }
  void set_order(const graph::Order& order) override { order_ = order; }
  [[nodiscard]] bool takes_precision() const noexcept override { return true; }
  [[nodiscard]] bool takes_epilogue() const noexcept override { return true; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    if (inputs[0]->columns() != in_)
      return base::Status::error(base::Code::bad_file, "node '%s': its weight takes %u columns, its input has %u", node,
                                 in_, inputs[0]->columns());
    return ValueShape{1, out_, graph::uniform(out_, inputs[0]->scope())};
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const std::vector<InputColumns> inputs = lowering.exchanged(node.inputs[0]);
    if (inputs.empty()) return emit_chain(weights(), bias_, order_, node, lowering);
    return emit_exchanged_chain(weights(), bias_, order_, inputs, node, lowering);
  }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
  [[nodiscard]] const float* offsets() const noexcept override { return bias_; }
  [[nodiscard]] bool takes_groups() const noexcept override { return true; }
  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    return emit_backward_chain(weights(), node, lowering);
  }
  void count(const graph::Value&, Work& work) const override { count_chain(out_, order_, work); }
  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    return linear_bounds(weight_, bias_, out_, in_, *inputs[0]);
  }

 private:
  [[nodiscard]] ChainWeights weights() const noexcept { return {weight_, in_, 1, out_, in_}; }

  const float* weight_;
  const float* bias_;
  std::uint32_t out_, in_;
  graph::Order order_;
};

}  // namespace

Made make(const format::LinearOp& op, const char* node, const ModelView& model) {
  const auto& shape = model.desc().constants[op.weight].shape;
  if (op.bias != format::no_index) CLENS_TRY(expect_constant(model, op.bias, {shape[0]}, "bias", node));
  const float* bias = op.bias == format::no_index ? nullptr : model.constant(op.bias);
  return std::unique_ptr<Operator>(std::make_unique<Linear>(
      model.constant(op.weight), bias, static_cast<std::uint32_t>(shape[0]), static_cast<std::uint32_t>(shape[1])));
}

}  // namespace clicklens::ops
