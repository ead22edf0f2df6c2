#include "ops/linear_chain.h"

#include <algorithm>
#include <map>

#include "ops/join_step.h"
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

// The weights of a segment's columns.
struct SegmentPack {
  SegmentPack(const ChainWeights& weights, const Segment& segment) {
    args.w = weights.weight;
    args.stride_out = weights.stride_out;
    args.stride_reduction = weights.stride_column;
    // one weight for all: segments of one length share one packing
    if (weights.stride_column != 0) columns = segment.columns();
    args.reduction_index = columns.empty() ? nullptr : columns.data();
    args.n = weights.outputs;
    args.k = segment.place.count;
  }
  SegmentPack(const SegmentPack&) = delete;
  SegmentPack& operator=(const SegmentPack&) = delete;

  std::vector<std::uint32_t> columns;
  kernels::PackArgs args;
};

// Weights of a call, and by input where `zeros` of its rows may be left out.
base::Status pack_into(LinearCall& call, const kernels::PackArgs& args, bool zeros, Lowering& lowering) {
  const base::Result<const float*> packed = lowering.packed(args);
  if (!packed.ok()) return packed.status();
  call.weights = *packed;
  call.by_input = nullptr;
  if (!zeros || args.n == 1) return {};
  const base::Result<const float*> by_input = lowering.packed_by_input(args);
  if (!by_input.ok()) return by_input.status();
  call.by_input = *by_input;
  return {};
}

// One part over the segments of memory its columns lie in; the last call carries addend and epilogue.
base::Status emit_part(const ChainTarget& target, const ChainWeights& weights, std::span<const Segment> segments,
                       LinearCall call, const std::optional<Place>& addend, const Epilogue& epilogue,
                       Lowering& lowering) {
  if (target.precision != Precision::f32) {
    call.addend = addend;
    call.epilogue = epilogue;
    return emit_reduced_part(target.precision, weights, segments, call, lowering);
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    const SegmentPack pack(weights, segment);
    CLENS_TRY(pack_into(call, pack.args, target.zeros, lowering));
    call.x = segment.place;
    call.k = segment.place.count;
    call.n = weights.outputs;
    const bool last = i + 1 == segments.size();
    if (last) call.addend = addend;
    if (last) call.epilogue = epilogue;
    lowering.emit(call.y.level, std::make_unique<LinearStep>(call));
    call.bias = nullptr;
    call.seed = call.y;  // the chain goes on where it stopped
  }
  return {};
}

// C from the cache, R behind it.
void emit_join(LinearSums sums, const CachedSum& sum, const std::optional<Place>& addend, const Epilogue& epilogue,
               Lowering& lowering) {
  sums.n = sums.y.count;
  sums.bias = nullptr;
  sums.seed = sum.place;
  sums.addend = addend;
  sums.epilogue = epilogue;
  lowering.emit(sums.y.level, std::make_unique<JoinStep>(sums, sum));
}

// The gradient of columns [begin, end) of the node's input.
base::Status emit_backward_columns(const ChainWeights& weights, std::uint32_t begin, std::uint32_t end,
                                   const NodeView& node, BackwardLowering& lowering) {
  if (begin == end) return {};
  kernels::PackArgs pack;
  pack.w = weights.weight + begin * weights.stride_column;
  pack.stride_out = weights.stride_column;
  pack.stride_reduction = weights.stride_out;
  pack.n = end - begin;
  pack.k = weights.outputs;
  LinearCall call;
  CLENS_TRY(pack_into(call, pack, lowering.has_zeros(node.result), lowering));
  call.x = lowering.gradient(node.outputs[0]);
  call.k = pack.k;
  call.n = pack.n;
  call.y = slice(lowering.gradient(node.inputs[0]), begin, end - begin);
  if (lowering.has_gradient(node.inputs[0])) call.addend = call.y;
  lowering.emit(Level::row, std::make_unique<LinearStep>(call));
  return {};
}

// Of the columns left out, group by group. They are read from the packing of all request columns, which forward has
// too unless the stored order is an unusual one.
base::Status add_products(const ChainWeights& weights, std::span<const GroupedColumns> grouped, const NodeView& node,
                          BackwardLowering& lowering) {
  const std::span<const Place> x = lowering.places(node.inputs[0]);
  graph::Order order;
  for (const Place& place : x)
    if (place.level == Level::request) order.push_back({graph::Part::request, place.column, place.count});
  std::map<std::uint32_t, GroupProduct> products;  // by group
  for (const Segment& segment : segments_of(x, order, graph::Part::request)) {
    const base::Result<const float*> packed = pack_segment(weights, segment, lowering);
    if (!packed.ok()) return packed.status();
    std::size_t row = 0;  // of the packing
    for (const graph::OrderRun& run : segment.runs) {
      const auto is_before = [](const GroupedColumns& columns, std::uint32_t at) { return columns.column < at; };
      auto columns = std::lower_bound(grouped.begin(), grouped.end(), run.begin, is_before);
      for (; columns != grouped.end() && columns->column < run.begin + run.count; ++columns) {
        const std::size_t first = row + columns->column - run.begin;
        products[columns->group].stretches.push_back(
            {slice(place_of(x, columns->column), columns->column, columns->count), columns->input, *packed,
             segment.place.count, first});
      }
      row += run.count;
    }
  }
  for (auto& [group, product] : products) {
    product.group = group;
    product.gradient = lowering.gradient(node.outputs[0]);
    lowering.add_product(std::move(product));
  }
  return {};
}

}  // namespace

base::Result<const float*> pack_segment(const ChainWeights& weights, const Segment& segment, Lowering& lowering) {
  return lowering.packed(SegmentPack(weights, segment).args);
}

base::Status emit_chain_to(const ChainWeights& weights, const float* bias, const graph::Order& order,
                           std::span<const Place> x, const ChainTarget& target, Lowering& lowering) {
  const Place& y = target.y;
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
    CLENS_TRY(emit_part(target, weights, request, call, {}, whole ? target.epilogue : Epilogue{}, lowering));
    if (whole) return {};
    shared = call.y;
    call.bias = nullptr;
  }
  call.y = y;
  if (!candidate.empty() && y.level == Level::row && lowering.caches()) {
    const bool joins = shared || pair.empty();
    const Epilogue behind = pair.empty() ? target.epilogue : Epilogue{};
    const CachedSum sum = lowering.cached_sum(weights.outputs, joins && JoinStep::takes(behind));
    LinearCall own = call;
    own.y = sum.place;
    CLENS_TRY(emit_part(target, weights, candidate, own, {}, {}, lowering));
    call.bias = nullptr;
    call.seed = joins ? y : sum.place;
    if (joins) emit_join(call, sum, shared, behind, lowering);
  } else if (!candidate.empty()) {
    CLENS_TRY(
        emit_part(target, weights, candidate, call, shared, pair.empty() ? target.epilogue : Epilogue{}, lowering));
    call.bias = nullptr;
    call.seed = y;
  } else {
    call.seed = shared;
  }
  return pair.empty() ? base::Status{} : emit_part(target, weights, pair, call, {}, target.epilogue, lowering);
}

base::Status emit_chain(const ChainWeights& weights, const float* bias, const graph::Order& order, const NodeView& node,
                        Lowering& lowering) {
  // One output is a chain across rows and costs next to nothing: in int8 the logit would lose bits for no time.
  const Precision precision = weights.outputs == 1 ? Precision::f32 : lowering.precision(node.outputs[0]);
  return emit_chain_to(
      weights, bias, order, lowering.places(node.inputs[0]),
      {lowering.places(node.result).front(), *node.epilogue, precision, lowering.has_zeros(node.inputs[0])}, lowering);
}

base::Status emit_backward_chain(const ChainWeights& weights, const NodeView& node, BackwardLowering& lowering) {
  const std::uint32_t input = node.inputs[0];
  const std::vector<GroupedColumns> grouped = lowering.grouped(input);
  std::uint32_t column = 0;
  for (const GroupedColumns& left_out : grouped) {
    CLENS_TRY(emit_backward_columns(weights, column, left_out.column, node, lowering));
    column = left_out.column + left_out.count;
  }
  CLENS_TRY(emit_backward_columns(weights, column, weights.columns, node, lowering));
  lowering.wrote_gradient(input);
  return grouped.empty() ? base::Status{} : add_products(weights, grouped, node, lowering);
}

}  // namespace clicklens::ops
