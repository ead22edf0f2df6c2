// A linear of a session of exchanges: its sums once, and the step that changes them.
#include "ops/exchange_step.h"
#include "ops/linear_chain.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

using Stretch = ExchangeCall::Stretch;

void add_stretch(std::vector<Stretch>& to, const Stretch& stretch) {
  if (!to.empty()) {
    Stretch& last = to.back();
    if (last.weights == stretch.weights && last.input + last.count == stretch.input &&
        last.first + last.count == stretch.first) {
      last.count += stretch.count;
      return;
    }
  }
  to.push_back(stretch);
}

// Of a segment's columns, which are `packed` one behind the other.
void add_segment(const Segment& segment, const float* packed, std::span<const InputColumns> inputs,
                 std::vector<Stretch>& to) {
  std::size_t row = 0;
  const auto ends_before = [](const InputColumns& columns, std::uint32_t at) {
    return columns.column + columns.count <= at;
  };
  for (const graph::OrderRun& run : segment.runs) {
    const std::uint32_t end = run.begin + run.count;
    auto columns = std::lower_bound(inputs.begin(), inputs.end(), run.begin, ends_before);
    for (; columns != inputs.end() && columns->column < end; ++columns) {
      const std::uint32_t first = std::max(columns->column, run.begin);
      const std::uint32_t count = std::min(columns->column + columns->count, end) - first;
      add_stretch(
          to, {columns->input + first - columns->column, count, packed, segment.place.count, row + first - run.begin});
    }
    row += run.count;
  }
}

}  // namespace

base::Status emit_exchanged_chain(const ChainWeights& weights, const float* bias, const graph::Order& order,
                                  std::span<const InputColumns> inputs, const NodeView& node, Lowering& lowering) {
  ExchangeCall call;
  call.y = lowering.places(node.result).front();
  call.epilogue = *node.epilogue;
  call.sums = lowering.scratch(call.y.level, weights.outputs);
  call.apart = lowering.scratch(call.y.level, weights.outputs);
  const std::span<const Place> x = lowering.places(node.inputs[0]);
  CLENS_TRY(emit_chain_to(weights, bias, order, x, {call.sums, Epilogue{}}, lowering));
  for (const graph::Part part : {graph::Part::request, graph::Part::candidate, graph::Part::pair}) {
    for (const Segment& segment : segments_of(x, order, part)) {
      const base::Result<const float*> packed = pack_segment(weights, segment, lowering);
      if (!packed.ok()) return packed.status();
      add_segment(segment, *packed, inputs, call.stretches);
    }
  }
  lowering.emit_exchange(std::make_unique<ExchangeStep>(std::move(call)));
  return {};
}

}  // namespace clicklens::ops
