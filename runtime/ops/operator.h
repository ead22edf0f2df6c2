// The operator interface. An operator is one file in this folder: shape and scopes, forward, backward,
// and its NaN rule in the file's opening comment. Nothing outside ops/ knows which operators exist.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "encode/encoder.h"
#include "format/model_desc.h"
#include "format/row_map.h"
#include "graph/graph.h"
#include "graph/order.h"
#include "ops/bounds.h"
#include "ops/epilogue.h"
#include "ops/lowering.h"
#include "ops/work.h"

namespace clicklens::ops {

struct SequenceRules;

// Read-only view of the parts of a model that operators refer to; everything in it outlives them.
// While a file is being written there is no data yet: encoder, constant and table then give none.
class ModelView {
 public:
  virtual ~ModelView() = default;
  [[nodiscard]] virtual const format::ModelDesc& desc() const noexcept = 0;
  [[nodiscard]] virtual const encode::Encoder* encoder(std::uint32_t index) const noexcept = 0;  // checked index
  [[nodiscard]] virtual const float* constant(std::uint32_t index) const noexcept = 0;           // checked index
  [[nodiscard]] virtual format::TableRows table(std::uint32_t index) const noexcept = 0;         // checked index
  // Rows that ids of a feature may name: those of the smallest table that it is pooled or kept from anywhere in the
  // model, so that what a session leaves out changes no score. A feature without a table: its encoder's.
  [[nodiscard]] virtual std::uint64_t feature_rows(std::uint32_t feature) const noexcept = 0;
};
// By feature. Of one that reads no table: those that its encoder names; UINT64_MAX: it is dense.
std::vector<std::uint64_t> feature_rows(const format::ModelDesc& desc);

struct ValueShape {
  std::uint32_t fields = 1, width = 0;
  graph::Runs runs;
};

// Which forward values backward needs to find in memory.
struct BackwardReads {
  bool inputs = false, outputs = false;
};

// How an output depends on the inputs: what explanations by differences and by pieces ask of an operator.
enum class Response : std::uint8_t {
  affine,  // one slope everywhere; Operator::offsets is its value where all inputs are zero
  bend,    // element by element: a slope on each side of zero, where it is zero
  curve,   // element by element
  other    // products of activations, and all that says nothing
};

// Neighbouring columns.
struct ColumnRun {
  std::uint32_t begin = 0, count = 0;
};

using Inputs = std::span<const graph::Value* const>;

class Operator {
 public:
  virtual ~Operator() = default;

  [[nodiscard]] virtual const char* name() const noexcept = 0;
  // Checks the inputs and gives the output's shape. The message names `node`.
  [[nodiscard]] virtual base::Result<ValueShape> infer(Inputs inputs, const char* node) const = 0;
  // Told once, after infer, before lowering.
  virtual void set_shapes(Inputs, const graph::Value& /*output*/) {}
  // Memory that it keeps beside the file's, after set_shapes: a few bytes of a node can ask for a number by column.
  [[nodiscard]] virtual std::size_t kept_bytes() const noexcept { return 0; }
  // Adds across columns: its node carries a canonical order.
  [[nodiscard]] virtual bool sums_columns() const noexcept { return false; }
  virtual void set_order(const graph::Order&) {}
  // Computes in the session's precision, unless its output is one column or named to stay in float32.
  [[nodiscard]] virtual bool takes_precision() const noexcept { return false; }
  // Planned away: its output is its inputs' memory.
  [[nodiscard]] virtual bool is_view() const noexcept { return false; }
  // Planned away, too: its output is these columns of its one input, wherever they lie. Empty: it is not.
  [[nodiscard]] virtual std::span<const ColumnRun> picks() const noexcept { return {}; }
  [[nodiscard]] bool is_planned_away() const noexcept { return is_view() || !picks().empty(); }
  // Its output may be read as fields of any equal width.
  [[nodiscard]] virtual bool shapes_freely() const noexcept { return is_view(); }
  // The feature this operator reads, if any.
  [[nodiscard]] virtual std::uint32_t feature() const noexcept { return format::no_index; }

  // The table its feature is pooled from, if any.
  [[nodiscard]] virtual std::uint32_t table() const noexcept { return format::no_index; }

  // How it keeps its feature's ids apart, if it does: rows of table(), or ones where there is none.
  [[nodiscard]] virtual const SequenceRules* sequence() const noexcept { return nullptr; }

  // Fusion: a producer that takes an epilogue, and operators that can become part of one.
  [[nodiscard]] virtual bool takes_epilogue() const noexcept { return false; }
  virtual bool fuse_into(Epilogue&) const noexcept { return false; }

  // About half of its output is 0, as is the gradient that it passes back.
  [[nodiscard]] virtual bool makes_zeros() const noexcept { return false; }

  virtual base::Status forward(const NodeView&, Lowering&) const = 0;
  // Its backward leaves out the columns that are grouped (BackwardLowering::grouped).
  [[nodiscard]] virtual bool takes_groups() const noexcept { return false; }
  [[nodiscard]] virtual BackwardReads backward_reads() const noexcept { return {}; }
  // Adds d(target)/d(output) . d(output)/d(input) to the inputs' gradients. Features have none to give.
  virtual base::Status backward(const NodeView&, BackwardLowering&) const = 0;
  [[nodiscard]] virtual Response response() const noexcept { return Response::other; }
  // By output column; null: zero.
  [[nodiscard]] virtual const float* offsets() const noexcept { return nullptr; }
  // Adds what a run of its step does; one that runs inside another's is not asked. Unless it says else: one pass over
  // its output.
  virtual void count(const graph::Value& output, Work& work) const;
  // What its output can be when its inputs are as `inputs` says. Needs the model's data.
  [[nodiscard]] virtual Bounds bounds(BoundsOf inputs, const graph::Value& output) const = 0;
};

// The operator of a node, its attributes and references checked. BAD_FILE names the node.
base::Result<std::unique_ptr<Operator>> make_operator(const format::NodeDesc&, const ModelView&);

}  // namespace clicklens::ops
