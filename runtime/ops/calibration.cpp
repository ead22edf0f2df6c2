// calibration of a logit: affine fma(z, scale, shift), or monotone pieces: linear between knots,
// constant outside them. Backward: the slope of the piece (0 outside; at a knot, the piece to its
// right). NaN: passes through.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "ops/check.h"
#include "ops/chord_step.h"
#include "ops/factories.h"
#include "ops/map_step.h"

namespace clicklens::ops {
namespace {

struct Knots {
  std::vector<float> x, y;

  // Index of the piece that holds z: -1 below all knots, x.size() - 1 above.
  [[nodiscard]] std::ptrdiff_t piece(float z) const noexcept {
    return std::upper_bound(x.begin(), x.end(), z) - x.begin() - 1;
  }
  [[nodiscard]] float value(float z) const noexcept {
    if (std::isnan(z)) return z;
    const std::ptrdiff_t i = piece(z);
    if (i < 0) return y.front() + 0.0f;
    const auto at = static_cast<std::size_t>(i);
    if (at + 1 == x.size()) return y.back() + 0.0f;
    const float t = (z - x[at]) / (x[at + 1] - x[at]);
    return std::min(std::fma(t, y[at + 1] - y[at], y[at]), y[at + 1]) + 0.0f;  // rounding must not overshoot
  }
  [[nodiscard]] float slope(float z) const noexcept {
    const std::ptrdiff_t i = piece(z);
    if (std::isnan(z) || i < 0 || static_cast<std::size_t>(i) + 1 == x.size()) return 0.0f;
    const auto at = static_cast<std::size_t>(i);
    return (y[at + 1] - y[at]) / (x[at + 1] - x[at]);
  }
};

class KnotStep final : public Step {
 public:
  // `gradient` present: y = gradient * slope(x), else y = value(x).
  KnotStep(const Knots& knots, const Place& x, const std::optional<Place>& gradient, const Place& y)
      : knots_(knots), x_(x), gradient_(gradient), y_(y) {}

  base::Status run(const StepContext& context) const noexcept override {
    const kernels::Operand x = context.operand(x_, y_.level);
    float* y = context.at(y_);
    for (std::size_t i = 0; i < context.rows_at(y_.level); ++i) {
      const float z = x.data[(x.rows != nullptr ? x.rows[i] : i) * x.ld];
      if (gradient_)
        y[i * y_.ld] = context.at(*gradient_)[i * gradient_->ld] * knots_.slope(z) + 0.0f;
      else
        y[i * y_.ld] = knots_.value(z);
    }
    return {};
  }

 private:
  const Knots& knots_;
  Place x_;
  std::optional<Place> gradient_;
  Place y_;
};

class Calibration final : public Operator {
 public:
  explicit Calibration(const format::CalibrationOp& op)
      : scale_(op.scale), shift_(op.shift), knots_{op.knots_x, op.knots_y} {}

  [[nodiscard]] const char* name() const noexcept override { return "calibration"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    if (inputs[0]->columns() != 1)
      return base::Status::error(base::Code::bad_file, "node '%s': calibrates one column, its input has %u", node,
                                 inputs[0]->columns());
    return same_shape(*inputs[0]);
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    const std::span<const Place> x = lowering.places(node.inputs[0]);
    const std::span<const Place> y = lowering.places(node.result);
    if (knots_.x.empty())
      emit_map(lowering, lowering.kernels().scale_shift, x, {}, y, {.scale = &scale_, .shift = &shift_});
    else
      lowering.emit(y.front().level, std::make_unique<KnotStep>(knots_, x.front(), std::nullopt, y.front()));
    return {};
  }

  [[nodiscard]] Response response() const noexcept override {
    return knots_.x.empty() ? Response::affine : Response::curve;
  }
  [[nodiscard]] const float* offsets() const noexcept override { return knots_.x.empty() ? &shift_ : nullptr; }
  [[nodiscard]] BackwardReads backward_reads() const noexcept override {
    return {.inputs = !knots_.x.empty(), .outputs = false};
  }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const std::uint32_t input = node.inputs[0];
    if (knots_.x.empty()) {
      emit_gradient_map(lowering, lowering.kernels().scale_shift, node.outputs[0], {}, input, {.scale = &scale_});
      return {};
    }
    const Place to = lowering.gradient(input);
    const bool add = lowering.has_gradient(input);
    const Place term = add ? lowering.scratch(Level::row, 1) : to;
    lowering.emit(Level::row, std::make_unique<KnotStep>(knots_, lowering.places(input).front(),
                                                         lowering.gradient(node.outputs[0]), term));
    if (lowering.pairs()) emit_chord(lowering, node.outputs[0], input, term);
    if (add) emit_map(lowering, lowering.kernels().add, {&to, 1}, {&term, 1}, {&to, 1}, {});
    lowering.wrote_gradient(input);
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    return mapped(*inputs[0], [this](const Interval& x, std::size_t) {
      if (knots_.x.empty()) return affine(x, double{scale_}, double{shift_});
      // never falls, in float arithmetic either; constant outside the knots
      return Interval{double{knots_.value(float_below(x.low))}, double{knots_.value(float_above(x.high))}};
    });
  }

 private:
  float scale_, shift_;
  Knots knots_;
};

}  // namespace

Made make(const format::CalibrationOp& op, const char*, const ModelView&) {
  return std::unique_ptr<Operator>(std::make_unique<Calibration>(op));
}

}  // namespace clicklens::ops
