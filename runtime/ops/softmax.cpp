// softmax: along the width of each field, at the join of all scopes: exp(x - largest), divided by their sum in 16
// lanes. A second input, [fields, width] or [1, width], is a mask: where it is 0, y is 0 and x counts for nothing; a
// field of which nothing is let through is zeros. Backward: dx = y (dy - dy . y); the mask gets none.
// NaN: a field with one that is let through is all NaN where something is let through.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/field_step.h"
#include "ops/fields.h"

namespace clicklens::ops {
namespace {

class Softmax final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "softmax"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    if (inputs.size() != 2) CLENS_TRY(expect_inputs(inputs, 1, node));
    const graph::Value& x = *inputs[0];
    if (inputs.size() == 2) {
      const graph::Value& mask = *inputs[1];
      if (mask.width != x.width || (mask.fields != 1 && mask.fields != x.fields))
        return base::Status::error(base::Code::bad_file, "node '%s': a mask of shape [%u, %u] for [%u, %u]", node,
                                   mask.fields, mask.width, x.fields, x.width);
    }
    return joined_shape(x.fields, x.width, inputs);
  }
  void set_shapes(Inputs inputs, const graph::Value& output) override {
    args_.fields = output.fields;
    args_.width = output.width;
    args_.b_fields = inputs.back()->fields;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const Place y = lowering.places(node.result).front();
    const Place x = whole_value(lowering, lowering.places(node.inputs[0]), y.level);
    std::optional<Place> mask;
    if (node.inputs.size() == 2) mask = whole_value(lowering, lowering.places(node.inputs[1]), y.level);
    lowering.emit(y.level, std::make_unique<FieldStep>(lowering.kernels().softmax, args_, x, mask, y));
    return {};
  }

  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = false, .outputs = true}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    kernels::FieldArgs args = args_;
    args.b_fields = args.fields;
    const Place y = whole_value(lowering, lowering.places(node.outputs[0]), Level::row);
    const Place dy = lowering.gradient(node.outputs[0]);
    add_gradient(lowering, node.inputs[0], [&](const Place& to) {
      lowering.emit(Level::row, std::make_unique<FieldStep>(lowering.kernels().softmax_backward, args, dy, y, to));
    });
    // What makes the mask goes backward, too: from zeros, not from what another target left there.
    if (node.inputs.size() == 2 && !lowering.has_gradient(node.inputs[1])) {
      lowering.emit(Level::row, std::make_unique<ZeroStep>(lowering.gradient(node.inputs[1])));
      lowering.wrote_gradient(node.inputs[1]);
    }
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    return boxed(std::vector<Interval>(output.columns(), Interval{0, 1.00001}));
  }

 private:
  kernels::FieldArgs args_;
};

}  // namespace

Made make(const format::SoftmaxOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Softmax>());
}

}  // namespace clicklens::ops
