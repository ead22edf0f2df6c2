#include "ops/linear_chain.h"

#include "ops/linear_step.h"
#include "ops/pieces.h"
#include "ops/reduced_step.h"

namespace clicklens::ops {
namespace {

constexpr std::size_t most_reduced_inputs = 65536;  // exact sums of as many products of 8 bits fit int32

// Of int8 and bf16: an integer sum, or a row's scale, has all columns of the part at once.
base::Status emit_reduced_part(Precision precision, const ChainWeights& weights, std::span<const Segment> segments,
                               const LinearSums& sums, Lowering& lowering) {
  ReducedCall call{sums, precision, {}, nullptr};
  std::vector<std::uint32_t> columns;
  for (const Segment& segment : segments) {
    const std::vector<std::uint32_t> more = segment.columns();
    columns.insert(columns.end(), more.begin(), more.end());
    call.x.push_back(segment.place);
  }
  call.k = columns.size();
  call.n = weights.outputs;
  if (call.k > most_reduced_inputs)
    return base::Status::error(base::Code::limit_exceeded,
                               "session: a linear of %zu inputs in reduced precision, %zu allowed", call.k,
                               most_reduced_inputs);
  const auto packed = lowering.packed(precision, {weights.weight, weights.stride_out, weights.stride_column,
                                                  columns.data(), call.n, call.k, weights.columns, nullptr});
  if (!packed.ok()) return packed.status();
  call.weights = *packed;
  auto step = std::make_unique<ReducedStep>(std::move(call), lowering.kernels(), lowering.tile_rows());
  lowering.need_work(step->work_bytes());
  lowering.emit(sums.y.level, std::move(step));
  return {};
}

// One part over the segments of memory its columns lie in; the last call carries addend and epilogue.
base::Status emit_part(Precision precision, const ChainWeights& weights, std::span<const Segment> segments,
                       LinearCall call, const std::optional<Place>& addend, const Epilogue& epilogue,
                       Lowering& lowering) {
  if (precision != Precision::f32) {
    call.addend = addend;
    call.epilogue = epilogue;
    return emit_reduced_part(precision, weights, segments, call, lowering);
  }
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
    const base::Result<const float*> packed = lowering.packed(pack);
    if (!packed.ok()) return packed.status();
    call.x = segment.place;
    call.weights = *packed;
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

// C from the cache, R behind it: a chain of no products.
void emit_join(LinearCall call, const std::optional<Place>& addend, const Epilogue& epilogue, Lowering& lowering) {
  call.x = call.y;
  call.n = call.y.count;
  call.addend = addend;
  call.epilogue = epilogue;
  lowering.emit(call.y.level, std::make_unique<LinearStep>(call));
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

  // One output is a chain across rows and costs next to nothing: in int8 the logit would lose bits for no time.
  const Precision precision = weights.outputs == 1 ? Precision::f32 : lowering.precision(node.outputs[0]);
  LinearCall call;
  call.bias = bias;
  std::optional<Place> shared;  // R, once per request
  if (!request.empty()) {
    const bool whole = candidate.empty() && pair.empty();
    call.y = whole ? y : lowering.scratch(Level::request, weights.outputs);
    CLENS_TRY(emit_part(precision, weights, request, call, {}, whole ? *node.epilogue : Epilogue{}, lowering));
    if (whole) return {};
    shared = call.y;
    call.bias = nullptr;
  }
  call.y = y;
  if (!candidate.empty() && y.level == Level::row && lowering.caches()) {
    LinearCall own = call;
    own.y = lowering.cached_scratch(weights.outputs);
    CLENS_TRY(emit_part(precision, weights, candidate, own, {}, {}, lowering));
    call.bias = nullptr;
    call.seed = own.y;
    if (shared || pair.empty()) {
      emit_join(call, shared, pair.empty() ? *node.epilogue : Epilogue{}, lowering);
      call.seed = y;
    }
  } else if (!candidate.empty()) {
    CLENS_TRY(
        emit_part(precision, weights, candidate, call, shared, pair.empty() ? *node.epilogue : Epilogue{}, lowering));
    call.bias = nullptr;
    call.seed = y;
  } else {
    call.seed = shared;
  }
  return pair.empty() ? base::Status{} : emit_part(precision, weights, pair, call, {}, *node.epilogue, lowering);
}

base::Status emit_backward_chain(const ChainWeights& weights, const NodeView& node, BackwardLowering& lowering) {
  kernels::PackArgs pack;
  pack.w = weights.weight;
  pack.stride_out = weights.stride_column;
  pack.stride_reduction = weights.stride_out;
  pack.n = weights.columns;
  pack.k = weights.outputs;
  const base::Result<const float*> packed = lowering.packed(pack);
  if (!packed.ok()) return packed.status();
  const std::uint32_t input = node.inputs[0];
  LinearCall call;
  call.x = lowering.gradient(node.outputs[0]);
  call.weights = *packed;
  call.k = pack.k;
  call.n = pack.n;
  call.y = lowering.gradient(input);
  if (lowering.has_gradient(input)) call.addend = call.y;
  lowering.emit(Level::row, std::make_unique<LinearStep>(call));
  lowering.wrote_gradient(input);
  return {};
}

}  // namespace clicklens::ops
