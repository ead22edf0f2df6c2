// add: y = a + b, column by column; each output column has the join of its inputs' scopes.
// Backward: both inputs receive the output's gradient. NaN: follows IEEE addition.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/map_step.h"

namespace clicklens::ops {
namespace {

class Add final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "add"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 2, node));
    CLENS_TRY(expect_same_shape(*inputs[0], *inputs[1], node));
    return ValueShape{inputs[0]->fields, inputs[0]->width, graph::join_columns(inputs[0]->runs, inputs[1]->runs)};
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    emit_map(lowering, lowering.kernels().add, lowering.places(node.inputs[0]), lowering.places(node.inputs[1]),
             lowering.places(node.result), {});
    return {};
  }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    for (const std::uint32_t input : node.inputs)
      emit_gradient_map(lowering, lowering.kernels().copy, node.outputs[0], {}, input, {});
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    const std::vector<Interval> b = columns_of(*inputs[1]);
    return mapped(*inputs[0],
                  [&](const Interval& a, std::size_t c) { return rounded(a.low + b[c].low, a.high + b[c].high); });
  }
};

}  // namespace

base::Result<std::unique_ptr<Operator>> make(const format::AddOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Add>());
}

}  // namespace clicklens::ops
