// multiply: y = a * b, column by column; each output column has the join of its inputs' scopes.
// Backward: da = dy * b, db = dy * a. NaN: follows IEEE multiplication.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/map_step.h"

namespace clicklens::ops {
namespace {

class Multiply final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "multiply"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 2, node));
    CLENS_TRY(expect_same_shape(*inputs[0], *inputs[1], node));
    return ValueShape{inputs[0]->fields, inputs[0]->width, graph::join_columns(inputs[0]->runs, inputs[1]->runs)};
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    emit_map(lowering, lowering.kernels().multiply, lowering.places(node.inputs[0]), lowering.places(node.inputs[1]),
             lowering.places(node.result), {});
    return {};
  }

  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const MapKernel kernel = lowering.kernels().multiply;
    for (std::size_t i = 0; i < 2; ++i)
      emit_gradient_map(lowering, kernel, node.outputs[0], lowering.places(node.inputs[1 - i]), node.inputs[i], {});
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    const std::vector<Interval> b = columns_of(*inputs[1]);
    return mapped(*inputs[0], [&](const Interval& a, std::size_t c) { return times(a, b[c]); });
  }
};

}  // namespace

base::Result<std::unique_ptr<Operator>> make(const format::MultiplyOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Multiply>());
}

}  // namespace clicklens::ops
