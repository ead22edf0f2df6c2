// clip: no lower than low, no higher than high, column by column; either may be infinite.
// Backward: the gradient where low <= x <= high, else 0, so at both ends it passes. NaN: passes through, and sends no
// gradient back.
#include <algorithm>

#include "ops/check.h"
#include "ops/chord_step.h"
#include "ops/factories.h"
#include "ops/map_step.h"

namespace clicklens::ops {
namespace {

class Clip final : public Operator {
 public:
  Clip(float low, float high) : low_(low), high_(high) {}

  [[nodiscard]] const char* name() const noexcept override { return "clip"; }
  [[nodiscard]] bool makes_zeros() const noexcept override { return low_ == 0.0f; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    return same_shape(*inputs[0]);
  }

  bool fuse_into(Epilogue& epilogue) const noexcept override {
    if (!epilogue.takes_activation()) return false;
    epilogue.act = kernels::Act::clip;
    epilogue.low = low_;
    epilogue.high = high_;
    return true;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    emit_map(lowering, lowering.kernels().clip, lowering.places(node.inputs[0]), {}, lowering.places(node.result),
             parameters());
    return {};
  }

  [[nodiscard]] Response response() const noexcept override { return Response::curve; }
  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    emit_curve_gradient(lowering, lowering.kernels().clip_backward, node.outputs[0], lowering.places(node.inputs[0]),
                        node.inputs[0], parameters());
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    return mapped(*inputs[0], [this](const Interval& x, std::size_t) {
      return Interval{std::clamp(x.low, double{low_}, double{high_}), std::clamp(x.high, double{low_}, double{high_})};
    });
  }

 private:
  [[nodiscard]] MapParameters parameters() const noexcept {
    MapParameters parameters;
    parameters.low = low_;
    parameters.high = high_;
    return parameters;
  }

  float low_, high_;
};

}  // namespace

Made make(const format::ClipOp& op, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Clip>(op.low, op.high));
}

}  // namespace clicklens::ops
