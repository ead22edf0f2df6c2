// matmul: row by row, a [m, k] times b [k, n], or b [n, k] transposed; at the join of all scopes. Elements are chains
// over k ascending from +0; with b transposed, dots in 16 lanes (kernels/matrices.h). Backward: da = dy b', db = a' dy,
// by the same products. NaN: follows IEEE.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/field_step.h"
#include "ops/fields.h"

namespace clicklens::ops {
namespace {

class Matmul final : public Operator {
 public:
  explicit Matmul(bool transpose_b) { shape_.transpose_b = transpose_b; }

  [[nodiscard]] const char* name() const noexcept override { return "matmul"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 2, node));
    const graph::Value &a = *inputs[0], &b = *inputs[1];
    const std::uint32_t k = shape_.transpose_b ? b.width : b.fields, n = shape_.transpose_b ? b.fields : b.width;
    if (a.width != k)
      return base::Status::error(base::Code::bad_file, "node '%s': [%u, %u] times [%u, %u]%s", node, a.fields, a.width,
                                 b.fields, b.width, shape_.transpose_b ? " transposed" : "");
    if (std::uint64_t{a.fields} * n > most_columns)
      return base::Status::error(base::Code::limit_exceeded, "node '%s': more than 2^24 columns", node);
    return joined_shape(a.fields, n, inputs);
  }
  void set_shapes(Inputs inputs, const graph::Value& output) override {
    shape_.m = output.fields;
    shape_.k = inputs[0]->width;
    shape_.n = output.width;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const Place y = lowering.places(node.result).front();
    const Place a = whole_value(lowering, lowering.places(node.inputs[0]), y.level);
    const Place b = whole_value(lowering, lowering.places(node.inputs[1]), y.level);
    lowering.emit(y.level, std::make_unique<MatmulStep>(shape_, a, b, y));
    return {};
  }

  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const Place a = whole_value(lowering, lowering.places(node.inputs[0]), Level::row);
    const Place b = whole_value(lowering, lowering.places(node.inputs[1]), Level::row);
    const Place dy = lowering.gradient(node.outputs[0]);
    const std::size_t m = shape_.m, k = shape_.k, n = shape_.n;
    const bool transposed = shape_.transpose_b;
    add_gradient(lowering, node.inputs[0], [&](const Place& to) {
      lowering.emit(Level::row, std::make_unique<MatmulStep>(MatmulShape{m, n, k, false, !transposed}, dy, b, to));
    });
    add_gradient(lowering, node.inputs[1], [&](const Place& to) {
      const MatmulShape shape = transposed ? MatmulShape{n, m, k, true, false} : MatmulShape{k, m, n, true, false};
      lowering.emit(Level::row, std::make_unique<MatmulStep>(shape, transposed ? dy : a, transposed ? a : dy, to));
    });
    return {};
  }

  void count(const graph::Value& output, Work& work) const override {
    work.elements += double(output.columns()) * double(shape_.k) * work.rows_of(output.scope());
  }
  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    return boxed(std::vector<Interval>(output.columns()));
  }

 private:
  static constexpr std::uint64_t most_columns = 1u << 24;
  MatmulShape shape_;
};

}  // namespace

Made make(const format::MatMulOp& op, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Matmul>(op.transpose_b));
}

}  // namespace clicklens::ops
