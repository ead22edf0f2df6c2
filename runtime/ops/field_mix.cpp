// field_mix: y[o, :] = sum over the fields of W[o, f] x[f, :], plus b[o]; at the join of all scopes. A chain of fused
// multiply-adds over the fields, ascending from the bias. Backward: dx[f, :] = sum over o of W[o, f] dy[o, :],
// ascending from +0. NaN: follows IEEE.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/fields.h"

namespace clicklens::ops {
namespace {

struct MixCall {
  const float* weight = nullptr;  // one matrix for all rows
  bool transposed = false;
  const float* seed = nullptr;  // as y, one for all rows; or none
  std::size_t m = 0, k = 0, n = 0;
};

class MixStep final : public Step {
 public:
  MixStep(const MixCall& call, const Place& x, const Place& y) : call_(call), x_(x), y_(y) {}
  base::Status run(const StepContext& context) const noexcept override {
    kernels::MatmulArgs args;
    args.a = {call_.weight, 0, nullptr};
    args.b = context.operand(x_, y_.level);
    if (call_.seed != nullptr) args.seed = {call_.seed, 0, nullptr};
    args.transpose_a = call_.transposed;
    args.y = context.at(y_);
    args.ldy = y_.ld;
    args.rows = context.rows_at(y_.level);
    args.m = call_.m, args.k = call_.k, args.n = call_.n;
    context.kernels->matmul(args);
    return {};
  }

 private:
  MixCall call_;
  Place x_, y_;
};

class FieldMix final : public Operator {
 public:
  FieldMix(const float* weight, const float* bias, std::uint32_t out, std::uint32_t fields)
      : weight_(weight), bias_(bias), out_(out), fields_(fields) {}

  [[nodiscard]] const char* name() const noexcept override { return "field_mix"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
  [[nodiscard]] const float* offsets() const noexcept override { return bias_ == nullptr ? nullptr : offsets_.data(); }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    const graph::Value& x = *inputs[0];
    if (x.fields != fields_)
      return base::Status::error(base::Code::bad_file, "node '%s': its weight takes %u fields, there are %u", node,
                                 fields_, x.fields);
    if (std::uint64_t{out_} * x.width > (1u << 24))
      return base::Status::error(base::Code::limit_exceeded, "node '%s': more than 2^24 columns", node);
    return joined_shape(out_, x.width, inputs);
  }
  // While a file is being written there are no numbers yet.
  void set_shapes(Inputs inputs, const graph::Value&) override {
    width_ = inputs[0]->width;
    for (std::size_t o = 0; bias_ != nullptr && o < out_; ++o) offsets_.insert(offsets_.end(), width_, bias_[o]);
  }
  [[nodiscard]] std::size_t kept_bytes() const noexcept override { return sizeof(float) * offsets_.size(); }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const Place y = lowering.places(node.result).front();
    const Place x = whole_value(lowering, lowering.places(node.inputs[0]), y.level);
    lowering.emit(y.level, std::make_unique<MixStep>(MixCall{weight_, false, offsets(), out_, fields_, width_}, x, y));
    return {};
  }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const Place dy = lowering.gradient(node.outputs[0]);
    add_gradient(lowering, node.inputs[0], [&](const Place& to) {
      lowering.emit(Level::row,
                    std::make_unique<MixStep>(MixCall{weight_, true, nullptr, fields_, out_, width_}, dy, to));
    });
    return {};
  }

  void count(const graph::Value& output, Work& work) const override {
    work.elements += double(output.columns()) * double(fields_) * work.rows_of(output.scope());
  }
  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value& output) const override {
    const std::vector<Interval> x = columns_of(*inputs[0]);
    std::vector<Interval> ends;
    for (std::uint32_t c = 0; c < output.columns(); ++c) {
      SumBounds sum;
      const std::uint32_t o = c / width_;
      if (bias_ != nullptr) sum.add({bias_[o], bias_[o]});
      for (std::uint32_t f = 0; f < fields_; ++f) {
        const double w = weight_[std::size_t{o} * fields_ + f];
        sum.add(times({w, w}, x[f * width_ + c % width_]));
      }
      ends.push_back(sum.sum());
    }
    return boxed(std::move(ends));
  }

 private:
  const float* weight_;
  const float* bias_;
  std::uint32_t out_, fields_, width_ = 0;
  std::vector<float> offsets_;  // the bias by output column
};

}  // namespace

Made make(const format::FieldMixOp& op, const char* node, const ModelView& model) {
  const auto& shape = model.desc().constants[op.weight].shape;
  if (op.bias != format::no_index) CLENS_TRY(expect_constant(model, op.bias, {shape[0]}, "bias", node));
  const float* bias = op.bias == format::no_index ? nullptr : model.constant(op.bias);
  return std::unique_ptr<Operator>(std::make_unique<FieldMix>(
      model.constant(op.weight), bias, static_cast<std::uint32_t>(shape[0]), static_cast<std::uint32_t>(shape[1])));
}

}  // namespace clicklens::ops
