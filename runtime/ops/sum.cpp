// sum: adds the fields of [fields, width] column by column to [1, width]; with width 1, all columns.
// Canonical order: R ascending from +0, C likewise, then P continuing from R + C. With width 1 that is a
// linear's chain over weights of 1: one call for neighbouring columns, not one for each.
// Backward: every field receives the output's gradient. NaN: follows IEEE addition.
#include <algorithm>

#include "ops/check.h"
#include "ops/factories.h"
#include "ops/linear_chain.h"
#include "ops/map_step.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

constexpr float one = 1.0f;

class Sum final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "sum"; }
  [[nodiscard]] Response response() const noexcept override { return Response::affine; }
  [[nodiscard]] bool sums_columns() const noexcept override { return true; }
  void set_order(const graph::Order& order) override { order_ = order; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    const graph::Value& x = *inputs[0];
    // a plain matrix is a list of fields of width 1
    const std::uint32_t width = x.fields == 1 ? 1 : x.width;
    return ValueShape{1, width, graph::uniform(width, x.scope())};
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const std::span<const Place> x = lowering.places(node.inputs[0]);
    const Place y = lowering.places(node.result).front();
    if (y.count == 1) return emit_chain(ones(x.back().column + x.back().count), nullptr, order_, node, lowering);
    const bool shares = has(graph::Part::request) && y.level == Level::row;
    Place shared = y;
    if (shares) shared = lowering.scratch(Level::request, y.count);
    if (has(graph::Part::request)) {
      lowering.emit(shared.level, std::make_unique<ZeroStep>(shared));
      add_part(graph::Part::request, x, shared, lowering);
    }
    const bool apart = has(graph::Part::candidate) && y.level == Level::row && lowering.caches();
    const Place own = apart ? lowering.cached_scratch(y.count) : y;
    if (shares || !has(graph::Part::request)) lowering.emit(own.level, std::make_unique<ZeroStep>(own));
    add_part(graph::Part::candidate, x, own, lowering);
    if (shares) emit_map(lowering, lowering.kernels().add, {&own, 1}, {&shared, 1}, {&y, 1}, {});
    if (apart && !shares) emit_map(lowering, lowering.kernels().copy, {&own, 1}, {}, {&y, 1}, {});
    add_part(graph::Part::pair, x, y, lowering);
    return {};
  }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const Place from = lowering.gradient(node.outputs[0]);
    const Place to = lowering.gradient(node.inputs[0]);
    if (from.count == 1) return emit_backward_chain(ones(to.count), node, lowering);
    const bool add = lowering.has_gradient(node.inputs[0]);
    for (std::uint32_t column = 0; column < to.count; column += from.count) {
      Place field = slice(to, column, from.count);
      field.column = 0;
      emit_map(lowering, add ? lowering.kernels().add : lowering.kernels().copy, {&from, 1},
               add ? std::span<const Place>(&field, 1) : std::span<const Place>(), {&field, 1}, {});
    }
    lowering.wrote_gradient(node.inputs[0]);
    return {};
  }

  void count(const graph::Value& output, Work& work) const override {
    if (output.columns() == 1) return count_chain(1, order_, work);
    for (const graph::OrderRun& run : order_)
      work.elements += run.count * (run.part == graph::Part::request ? work.requests : work.candidates);
  }
  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value& output) const override {
    const std::vector<Interval> columns = columns_of(*inputs[0]);
    std::vector<SumBounds> sums(output.columns());
    for (std::size_t c = 0; c < columns.size(); ++c) sums[c % sums.size()].add(columns[c]);
    std::vector<Interval> ends;
    for (const SumBounds& sum : sums) ends.push_back(sum.sum());
    return boxed(std::move(ends));
  }

 private:
  static ChainWeights ones(std::uint32_t columns) noexcept { return {&one, 0, 0, 1, columns}; }

  [[nodiscard]] bool has(graph::Part part) const noexcept {
    return std::any_of(order_.begin(), order_.end(), [part](const auto& run) { return run.part == part; });
  }

  // y += x over the part's columns, ascending, cut at fields and places.
  void add_part(graph::Part part, std::span<const Place> x, const Place& y, Lowering& lowering) const {
    for (const graph::OrderRun& run : order_) {
      if (run.part != part) continue;
      for (std::uint32_t column = run.begin; column < run.begin + run.count;) {
        const std::uint32_t field_end = (column / y.count + 1) * y.count;
        const std::uint32_t end = std::min({field_end, run.begin + run.count, stretch_end(x, column)});
        Place term = slice(place_of(x, column), column, end - column);
        Place out = slice(y, column % y.count, end - column);
        term.column = out.column = 0;
        emit_map(lowering, lowering.kernels().add, {&out, 1}, {&term, 1}, {&out, 1}, {});
        column = end;
      }
    }
  }

  graph::Order order_;
};

}  // namespace

Made make(const format::SumOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Sum>());
}

}  // namespace clicklens::ops
