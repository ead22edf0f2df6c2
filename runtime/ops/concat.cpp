// concat: columns of its inputs side by side, scopes kept. Always planned away: the inputs are written
// where the consumers read. Backward: each input's gradient is its columns of the output's; an input
// with no other consumer has its gradient there already. NaN: untouched.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/map_step.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

class Concat final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "concat"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
  [[nodiscard]] bool is_view() const noexcept override { return true; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    if (inputs.empty()) return base::Status::error(base::Code::bad_file, "node '%s': concat of nothing", node);
    ValueShape shape;
    std::uint64_t columns = 0;
    for (const graph::Value* input : inputs) {
      columns += input->columns();
      if (columns > (1u << 30))
        return base::Status::error(base::Code::limit_exceeded, "node '%s': more than 2^30 columns", node);
      graph::append(shape.runs, input->runs);
    }
    shape.width = static_cast<std::uint32_t>(columns);
    return shape;
  }

  base::Status forward(const NodeView&, Lowering&) const override { return {}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const Place whole = lowering.gradient(node.outputs[0]);
    std::uint32_t column = 0;
    for (const std::uint32_t input : node.inputs) {
      const Place to = lowering.gradient(input);
      if (lowering.gradient_is_view(input)) {
        lowering.wrote_gradient(input);
      } else {
        Place from = slice(whole, column, to.count);
        from.column = 0;
        const bool add = lowering.has_gradient(input);
        emit_map(lowering, add ? lowering.kernels().add : lowering.kernels().copy, {&from, 1},
                 add ? std::span<const Place>(&to, 1) : std::span<const Place>(), {&to, 1}, {});
        lowering.wrote_gradient(input);
      }
      column += to.count;
    }
    return {};
  }

  void count(const graph::Value&, Work&) const override {}
  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    Bounds all;
    for (const Bounds* input : inputs)
      all.factors.insert(all.factors.end(), input->factors.begin(), input->factors.end());
    return all;
  }
};

}  // namespace

Made make(const format::ConcatOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Concat>());
}

}  // namespace clicklens::ops
