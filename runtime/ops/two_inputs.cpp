#include "ops/two_inputs.h"

namespace clicklens::ops {

base::Result<ValueShape> TwoInputs::infer(Inputs inputs, const char* node) const {
  return infer_broadcast(inputs, node);
}

void TwoInputs::set_shapes(Inputs inputs, const graph::Value& output) {
  for (std::size_t i = 0; i < 2; ++i) in_[i] = shape_of(*inputs[i]);
  out_ = shape_of(output);
}

base::Status TwoInputs::forward(const NodeView& node, Lowering& lowering) const {
  const std::vector<Place> a = spread(lowering, lowering.places(node.inputs[0]), in_[0], out_);
  const std::vector<Place> b = spread(lowering, lowering.places(node.inputs[1]), in_[1], out_);
  emit_map(lowering, lowering.kernels().*kernel_, a, b, lowering.places(node.result), {});
  return {};
}

Bounds TwoInputs::bounds(BoundsOf inputs, const graph::Value& output) const {
  const std::vector<Interval> a = columns_of(*inputs[0]), b = columns_of(*inputs[1]);
  std::vector<Interval> ends;
  for (std::uint32_t c = 0; c < output.columns(); ++c)
    ends.push_back(image(a[repeated_column(c, in_[0], out_)], b[repeated_column(c, in_[1], out_)]));
  return boxed(std::move(ends));
}

std::vector<Place> TwoInputs::spread_input(BackwardLowering& lowering, const NodeView& node, std::size_t i) const {
  return spread(lowering, lowering.places(node.inputs[i]), in_[i], out_, true);
}

Place TwoInputs::made(BackwardLowering& lowering, MapKernel kernel, std::span<const Place> a,
                      std::span<const Place> b) const {
  const Place full = lowering.scratch(Level::row, out_.columns());
  emit_map(lowering, kernel, a, b, {&full, 1}, {});
  return full;
}

void TwoInputs::send(BackwardLowering& lowering, const NodeView& node, std::size_t i) const {
  add_folded_gradient(lowering, lowering.gradient(node.outputs[0]), node.inputs[i], in_[i], out_);
}

void TwoInputs::send(BackwardLowering& lowering, const NodeView& node, std::size_t i, MapKernel kernel,
                     std::span<const Place> b) const {
  if (in_[i] == out_) return emit_gradient_map(lowering, kernel, node.outputs[0], b, node.inputs[i], {});
  const Place dy = lowering.gradient(node.outputs[0]);
  add_folded_gradient(lowering, made(lowering, kernel, {&dy, 1}, b), node.inputs[i], in_[i], out_);
}

}  // namespace clicklens::ops
