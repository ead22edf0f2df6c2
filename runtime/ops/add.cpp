// add: y = a + b, column by column, one of them repeated where it is smaller (broadcast.h); each output column has the
// join of its inputs' scopes. Backward: both inputs receive the output's gradient. NaN: follows IEEE addition.
#include "ops/broadcast.h"
#include "ops/factories.h"
#include "ops/map_step.h"

namespace clicklens::ops {
namespace {

class Add final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "add"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    return infer_broadcast(inputs, node);
  }
  void set_shapes(Inputs inputs, const graph::Value& output) override {
    for (std::size_t i = 0; i < 2; ++i) in_[i] = shape_of(*inputs[i]);
    out_ = shape_of(output);
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const std::vector<Place> a = spread(lowering, lowering.places(node.inputs[0]), in_[0], out_);
    const std::vector<Place> b = spread(lowering, lowering.places(node.inputs[1]), in_[1], out_);
    emit_map(lowering, lowering.kernels().add, a, b, lowering.places(node.result), {});
    return {};
  }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const Place dy = lowering.gradient(node.outputs[0]);
    for (std::size_t i = 0; i < 2; ++i) add_folded_gradient(lowering, dy, node.inputs[i], in_[i], out_);
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value& output) const override {
    const std::vector<Interval> a = columns_of(*inputs[0]), b = columns_of(*inputs[1]);
    std::vector<Interval> ends;
    for (std::uint32_t c = 0; c < output.columns(); ++c) {
      const Interval &x = a[repeated_column(c, in_[0], out_)], &y = b[repeated_column(c, in_[1], out_)];
      ends.push_back(rounded(x.low + y.low, x.high + y.high));
    }
    return boxed(std::move(ends));
  }

 private:
  Shape in_[2], out_;
};

}  // namespace

Made make(const format::AddOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Add>());
}

}  // namespace clicklens::ops
