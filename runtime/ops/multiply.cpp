// multiply: y = a * b, and divide: y = a / b, column by column, one of them repeated where it is smaller
// (broadcast.h); each output column has the join of its inputs' scopes.
// Backward: multiply da = dy * b, db = dy * a; divide da = dy / b, db = -dy * (y / b). NaN: follows IEEE.
#include <algorithm>
#include <cmath>

#include "ops/factories.h"
#include "ops/two_inputs.h"

namespace clicklens::ops {
namespace {

class Multiply final : public TwoInputs {
 public:
  Multiply() : TwoInputs("multiply", &kernels::Table::multiply) {}
  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    for (std::size_t i = 0; i < 2; ++i)
      send(lowering, node, i, lowering.kernels().multiply, spread_input(lowering, node, 1 - i));
    return {};
  }

 private:
  [[nodiscard]] Interval image(const Interval& a, const Interval& b) const noexcept override { return times(a, b); }
};

class Divide final : public TwoInputs {
 public:
  Divide() : TwoInputs("divide", &kernels::Table::divide) {}
  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = true}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const kernels::Table& kernels = lowering.kernels();
    const std::vector<Place> b = spread_input(lowering, node, 1);
    send(lowering, node, 0, kernels.divide, b);
    const Place ratio = made(lowering, kernels.divide, lowering.places(node.outputs[0]), b);
    send(lowering, node, 1, kernels.negative_product, {&ratio, 1});
    return {};
  }

 private:
  [[nodiscard]] Interval image(const Interval& a, const Interval& b) const noexcept override {
    if (b.low <= 0 && b.high >= 0) return {};
    const double ends[] = {a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high};
    if (std::any_of(std::begin(ends), std::end(ends), [](double x) { return std::isnan(x); })) return {};
    return rounded(*std::min_element(std::begin(ends), std::end(ends)),
                   *std::max_element(std::begin(ends), std::end(ends)));
  }
};

}  // namespace

Made make(const format::MultiplyOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Multiply>());
}
Made make(const format::DivideOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Divide>());
}

}  // namespace clicklens::ops
