// dense_input: a dense feature's floats, transformed. Backward: features receive the gradient; there is
// nothing further back. NaN: a bad value was replaced by the feature's missing value when it was read.
#include "encode/bag_reader.h"
#include "ops/check.h"
#include "ops/dense_transform.h"
#include "ops/factories.h"

namespace clicklens::ops {
namespace {

class DenseStep final : public Step {
 public:
  DenseStep(std::uint32_t feature, const format::FeatureDesc& desc, const DenseTransform& transform, const Place& y)
      : feature_(feature), desc_(desc), transform_(transform), y_(y) {}

  base::Status run(const StepContext& context) const noexcept override {
    const std::size_t rows = context.rows_at(y_.level);
    if (rows == 0) return {};
    const std::uint64_t begin = context.first_entry(y_.level);
    CLENS_TRY(encode::read_dense(desc_, context.columns[feature_], begin, begin + rows, context.strict, context.at(y_),
                                 y_.ld, *context.counts));
    transform_.apply(context.at(y_), y_.ld, rows, *context.kernels);
    return {};
  }

 private:
  std::uint32_t feature_;
  const format::FeatureDesc& desc_;
  const DenseTransform& transform_;
  Place y_;
};

class DenseInput final : public Operator {
 public:
  DenseInput(std::uint32_t feature, const format::FeatureDesc& desc)
      : feature_(feature), desc_(desc), transform_(desc) {}

  [[nodiscard]] const char* name() const noexcept override { return "dense_input"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
  [[nodiscard]] std::uint32_t feature() const noexcept override { return feature_; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 0, node));
    return ValueShape{1, desc_.width, graph::uniform(desc_.width, desc_.scope)};
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const Place& y = lowering.places(node.result).front();
    lowering.emit(y.level, std::make_unique<DenseStep>(feature_, desc_, transform_, y));
    return {};
  }

  base::Status backward(const NodeView&, BackwardLowering&) const override { return {}; }

  // Any number can be sent.
  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    return boxed(std::vector<Interval>(output.columns()));
  }

 private:
  std::uint32_t feature_;
  const format::FeatureDesc& desc_;
  DenseTransform transform_;
};

}  // namespace

Made make(const format::DenseInputOp& op, const char* node, const ModelView& model) {
  const format::FeatureDesc& desc = model.desc().features[op.feature];
  auto made = std::make_unique<DenseInput>(op.feature, desc);
  if (desc.kind != format::FeatureKind::dense || DenseTransform(desc).bucketises())
    return base::Status::error(base::Code::bad_file, "node '%s': feature '%s' does not give floats", node,
                               desc.name.c_str());
  return std::unique_ptr<Operator>(std::move(made));
}

}  // namespace clicklens::ops
