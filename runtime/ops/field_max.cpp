// field_max: the largest of the fields, column by column, at the join of all scopes. Backward: the gradient goes to the
// first of ties. NaN: a NaN wins.
#include <algorithm>

#include "ops/check.h"
#include "ops/factories.h"
#include "ops/field_step.h"
#include "ops/fields.h"

namespace clicklens::ops {
namespace {

class FieldMax final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "field_max"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    return joined_shape(1, inputs[0]->width, inputs);
  }
  void set_shapes(Inputs inputs, const graph::Value&) override {
    args_.fields = inputs[0]->fields;
    args_.width = inputs[0]->width;
    args_.b_fields = args_.fields;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const Place y = lowering.places(node.result).front();
    const Place x = whole_value(lowering, lowering.places(node.inputs[0]), y.level);
    lowering.emit(y.level, std::make_unique<FieldStep>(lowering.kernels().field_max, args_, x, std::nullopt, y));
    return {};
  }

  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const Place x = whole_value(lowering, lowering.places(node.inputs[0]), Level::row);
    const Place dy = lowering.gradient(node.outputs[0]);
    add_gradient(lowering, node.inputs[0], [&](const Place& to) {
      lowering.emit(Level::row, std::make_unique<FieldStep>(lowering.kernels().field_max_backward, args_, dy, x, to));
    });
    return {};
  }

  void count(const graph::Value& output, Work& work) const override {
    work.elements += double(output.columns()) * double(args_.fields) * work.rows_of(output.scope());
  }
  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value& output) const override {
    const std::vector<Interval> x = columns_of(*inputs[0]);
    std::vector<Interval> ends(x.begin(), x.begin() + output.width);
    for (std::size_t c = output.width; c < x.size(); ++c) {
      Interval& end = ends[c % output.width];
      end = {std::max(end.low, x[c].low), std::max(end.high, x[c].high)};
    }
    return boxed(std::move(ends));
  }

 private:
  kernels::FieldArgs args_;
};

}  // namespace

Made make(const format::FieldMaxOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<FieldMax>());
}

}  // namespace clicklens::ops
