// Activations and other functions of one number, column by column.
// Backward: relu'(0) = abs'(0) = 0; leaky_relu, prelu and elu take the left slope at x <= 0; sqrt and reciprocal are
// infinite at 0. sigmoid, tanh, exp, sqrt and reciprocal read the output, relu too, the others the input.
// NaN: passes through, log and sqrt make one of what is below 0; a NaN input sends its gradient through relu, none
// through abs, and NaN through the others.
#include <vector>

#include "ops/activation_bounds.h"
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
  Response response = Response::curve;
};

const Traits& traits_of(ActivationKind kind) noexcept {
  using kernels::Act;
  using kernels::Table;
  static constexpr Traits traits[] = {
      {"relu", Act::relu, &Table::relu, &Table::relu_backward, false, Response::bend},
      {"leaky_relu", Act::leaky_relu, &Table::leaky_relu, &Table::leaky_relu_backward, true, Response::bend},
      {"prelu", Act::prelu, &Table::prelu, &Table::prelu_backward, true, Response::bend},
      {"sigmoid", Act::sigmoid, &Table::sigmoid, &Table::sigmoid_backward, false},
      {"tanh", Act::tanh, &Table::tanh, &Table::tanh_backward, false},
      {"gelu", Act::gelu, &Table::gelu, &Table::gelu_backward, true},
      {"gelu_tanh", Act::gelu_tanh, &Table::gelu_tanh, &Table::gelu_tanh_backward, true},
      {"silu", Act::silu, &Table::silu, &Table::silu_backward, true},
      {"softplus", Act::softplus, &Table::softplus, &Table::softplus_backward, true},
      {"elu", Act::elu, &Table::elu, &Table::elu_backward, true},
      {"exp", Act::exp, &Table::exp, &Table::multiply, false},
      {"log", Act::log, &Table::log, &Table::log_backward, true},
      {"sqrt", Act::sqrt, &Table::sqrt, &Table::sqrt_backward, false},
      {"abs", Act::abs, &Table::abs, &Table::abs_backward, true, Response::bend},
      {"erf", Act::erf, &Table::erf, &Table::erf_backward, true},
      {"reciprocal", Act::reciprocal, &Table::reciprocal, &Table::reciprocal_backward, false},
  };
  return traits[static_cast<std::size_t>(kind)];
}

class Activation final : public Operator {
 public:
  // `slopes` null unless prelu; slope_count 1 or the width.
  Activation(ActivationKind kind, float slope, const float* slopes, std::uint64_t slope_count)
      : traits_(traits_of(kind)), slope_(slope), slopes_(slopes), slope_count_(slope_count) {}

  [[nodiscard]] const char* name() const noexcept override { return traits_.name; }
  [[nodiscard]] bool makes_zeros() const noexcept override { return traits_.act == kernels::Act::relu; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    CLENS_TRY(expect_inputs(inputs, 1, node));
    if (slope_count_ > 1 && slope_count_ != inputs[0]->columns())
      return base::Status::error(base::Code::bad_file, "node '%s': %llu slopes for %u columns", node,
                                 static_cast<unsigned long long>(slope_count_), inputs[0]->columns());
    return same_shape(*inputs[0]);
  }
  void set_shapes(Inputs, const graph::Value& output) override {
    if (slope_count_ != 1 || slopes_ == nullptr) return;
    repeated_.assign(output.columns(), *slopes_);
    slopes_ = repeated_.data();
  }
  [[nodiscard]] std::size_t kept_bytes() const noexcept override { return sizeof(float) * repeated_.size(); }

  bool fuse_into(Epilogue& epilogue) const noexcept override {
    if (!epilogue.takes_activation()) return false;
    epilogue.act = traits_.act;
    epilogue.slope = slope_;
    epilogue.slopes = slopes_;
    return true;
  }

  base::Status forward(const NodeView& node, Lowering& lowering) const override {
    emit_map(lowering, lowering.kernels().*traits_.forward, lowering.places(node.inputs[0]), {},
             lowering.places(node.result), parameters());
    return {};
  }

  [[nodiscard]] Response response() const noexcept override { return traits_.response; }

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
    return mapped(*inputs[0], [this](const Interval& x, std::size_t c) {
      return activated(traits_.act, slopes_ == nullptr ? double{slope_} : double{slopes_[c]}, x);
    });
  }

 private:
  [[nodiscard]] MapParameters parameters() const noexcept {
    return {.scale = slopes_, .shift = nullptr, .slope = slope_};
  }

  const Traits& traits_;
  float slope_;
  const float* slopes_;          // a number for each column; null while a file is being written
  std::uint64_t slope_count_;    // as the file says
  std::vector<float> repeated_;  // where it says one for all
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
