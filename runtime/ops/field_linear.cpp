// field_linear: y = x W^T + b of every field apart, W [out, width]; each field at the join of its own columns' scopes.
// A chain of fused multiply-adds over the width, ascending from the bias. Backward: dx = dy W, a chain over the outputs
// ascending from +0. NaN: follows IEEE.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/fields.h"
#include "ops/linear_step.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

class FieldLinear final : public Operator {
 public:
  FieldLinear(const float* weight, const float* bias, std::uint32_t out, std::uint32_t in)
      : weight_(weight), bias_(bias), out_(out), in_(in) {}

  [[nodiscard]] const char* name() const noexcept override { return "field_linear"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    const graph::Value& x = *inputs[0];
    if (x.width != in_)
      return base::Status::error(base::Code::bad_file, "node '%s': its weight takes fields of %u columns, they have %u",
                                 node, in_, x.width);
    if (std::uint64_t{x.fields} * out_ > (1u << 24))
      return base::Status::error(base::Code::limit_exceeded, "node '%s': more than 2^24 columns", node);
    ValueShape shape{x.fields, out_, {}};
    for (const graph::Scope scope : field_scopes(x)) graph::append(shape.runs, graph::uniform(out_, scope));
    return shape;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const std::vector<Place> x = whole_fields(lowering, lowering.places(node.inputs[0]), in_, false);
    const std::span<const Place> y = lowering.places(node.result);
    LinearCall call;
    call.bias = bias_;
    CLENS_TRY(pack({weight_, in_, 1, nullptr, out_, in_, nullptr}, call, lowering));
    for (std::uint32_t f = 0; f < x.size();) {
      call.x = x[f];
      call.y = slice(place_of(y, f * out_), f * out_, out_);
      std::uint32_t fields = 1;
      for (; f + fields < x.size(); ++fields) {
        const Place to = slice(place_of(y, (f + fields) * out_), (f + fields) * out_, out_);
        if (!continues(call.x, x[f + fields]) || !continues(call.y, to)) break;
        call.x.count += in_;
        call.y.count += out_;
      }
      lowering.emit(call.y.level, std::make_unique<FieldLinearStep>(call, fields));
      f += fields;
    }
    return {};
  }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const Place dy = lowering.gradient(node.outputs[0]);
    LinearCall call;
    CLENS_TRY(pack({weight_, 1, in_, nullptr, in_, out_, nullptr}, call, lowering));
    add_gradient(lowering, node.inputs[0], [&](const Place& to) {
      call.x = dy;
      call.y = to;
      lowering.emit(Level::row, std::make_unique<FieldLinearStep>(call, to.count / in_));
    });
    return {};
  }

  void count(const graph::Value& output, Work& work) const override {
    for (const graph::Run& run : output.runs) {
      const std::uint32_t fields = run.count / out_;
      work.dense.push_back({work.rows_of(run.scope) * fields, in_, out_, run.scope == graph::Scope::request});
    }
  }
  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    return boxed(std::vector<Interval>(output.columns()));
  }

 private:
  static base::Status pack(const kernels::PackArgs& args, LinearCall& call, Lowering& lowering) {
    const base::Result<const float*> packed = lowering.packed(args);
    if (!packed.ok()) return packed.status();
    call.weights = *packed;
    call.k = args.k;
    call.n = args.n;
    return {};
  }

  const float* weight_;
  const float* bias_;
  std::uint32_t out_, in_;
};

}  // namespace

Made make(const format::FieldLinearOp& op, const char* node, const ModelView& model) {
  const auto& shape = model.desc().constants[op.weight].shape;
  if (op.bias != format::no_index) CLENS_TRY(expect_constant(model, op.bias, {shape[0]}, "bias", node));
  const float* bias = op.bias == format::no_index ? nullptr : model.constant(op.bias);
  return std::unique_ptr<Operator>(std::make_unique<FieldLinear>(
      model.constant(op.weight), bias, static_cast<std::uint32_t>(shape[0]), static_cast<std::uint32_t>(shape[1])));
}

}  // namespace clicklens::ops
