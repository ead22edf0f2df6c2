// maximum and minimum of two values, column by column, one of them repeated where it is smaller (broadcast.h); each
// output column has the join of its inputs' scopes.
// Backward: the gradient goes to the input that was taken; half to each where they are equal.
// NaN: the result is NaN where either input is, and both inputs then get the gradient.
#include <algorithm>

#include "ops/factories.h"
#include "ops/two_inputs.h"

namespace clicklens::ops {
namespace {

class Extreme final : public TwoInputs {
 public:
  explicit Extreme(bool largest)
      : TwoInputs(largest ? "maximum" : "minimum", largest ? &kernels::Table::maximum : &kernels::Table::minimum),
        largest_(largest) {}
  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const std::vector<Place> in[] = {spread_input(lowering, node, 0), spread_input(lowering, node, 1)};
    for (std::size_t i = 0; i < 2; ++i) {
      const std::size_t first = largest_ ? i : 1 - i;
      const Place share = made(lowering, lowering.kernels().larger_share, in[first], in[1 - first]);
      send(lowering, node, i, lowering.kernels().multiply, {&share, 1});
    }
    return {};
  }

 private:
  [[nodiscard]] Interval image(const Interval& a, const Interval& b) const noexcept override {
    return largest_ ? Interval{std::max(a.low, b.low), std::max(a.high, b.high)}
                    : Interval{std::min(a.low, b.low), std::min(a.high, b.high)};
  }

  bool largest_;
};

}  // namespace

Made make(const format::MaximumOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Extreme>(true));
}
Made make(const format::MinimumOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Extreme>(false));
}

}  // namespace clicklens::ops
