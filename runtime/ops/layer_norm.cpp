// layer_norm: each field less its mean, divided by sqrt(variance + eps), both over its width and summed in 16 lanes;
// then fma(h, scale, shift) (Ba, Kiros and Hinton 2016). At the join of all scopes.
// Backward: with g = dy scale and h the normed input, (g - mean g - h mean(g h)) / sqrt(variance + eps).
// NaN: a field with one is all NaN.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/field_step.h"
#include "ops/fields.h"

namespace clicklens::ops {
namespace {

class LayerNorm final : public Operator {
 public:
  LayerNorm(float eps, const float* scale, const float* shift, std::uint64_t width) : scales_(width) {
    args_.eps = eps;
    args_.scale = scale;
    args_.shift = shift;
  }

  [[nodiscard]] const char* name() const noexcept override { return "layer_norm"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    if (scales_ != 0 && scales_ != inputs[0]->width)
      return base::Status::error(base::Code::bad_file, "node '%s': %llu scales for fields of width %u", node,
                                 static_cast<unsigned long long>(scales_), inputs[0]->width);
    return joined_shape(inputs[0]->fields, inputs[0]->width, inputs);
  }
  void set_shapes(Inputs, const graph::Value& output) override {
    args_.fields = output.fields;
    args_.width = output.width;
    args_.b_fields = output.fields;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const Place y = lowering.places(node.result).front();
    const Place x = whole_value(lowering, lowering.places(node.inputs[0]), y.level);
    lowering.emit(y.level, std::make_unique<FieldStep>(lowering.kernels().layer_norm, args_, x, std::nullopt, y));
    return {};
  }

  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const Place x = whole_value(lowering, lowering.places(node.inputs[0]), Level::row);
    const Place dy = lowering.gradient(node.outputs[0]);
    const std::size_t work = lowering.scratch_bytes(sizeof(float) * args_.width);
    add_gradient(lowering, node.inputs[0], [&](const Place& to) {
      lowering.emit(Level::row,
                    std::make_unique<FieldStep>(lowering.kernels().layer_norm_backward, args_, dy, x, to, work));
    });
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    return boxed(std::vector<Interval>(output.columns()));
  }

 private:
  kernels::FieldArgs args_;
  std::uint64_t scales_;  // 0: none
};

}  // namespace

Made make(const format::LayerNormOp& op, const char* node, const ModelView& model) {
  if ((op.scale == format::no_index) != (op.shift == format::no_index))
    return base::Status::error(base::Code::bad_file, "node '%s': scale and shift come together", node);
  if (op.scale == format::no_index)
    return std::unique_ptr<Operator>(std::make_unique<LayerNorm>(op.eps, nullptr, nullptr, 0));
  const auto& shape = model.desc().constants[op.scale].shape;
  if (shape.size() != 1)
    return base::Status::error(base::Code::bad_file, "node '%s': its scale must be a constant of one dimension", node);
  CLENS_TRY(expect_constant(model, op.shift, {shape[0]}, "shift", node));
  return std::unique_ptr<Operator>(
      std::make_unique<LayerNorm>(op.eps, model.constant(op.scale), model.constant(op.shift), shape[0]));
}

}  // namespace clicklens::ops
