// The chain of fused multiply-adds of a node that adds across columns, over its canonical order: R once per
// request, C, then P continuing from R + C; the bias seeds the first part that is not empty. Linear lends it
// weights; sum is the same with weights of 1, for fma(x, 1, acc) has the bits of acc + x.
#pragma once

#include <cstddef>
#include <cstdint>

#include "graph/order.h"
#include "ops/epilogue.h"
#include "ops/lowering.h"
#include "ops/pieces.h"

namespace clicklens::ops {

// Weight (output, column) is weight[output * stride_out + column * stride_column]; strides of 0: one for all.
struct ChainWeights {
  const float* weight = nullptr;
  std::size_t stride_out = 0, stride_column = 0;
  std::uint32_t outputs = 0, columns = 0;
};

// Where a chain's sums go.
struct ChainTarget {
  Place y;
  Epilogue epilogue;
  Precision precision = Precision::f32;
  bool zeros = false;  // x is likely to have many
};

base::Status emit_chain_to(const ChainWeights&, const float* bias, const graph::Order&, std::span<const Place> x,
                           const ChainTarget&, Lowering&);
// The weights of a segment's columns, one behind the other.
base::Result<const float*> pack_segment(const ChainWeights&, const Segment&, Lowering&);

// The value `input` to the node's result.
base::Status emit_chain(const ChainWeights&, const float* bias, const graph::Order&, const NodeView&, Lowering&);

// The same in a session of exchanges; `inputs` are all the columns it reads, ascending (exchange_step.h).
base::Status emit_exchanged_chain(const ChainWeights&, const float* bias, const graph::Order&,
                                  std::span<const InputColumns> inputs, const NodeView&, Lowering&);

// The gradient of the node's input (+)= that of its output times the weights: a chain over the outputs,
// ascending from +0.
base::Status emit_backward_chain(const ChainWeights&, const NodeView&, BackwardLowering&);

}  // namespace clicklens::ops
