// pairwise_dot: the dot products of a value's fields, two by two: (0, 1), (0, 2), .. (1, 2), ..: the interactions of
// DLRM (Naumov et al. 2019) and of PNN's inner products (Qu et al. 2016). Each in 16 lanes and their fixed tree
// (kernels/reduce.h), at the join of its two fields' scopes: what two fields of the request give is computed once.
// Backward: a field receives the sum over its partners, ascending from +0, of the pair's gradient times the partner.
// NaN: follows IEEE.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/fields.h"
#include "ops/pair_dots_step.h"

namespace clicklens::ops {
namespace {

constexpr std::uint32_t most_fields = 2048;  // 2 million pairs
constexpr std::uint32_t pairs_a_step = 16;   // whose places take the memory of a step

class PairwiseDot final : public Operator {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "pairwise_dot"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    const graph::Value& x = *inputs[0];
    if (x.fields < 2 || x.fields > most_fields)
      return base::Status::error(base::Code::bad_file, "node '%s': pairs of %u fields, 2..%u wanted", node, x.fields,
                                 most_fields);
    const std::vector<graph::Scope> scopes = field_scopes(x);
    ValueShape shape;
    for (std::uint32_t i = 0; i < x.fields; ++i)
      for (std::uint32_t j = i + 1; j < x.fields; ++j)
        graph::append(shape.runs, graph::uniform(1, graph::join(scopes[i], scopes[j])));
    shape.width = x.fields * (x.fields - 1) / 2;
    return shape;
  }
  void set_shapes(Inputs inputs, const graph::Value&) override {
    fields_ = inputs[0]->fields;
    width_ = inputs[0]->width;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const std::vector<Place> fields = whole_fields(lowering, lowering.places(node.inputs[0]), width_, false);
    const std::span<const Place> y = lowering.places(node.result);
    CLENS_TRY(lowering.charge(fields_ + fields_ * (fields_ - 1) / 2 / pairs_a_step));
    for (const Level level : {Level::request, Level::candidate, Level::row}) {
      auto step = std::make_unique<PairDotsStep>(fields, y, level);
      if (step->empty()) continue;
      lowering.need_work(step->work_bytes());
      lowering.emit(level, std::move(step));
    }
    return {};
  }

  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = false}; }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const std::uint32_t input = node.inputs[0];
    const std::vector<Place> fields = whole_fields(lowering, lowering.places(input), width_, true);
    const Place dy = lowering.gradient(node.outputs[0]);
    CLENS_TRY(lowering.charge(fields_));
    add_gradient(lowering, input, [&](const Place& to) {
      auto step = std::make_unique<PairDotsBackwardStep>(fields, dy, to);
      lowering.need_work(step->work_bytes());
      lowering.emit(Level::row, std::move(step));
    });
    return {};
  }

  void count(const graph::Value& output, Work& work) const override {
    for (const graph::Run& run : output.runs) work.elements += double{1} * run.count * width_ * work.rows_of(run.scope);
  }
  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    return boxed(std::vector<Interval>(output.columns()));
  }

 private:
  std::uint32_t fields_ = 2, width_ = 1;
};

}  // namespace

Made make(const format::PairwiseDotOp&, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<PairwiseDot>());
}

}  // namespace clicklens::ops
