// multiply: y = a * b, column by column, one of them repeated where it is smaller (broadcast.h); each output column
// has the join of its inputs' scopes. Backward: da = dy * b, db = dy * a. NaN: follows IEEE multiplication.
#include "ops/broadcast.h"
#include "ops/factories.h"
#include "ops/map_step.h"

namespace clicklens::ops {
namespace {

class Multiply final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "multiply"; }

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
    emit_map(lowering, lowering.kernels().multiply, a, b, lowering.places(node.result), {});
    return {};
  }

  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const MapKernel multiply = lowering.kernels().multiply;
    for (std::size_t i = 0; i < 2; ++i) {
      const Shape& other_shape = in_[1 - i];
      const std::span<const Place> places = lowering.places(node.inputs[1 - i]);
      const std::vector<Place> other = spread(lowering, places, other_shape, out_, true);
      if (in_[i] == out_) {
        emit_gradient_map(lowering, multiply, node.outputs[0], other, node.inputs[i], {});
        continue;
      }
      const Place dy = lowering.gradient(node.outputs[0]);
      const Place full = lowering.scratch(Level::row, out_.columns());
      emit_map(lowering, multiply, {&dy, 1}, other, {&full, 1}, {});
      add_folded_gradient(lowering, full, node.inputs[i], in_[i], out_);
    }
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value& output) const override {
    const std::vector<Interval> a = columns_of(*inputs[0]), b = columns_of(*inputs[1]);
    std::vector<Interval> ends;
    for (std::uint32_t c = 0; c < output.columns(); ++c)
      ends.push_back(times(a[repeated_column(c, in_[0], out_)], b[repeated_column(c, in_[1], out_)]));
    return boxed(std::move(ends));
  }

 private:
  Shape in_[2], out_;
};

}  // namespace

Made make(const format::MultiplyOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Multiply>());
}

}  // namespace clicklens::ops
