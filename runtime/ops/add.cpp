// add: y = a + b, and subtract: y = a - b, column by column, one of them repeated where it is smaller (broadcast.h);
// each output column has the join of its inputs' scopes. Backward: da = dy, db = dy, or -dy. NaN: follows IEEE
// addition.
#include "ops/factories.h"
#include "ops/two_inputs.h"

namespace clicklens::ops {
namespace {

class Add final : public TwoInputs {
 public:
  Add() : TwoInputs("add", &kernels::Table::add) {}
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    for (std::size_t i = 0; i < 2; ++i) send(lowering, node, i);
    return {};
  }

 private:
  [[nodiscard]] Interval image(const Interval& a, const Interval& b) const noexcept override {
    return rounded(a.low + b.low, a.high + b.high);
  }
};

class Subtract final : public TwoInputs {
 public:
  Subtract() : TwoInputs("subtract", &kernels::Table::subtract) {}
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    send(lowering, node, 0);
    send(lowering, node, 1, lowering.kernels().negate, {});
    return {};
  }

 private:
  [[nodiscard]] Interval image(const Interval& a, const Interval& b) const noexcept override {
    return rounded(a.low - b.high, a.high - b.low);
  }
};

}  // namespace

Made make(const format::AddOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Add>());
}
Made make(const format::SubtractOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Subtract>());
}

}  // namespace clicklens::ops
