// batch_norm: y = fma(x, scale, shift) with the statistics of training folded into scale and shift by
// the exporter (scale = gamma / sqrt(var + eps), shift = beta - mean * scale). Never folded into weights,
// so the value before it exists. One scale and shift may stand for all columns. Backward: dx = dy * scale. NaN: follows
// IEEE.
#include <vector>

#include "ops/check.h"
#include "ops/factories.h"
#include "ops/map_step.h"

namespace clicklens::ops {
namespace {

class BatchNorm final : public Operator {
 public:
  // Both null while a file is being written.
  BatchNorm(const float* scale, const float* shift, std::uint64_t width)
      : scale_(scale), shift_(shift), width_(width) {}

  [[nodiscard]] const char* name() const noexcept override { return "batch_norm"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    if (width_ != 1 && inputs[0]->columns() != width_)
      return base::Status::error(base::Code::bad_file, "node '%s': %llu scales for %u columns", node,
                                 static_cast<unsigned long long>(width_), inputs[0]->columns());
    return same_shape(*inputs[0]);
  }

  void set_shapes(Inputs, const graph::Value& output) override {
    if (width_ == output.columns() || scale_ == nullptr) return;
    scales_.assign(output.columns(), *scale_);
    shifts_.assign(output.columns(), *shift_);
    scale_ = scales_.data();
    shift_ = shifts_.data();
  }

  [[nodiscard]] std::size_t kept_bytes() const noexcept override {
    return sizeof(float) * (scales_.size() + shifts_.size());
  }

  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
  [[nodiscard]] const float* offsets() const noexcept override { return shift_; }
  bool fuse_into(Epilogue& epilogue) const noexcept override {
    if (!epilogue.takes_batch_norm()) return false;
    epilogue.bn_scale = scale_;
    epilogue.bn_shift = shift_;
    return true;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    emit_map(lowering, lowering.kernels().scale_shift, lowering.places(node.inputs[0]), {},
             lowering.places(node.result), {.scale = scale_, .shift = shift_});
    return {};
  }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    emit_gradient_map(lowering, lowering.kernels().scale_shift, node.outputs[0], {}, node.inputs[0], {.scale = scale_});
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    return mapped(*inputs[0],
                  [this](const Interval& x, std::size_t c) { return affine(x, double{scale_[c]}, double{shift_[c]}); });
  }

 private:
  const float* scale_;  // a number for each column
  const float* shift_;
  std::uint64_t width_;                 // as the file says
  std::vector<float> scales_, shifts_;  // where it says one for all
};

}  // namespace

Made make(const format::BatchNormOp& op, const char* node, const ModelView& model) {
  const auto& shape = model.desc().constants[op.scale].shape;
  if (shape.size() != 1)
    return base::Status::error(base::Code::bad_file, "node '%s': its scale must be a constant of one dimension", node);
  const std::uint64_t width = shape[0];
  CLENS_TRY(expect_constant(model, op.shift, {width}, "shift", node));
  return std::unique_ptr<Operator>(
      std::make_unique<BatchNorm>(model.constant(op.scale), model.constant(op.shift), width));
}

}  // namespace clicklens::ops
