// Activations, column by column: relu, leaky_relu, prelu, sigmoid, tanh.
// Backward: relu'(0) = 0; leaky_relu and prelu take the slope at x <= 0 and read the input; sigmoid and
// tanh read the output. NaN: passes through; a NaN input sends its gradient through relu.
#include <algorithm>
#include <cmath>
#include <vector>

#include "ops/check.h"
#include "ops/chord_step.h"
#include "ops/factories.h"
#include "ops/map_step.h"

namespace clicklens::ops {
namespace {

using format::ActivationKind;

// What the kind means to the kernels.
struct Traits {
  const char* name;
  kernels::Act act;
  MapKernel kernels::Table::*forward;
  MapKernel kernels::Table::*backward;
  bool backward_reads_input;
};

const Traits& traits_of(ActivationKind kind) noexcept {
  using kernels::Act;
  using kernels::Table;
  static constexpr Traits traits[] = {
      {"relu", Act::relu, &Table::relu, &Table::relu_backward, false},
      {"leaky_relu", Act::leaky_relu, &Table::leaky_relu, &Table::leaky_relu_backward, true},
      {"prelu", Act::prelu, &Table::prelu, &Table::prelu_backward, true},
      {"sigmoid", Act::sigmoid, &Table::sigmoid, &Table::sigmoid_backward, false},
      {"tanh", Act::tanh, &Table::tanh, &Table::tanh_backward, false},
  };
  return traits[static_cast<std::size_t>(kind)];
}

class Activation final : public Operator {
 public:
  // `slopes` null unless prelu; slope_count 1 or the width.
  Activation(ActivationKind kind, float slope, const float* slopes, std::uint64_t slope_count)
      : traits_(traits_of(kind)), slope_(slope), slope_count_(slope_count) {
    if (slopes != nullptr) slopes_.assign(slopes, slopes + slope_count);
  }

  [[nodiscard]] const char* name() const noexcept override { return traits_.name; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    if (slope_count_ > 1 && slope_count_ != inputs[0]->columns())
      return base::Status::error(base::Code::bad_file, "node '%s': %llu slopes for %u columns", node,
                                 static_cast<unsigned long long>(slope_count_), inputs[0]->columns());
    return same_shape(*inputs[0]);
  }
  void set_shapes(Inputs, const graph::Value& output) override {
    if (slopes_.size() == 1) slopes_.resize(output.columns(), slopes_[0]);
  }

  bool fuse_into(Epilogue& epilogue) const noexcept override {
    if (!epilogue.takes_activation()) return false;
    epilogue.act = traits_.act;
    epilogue.slope = slope_;
    epilogue.slopes = slopes_.data();
    return true;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    emit_map(lowering, lowering.kernels().*traits_.forward, lowering.places(node.inputs[0]), {},
             lowering.places(node.result), parameters());
    return {};
  }

  [[nodiscard]] Response response() const noexcept override {
    const bool is_curve = traits_.act == kernels::Act::sigmoid || traits_.act == kernels::Act::tanh;
    return is_curve ? Response::curve : Response::bend;
  }

  [[nodiscard]] BackwardReads backward_reads() const noexcept override {
    return {.inputs = traits_.backward_reads_input, .outputs = !traits_.backward_reads_input};
  }

  base::Status backward(const NodeView& node, BackwardLowering& lowering) const override {
    const std::uint32_t read = traits_.backward_reads_input ? node.inputs[0] : node.outputs[0];
    const MapKernel kernel = lowering.kernels().*traits_.backward;
    emit_curve_gradient(lowering, kernel, node.outputs[0], lowering.places(read), node.inputs[0], parameters());
    return {};
  }

  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value&) const override {
    return mapped(*inputs[0], [this](const Interval& x, std::size_t c) { return image(x, c); });
  }

 private:
  [[nodiscard]] Interval image(const Interval& x, std::size_t column) const noexcept {
    switch (traits_.act) {
      case kernels::Act::relu:
        return {std::max(x.low, 0.0), std::max(x.high, 0.0)};
      case kernels::Act::sigmoid:
        return curve(x, [](double v) { return 1 / (1 + std::exp(-v)); });
      case kernels::Act::tanh:
        return curve(x, [](double v) { return std::tanh(v); });
      default:
        return bent(x, slopes_.empty() ? double{slope_} : double{slopes_[column]});
    }
  }
  // x above 0, x * slope up to there.
  static Interval bent(const Interval& x, double slope) noexcept {
    if (!std::isfinite(slope)) return {};
    if (x.low > 0) return x;
    const Interval left = times(Interval{x.low, std::min(x.high, 0.0)}, {slope, slope});
    return x.high <= 0 ? left : Interval{std::min(left.low, 0.0), std::max(left.high, x.high)};
  }
  // A rising curve whose kernel is off by a few units of the last place; small results may be rounded to 0, never
  // past it.
  template <class Curve>
  static Interval curve(const Interval& x, Curve f) noexcept {
    constexpr double relative = 1e-5, absolute = 1e-37;
    const double low = f(x.low), high = f(x.high);
    return {low - relative * std::abs(low) - absolute, high + relative * std::abs(high) + absolute};
  }
  [[nodiscard]] MapParameters parameters() const noexcept {
    return {.scale = slopes_.empty() ? nullptr : slopes_.data(), .shift = nullptr, .slope = slope_};
  }

  const Traits& traits_;
  float slope_;
  std::uint64_t slope_count_;  // as the file says; slopes_ is empty while a file is being written
  std::vector<float> slopes_;
};

}  // namespace

Made make(const format::ActivationOp& op, const char* node, const ModelView& model) {
  const float* slopes = nullptr;
  std::uint64_t count = 0;
  if (op.kind == ActivationKind::prelu) {
    const auto& shape = model.desc().constants[op.slopes].shape;
    if (shape.size() != 1)
      return base::Status::error(base::Code::bad_file, "node '%s': its slopes must be a constant of one dimension",
                                 node);
    slopes = model.constant(op.slopes);
    count = shape[0];
  }
  return std::unique_ptr<Operator>(std::make_unique<Activation>(op.kind, op.slope, slopes, count));
}

}  // namespace clicklens::ops
