// bi_interaction: y = ((sum of the fields)^2 - sum of their squares) / 2, column by column: the second order of a
// factorization machine (Rendle 2010, equation 1) before it is added up, which NFM calls bi-interaction pooling (He
// and Chua 2017, equation 4). Both sums run in the canonical order: R ascending from +0, C likewise, P continuing from
// R + C; squares by fused multiply-adds. Then fma(s, s, -q) / 2.
// Backward: a field receives dy * (s - v), s in the same order. NaN: follows IEEE.
#include <algorithm>

#include "ops/check.h"
#include "ops/factories.h"
#include "ops/fields.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

// The sum of the fields and of their squares; the latter is not wanted in backward.
struct FieldSums {
  Place sum;
  std::optional<Place> squares;
};

class BiInteraction final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "bi_interaction"; }
  [[nodiscard]] bool sums_columns() const noexcept override { return true; }
  void set_order(const graph::Order& order) override { order_ = order; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    return ValueShape{1, inputs[0]->width, graph::uniform(inputs[0]->width, inputs[0]->scope())};
  }
  void set_shapes(Inputs inputs, const graph::Value&) override {
    fields_ = inputs[0]->fields;
    width_ = inputs[0]->width;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const std::span<const Place> x = lowering.places(node.inputs[0]);
    const Place y = lowering.places(node.result).front();
    const bool shares = has(graph::Part::request) && y.level == Level::row;
    const bool apart = has(graph::Part::candidate) && y.level == Level::row && lowering.caches();
    const auto room = [&](Level level) {
      return FieldSums{lowering.scratch(level, width_), lowering.scratch(level, width_)};
    };
    FieldSums own = apart ? FieldSums{lowering.cached_scratch(width_), lowering.cached_scratch(width_)} : room(y.level);
    FieldSums shared = shares ? room(Level::request) : own;
    if (has(graph::Part::request)) add_part(graph::Part::request, x, shared, true, lowering);
    const bool begin = shares || !has(graph::Part::request);
    add_part(graph::Part::candidate, x, own, begin, lowering);
    FieldSums total = own;
    if (apart && (shares || has(graph::Part::pair))) total = room(y.level);
    if (shares) {
      join(own, shared, total, lowering);
    } else if (apart && has(graph::Part::pair)) {
      emit_map(lowering, lowering.kernels().copy, {&own.sum, 1}, {}, {&total.sum, 1}, {});
      emit_map(lowering, lowering.kernels().copy, {&*own.squares, 1}, {}, {&*total.squares, 1}, {});
    }
    add_part(graph::Part::pair, x, total, false, lowering);
    emit_map(lowering, lowering.kernels().half_difference, {&total.sum, 1}, {&*total.squares, 1}, {&y, 1}, {});
    return {};
  }

  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const std::span<const Place> x = lowering.places(node.inputs[0]);
    const FieldSums total{lowering.scratch(Level::row, width_), std::nullopt};
    add_part(graph::Part::request, x, total, true, lowering);
    if (has(graph::Part::candidate)) {
      const FieldSums own{lowering.scratch(Level::row, width_), std::nullopt};
      add_part(graph::Part::candidate, x, own, true, lowering);
      join(own, total, total, lowering);
    }
    add_part(graph::Part::pair, x, total, false, lowering);

    const std::uint32_t input = node.inputs[0];
    const Place others = lowering.scratch(Level::row, fields_ * width_);
    emit_map(lowering, lowering.kernels().subtract, by_field(total.sum), x, {&others, 1}, {});
    add_gradient(lowering, input, [&](const Place& to) {
      const std::vector<Place> dy = by_field(lowering.gradient(node.outputs[0]));
      emit_map(lowering, lowering.kernels().multiply, dy, {&others, 1}, {&to, 1}, {});
    });
    return {};
  }

  void count(const graph::Value&, Work& work) const override {
    for (const graph::OrderRun& run : order_)
      work.elements += 2.0 * run.count * (run.part == graph::Part::request ? work.requests : work.candidates);
  }
  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    return boxed(std::vector<Interval>(output.columns()));
  }

 private:
  [[nodiscard]] bool has(graph::Part part) const noexcept {
    return std::any_of(order_.begin(), order_.end(), [part](const auto& run) { return run.part == part; });
  }

  // One place as every field's.
  [[nodiscard]] std::vector<Place> by_field(Place place) const {
    std::vector<Place> all(fields_, place);
    for (std::uint32_t f = 0; f < fields_; ++f) all[f].column = f * width_;
    return all;
  }

  static void join(const FieldSums& own, const FieldSums& shared, const FieldSums& total, Lowering& lowering) {
    const MapKernel add = lowering.kernels().add;
    emit_map(lowering, add, {&shared.sum, 1}, {&own.sum, 1}, {&total.sum, 1}, {});
    if (total.squares) emit_map(lowering, add, {&*shared.squares, 1}, {&*own.squares, 1}, {&*total.squares, 1}, {});
  }

  // The part's columns, ascending, cut at fields and places, into what `begin` sets to +0.
  void add_part(graph::Part part, std::span<const Place> x, const FieldSums& to, bool begin, Lowering& lowering) const {
    if (begin) {
      lowering.emit(to.sum.level, std::make_unique<ZeroStep>(to.sum));
      if (to.squares) lowering.emit(to.sum.level, std::make_unique<ZeroStep>(*to.squares));
    }
    for (const graph::OrderRun& run : order_) {
      if (run.part != part) continue;
      for (std::uint32_t column = run.begin; column < run.begin + run.count;) {
        const std::uint32_t field_end = (column / width_ + 1) * width_;
        const std::uint32_t end = std::min({field_end, run.begin + run.count, stretch_end(x, column)});
        Place term = slice(place_of(x, column), column, end - column);
        term.column = 0;
        add_piece(lowering.kernels().add, term, slice(to.sum, column % width_, end - column), lowering);
        if (to.squares)
          add_piece(lowering.kernels().add_square, term, slice(*to.squares, column % width_, end - column), lowering);
        column = end;
      }
    }
  }
  static void add_piece(MapKernel kernel, const Place& term, Place to, Lowering& lowering) {
    to.column = 0;
    emit_map(lowering, kernel, {&to, 1}, {&term, 1}, {&to, 1}, {});
  }

  graph::Order order_;
  std::uint32_t fields_ = 1, width_ = 1;
};

}  // namespace

Made make(const format::BiInteractionOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<BiInteraction>());
}

}  // namespace clicklens::ops
