#include "ops/linear_chain.h"

#include "ops/linear_step.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

// One part over the segments of memory its columns lie in; the last call carries addend and epilogue.
base::Status emit_part(const ChainWeights& weights, std::span<const Segment> segments, LinearCall call,
                       const std::optional<Place>& addend, const Epilogue& epilogue, Lowering& lowering) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    kernels::PackArgs pack;
    pack.w = weights.weight;
    pack.stride_out = weights.stride_out;
    pack.stride_reduction = weights.stride_column;
    std::vector<std::uint32_t> columns;
    if (weights.stride_column != 0) columns = segment.columns();
    // one weight for all: segments of one length share one packing
    pack.reduction_index = columns.empty() ? nullptr : columns.data();
    pack.n = weights.outputs;
    pack.k = segment.place.count;
    const base::Result<PackedWeights> packed = lowering.packed(pack);
    if (!packed.ok()) return packed.status();
    call.x = segment.place;
    call.weights = packed->data;
    call.finite = packed->finite;
    call.k = pack.k;
    call.n = pack.n;
    const bool last = i + 1 == segments.size();
    if (last) call.addend = addend;
    if (last) call.epilogue = epilogue;
    lowering.emit(call.y.level, std::make_unique<LinearStep>(call));
    call.bias = nullptr;
    call.seed = call.y;  // the chain goes on where it stopped
  }
  return {};
}

}  // namespace

base::Status emit_chain(const ChainWeights& weights, const float* bias, const graph::Order& order, const NodeView& node,
                        Lowering& lowering) {
  const std::span<const Place> x = lowering.places(node.inputs[0]);
  const Place y = lowering.places(node.result).front();
  const auto part = [&](graph::Part which) { return segments_of(x, order, which); };
  const std::vector<Segment> request = part(graph::Part::request);
  const std::vector<Segment> candidate = part(graph::Part::candidate);
  const std::vector<Segment> pair = part(graph::Part::pair);

  LinearCall call;
  call.bias = bias;
  std::optional<Place> shared;  // R, once per request
  if (!request.empty()) {
    const bool whole = candidate.empty() && pair.empty();
    call.y = whole ? y : lowering.scratch(Level::request, weights.outputs);
    CLENS_TRY(emit_part(weights, request, call, {}, whole ? *node.epilogue : Epilogue{}, lowering));
    if (whole) return {};
    shared = call.y;
    call.bias = nullptr;
  }
  call.y = y;
  if (!candidate.empty()) {
    CLENS_TRY(emit_part(weights, candidate, call, shared, pair.empty() ? *node.epilogue : Epilogue{}, lowering));
    call.bias = nullptr;
    call.seed = y;
  } else {
    call.seed = shared;
  }
  return pair.empty() ? base::Status{} : emit_part(weights, pair, call, {}, *node.epilogue, lowering);
}

base::Status emit_backward_chain(const ChainWeights& weights, const NodeView& node, BackwardLowering& lowering) {
  kernels::PackArgs pack;
  pack.w = weights.weight;
  pack.stride_out = weights.stride_column;
  pack.stride_reduction = weights.stride_out;
  pack.n = weights.columns;
  pack.k = weights.outputs;
  const base::Result<PackedWeights> packed = lowering.packed(pack);
  if (!packed.ok()) return packed.status();
  const std::uint32_t input = node.inputs[0];
  LinearCall call;
  call.x = lowering.gradient(node.outputs[0]);
  call.weights = packed->data;
  call.finite = packed->finite;
  call.k = pack.k;
  call.n = pack.n;
  call.y = lowering.gradient(input);
  if (lowering.has_gradient(input)) call.addend = call.y;
  lowering.emit(Level::row, std::make_unique<LinearStep>(call));
  lowering.wrote_gradient(input);
  return {};
}

}  // namespace clicklens::ops
