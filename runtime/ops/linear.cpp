// linear: y = x W^T + b, W [out, in] as PyTorch stores it. One chain of fused multiply-adds over the
// input columns per output, in the node's canonical order: R once per request, C, then P continuing
// from R + C; the bias seeds the first part that is not empty. Backward: dx = dy W, a chain over the
// outputs ascending from +0. NaN: follows IEEE.
#include <array>

#include "ops/check.h"
#include "ops/factories.h"
#include "ops/linear_step.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

class Linear final : public Operator {
 public:
  Linear(const float* weight, const float* bias, std::uint32_t out, std::uint32_t in)
      : weight_(weight), bias_(bias), out_(out), in_(in) {}

  [[nodiscard]] const char* name() const noexcept override { return "linear"; }
  [[nodiscard]] bool sums_columns() const noexcept override { return true; }
  void set_order(const graph::Order& order) override { order_ = order; }
  [[nodiscard]] bool takes_epilogue() const noexcept override { return true; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    if (inputs[0]->columns() != in_)
      return base::Status::error(base::Code::bad_file, "node '%s': its weight takes %u columns, its input has %u", node,
                                 in_, inputs[0]->columns());
    return ValueShape{1, out_, graph::uniform(out_, inputs[0]->scope())};
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override;
  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override;
  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    return linear_bounds(weight_, bias_, out_, in_, *inputs[0]);
  }

 private:
  // Lowers the chain over `segments` into y; the last call carries addend and epilogue.
  base::Status emit_chain(std::span<const Segment> segments, LinearCall call, const std::optional<Place>& addend,
                          const Epilogue& epilogue, Lowering& lowering) const;

  const float* weight_;
  const float* bias_;
  std::uint32_t out_, in_;
  graph::Order order_;
};

base::Status Linear::emit_chain(std::span<const Segment> segments, LinearCall call, const std::optional<Place>& addend,
                                const Epilogue& epilogue, Lowering& lowering) const {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    kernels::PackArgs pack;
    pack.w = weight_;
    pack.stride_out = in_;
    pack.stride_reduction = 1;
    pack.reduction_index = segment.columns.data();
    pack.n = out_;
    pack.k = segment.columns.size();
    const base::Result<const float*> weights = lowering.packed(pack);
    if (!weights.ok()) return weights.status();
    call.x = segment.place;
    call.weights = *weights;
    call.k = pack.k;
    call.n = out_;
    const bool last = i + 1 == segments.size();
    if (last) call.addend = addend;
    if (last) call.epilogue = epilogue;
    lowering.emit(call.y.level, std::make_unique<LinearStep>(call));
    call.bias = nullptr;
    call.seed = call.y;  // the chain goes on where it stopped
  }
  return {};
}

base::Status Linear::forward(const NodeView& node, Lowering& lowering) const {
  const std::span<const Place> x = lowering.places(node.inputs[0]);
  const Place y = lowering.places(node.result).front();
  std::array<std::vector<Segment>, 3> parts;
  for (const graph::Part part : {graph::Part::request, graph::Part::candidate, graph::Part::pair})
    parts[static_cast<std::size_t>(part)] = segments_of(x, graph::columns_of_part(order_, part));
  const auto& [request, candidate, pair] = parts;

  LinearCall call;
  call.bias = bias_;
  std::optional<Place> shared;  // R, once per request
  if (!request.empty()) {
    const bool whole = candidate.empty() && pair.empty();
    call.y = whole ? y : lowering.scratch(Level::request, out_);
    CLENS_TRY(emit_chain(request, call, {}, whole ? *node.epilogue : Epilogue{}, lowering));
    if (whole) return {};
    shared = call.y;
    call.bias = nullptr;
  }
  call.y = y;
  if (!candidate.empty()) {
    CLENS_TRY(emit_chain(candidate, call, shared, pair.empty() ? *node.epilogue : Epilogue{}, lowering));
    call.bias = nullptr;
    call.seed = y;
  } else {
    call.seed = shared;
  }
  return pair.empty() ? base::Status{} : emit_chain(pair, call, {}, *node.epilogue, lowering);
}

base::Status Linear::backward(const NodeView& node, BackwardLowering& lowering) const {
  kernels::PackArgs pack;
  pack.w = weight_;
  pack.stride_out = 1;
  pack.stride_reduction = in_;
  pack.n = in_;
  pack.k = out_;
  const base::Result<const float*> weights = lowering.packed(pack);
  if (!weights.ok()) return weights.status();
  const std::uint32_t input = node.inputs[0];
  LinearCall call;
  call.x = lowering.gradient(node.outputs[0]);
  call.weights = *weights;
  call.k = out_;
  call.n = in_;
  call.y = lowering.gradient(input);
  if (lowering.has_gradient(input)) call.addend = call.y;
  lowering.emit(Level::row, std::make_unique<LinearStep>(call));
  lowering.wrote_gradient(input);
  return {};
}

}  // namespace

Made make(const format::LinearOp& op, const char* node, const ModelView& model) {
  const auto& shape = model.desc().constants[op.weight].shape;
  if (op.bias != format::no_index) CLENS_TRY(expect_constant(model, op.bias, {shape[0]}, "bias", node));
  const float* bias = op.bias == format::no_index ? nullptr : model.constant(op.bias);
  return std::unique_ptr<Operator>(std::make_unique<Linear>(
      model.constant(op.weight), bias, static_cast<std::uint32_t>(shape[0]), static_cast<std::uint32_t>(shape[1])));
}

}  // namespace clicklens::ops
