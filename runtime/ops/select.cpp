// select: output column i is the input's column columns[i], scopes kept: slices, gathers, transposes, repeats. Planned
// away where it takes long runs of neighbours, else one copy. Backward: a column's gradient is that of all that chose
// it, added from +0 in ascending order of i. NaN: untouched.
#include <algorithm>

#include "ops/check.h"
#include "ops/column_moves.h"
#include "ops/factories.h"
#include "ops/fields.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

// Columns of a run, on average, from which on they are read where they are: consumers take a call for each run.
constexpr std::size_t long_run = 8;

std::vector<ColumnRun> runs_of(std::span<const std::uint32_t> columns) {
  std::vector<ColumnRun> runs;
  for (const std::uint32_t column : columns) {
    if (!runs.empty() && runs.back().begin + runs.back().count == column)
      ++runs.back().count;
    else
      runs.push_back({column, 1});
  }
  return runs;
}

graph::Scope scope_of(const graph::Runs& runs, std::uint32_t column) {
  const auto behind = std::upper_bound(runs.begin(), runs.end(), column,
                                       [](std::uint32_t at, const graph::Run& run) { return at < run.begin; });
  return behind[-1].scope;
}

class Select final : public Operator {
 public:
  explicit Select(std::span<const std::uint32_t> columns) : columns_(columns), moves_(moves_of(columns)) {
    std::vector<ColumnRun> runs = runs_of(columns);
    if (runs.size() == 1 || runs.size() * long_run <= columns.size()) picks_ = std::move(runs);
  }

  [[nodiscard]] const char* name() const noexcept override { return "select"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
  [[nodiscard]] std::span<const ColumnRun> picks() const noexcept override { return picks_; }
  [[nodiscard]] bool shapes_freely() const noexcept override { return true; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    const graph::Value& x = *inputs[0];
    const auto count = static_cast<std::uint32_t>(columns_.size());
    const auto largest = std::max_element(columns_.begin(), columns_.end());
    if (*largest >= x.columns())
      return base::Status::error(base::Code::bad_file, "node '%s': selects column %u of %u", node, *largest,
                                 x.columns());
    ValueShape shape{1, count, {}};
    if (x.runs.size() == 1) shape.runs = graph::uniform(count, x.runs.front().scope);
    for (std::size_t i = 0; x.runs.size() > 1 && i < count; ++i)
      graph::append(shape.runs, graph::uniform(1, scope_of(x.runs, columns_[i])));
    return shape;
  }

  [[nodiscard]] std::size_t kept_bytes() const noexcept override { return sizeof(ColumnMove) * moves_.size(); }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    if (!picks_.empty()) return {};
    return emit_gather(lowering, lowering.places(node.inputs[0]), moves_, lowering.places(node.result));
  }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const Place dy = lowering.gradient(node.outputs[0]);
    add_gradient(lowering, node.inputs[0], [&](const Place& to) { emit_scatter(lowering, dy, moves_, to); });
    return {};
  }

  void count(const graph::Value& output, Work& work) const override {
    if (picks_.empty()) work.elements += output.columns() * work.rows_of(output.scope());
  }
  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    const std::vector<Interval> all = columns_of(*inputs[0]);
    std::vector<Interval> chosen;
    for (const std::uint32_t column : columns_) chosen.push_back(all[column]);
    return boxed(std::move(chosen));
  }

 private:
  std::span<const std::uint32_t> columns_;  // of the model's description
  std::vector<ColumnMove> moves_;           // shared by all plans
  std::vector<ColumnRun> picks_;
};

}  // namespace

Made make(const format::SelectOp& op, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Select>(op.columns));
}

}  // namespace clicklens::ops
