// gru: the states of a gated recurrent unit (Cho et al. 2014, as PyTorch has it) over the fields of x, from zeros:
//   r, z = sigmoid(W x + b + U h + c) of their own, n = tanh(W x + b + r (U h + c)), h' = n + z (h - n)
// W x + b and U h + c are chains as of a linear. agru and augru (Zhou et al. 2019, DIEN) read attention [1, fields]:
// its number a stands in for z, or multiplies it, and h' = h + z (n - h). A mask [1, fields], the last input: where it
// is 0, the state stays. At the join of all scopes, but for W x + b of what requests share. Backward, from the last
// field on: dh = dh'-part of the step (above) continued by U' d(U h + c), a chain over the gates ascending, plus the
// state's own gradient; dx = W' d(W x + b). Attention: in 16 lanes. The mask gets none. NaN: follows IEEE, and stays in
// the state.
#include "ops/check.h"
#include "ops/factories.h"
#include "ops/fields.h"
#include "ops/gru_step.h"
#include "ops/linear_step.h"
#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

using base::Code;
using base::Status;

struct Weights {
  const float *input = nullptr, *hidden = nullptr, *input_bias = nullptr, *hidden_bias = nullptr;
  std::uint32_t width = 0, size = 0;  // of x's fields, of the state
};

class Gru final : public Operator {
 public:
  Gru(const Weights& weights, kernels::GruKind kind) : w_(weights), kind_(kind) {}

  [[nodiscard]] const char* name() const noexcept override { return "gru"; }

  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override {
    const std::size_t least = kind_ == kernels::GruKind::gru ? 1 : 2;
    if (inputs.size() != least + 1) CLENS_TRY(expect_inputs(inputs, least, node));
    const graph::Value& x = *inputs[0];
    if (x.width != w_.width)
      return Status::error(Code::bad_file, "node '%s': its weight takes fields of %u columns, they have %u", node,
                           w_.width, x.width);
    for (std::size_t i = 1; i < inputs.size(); ++i)
      if (inputs[i]->fields != 1 || inputs[i]->width != x.fields)
        return Status::error(Code::bad_file, "node '%s': %s of shape [%u, %u] for %u fields", node,
                             i < least ? "attention" : "a mask", inputs[i]->fields, inputs[i]->width, x.fields);
    if (std::uint64_t{x.fields} * w_.size > (1u << 24))
      return Status::error(Code::limit_exceeded, "node '%s': more than 2^24 columns", node);
    return joined_shape(x.fields, w_.size, inputs);
  }
  void set_shapes(Inputs inputs, const graph::Value& output) override {
    fields_ = output.fields;
    x_scope_ = inputs[0]->scope();
  }

  Status forward(const NodeView& node, Lowering& lowering) const override;
  [[nodiscard]] BackwardReads backward_reads() const noexcept override { return {.inputs = true, .outputs = true}; }
  Status backward(const NodeView& node, BackwardLowering& lowering) const override;

  void count(const graph::Value& output, Work& work) const override {
    const double fields = fields_;
    const bool x_shared = x_scope_ == graph::Scope::request, shared = output.scope() == graph::Scope::request;
    work.dense.push_back({work.rows_of(x_scope_) * fields, w_.width, 3 * w_.size, x_shared});
    work.dense.push_back({work.rows_of(output.scope()) * fields, w_.size, 3 * w_.size, shared});
    work.elements += output.columns() * work.rows_of(output.scope());
  }
  // Between what it was and a tanh, but for rounding: at most 2^-22 a step. Attention may be anything.
  [[nodiscard]] Bounds bounds(BoundsOf, const graph::Value& output) const override {
    const bool is_mean = kind_ == kernels::GruKind::gru && fields_ <= 1u << 15;
    const Interval all = is_mean ? Interval{-1.01, 1.01} : Interval{};
    return boxed(std::vector<Interval>(output.columns(), all));
  }

 private:
  [[nodiscard]] bool attends() const noexcept { return kind_ != kernels::GruKind::gru; }
  // Attention and mask of a node, where each lies in one place.
  struct Steering {
    std::optional<Place> attention, mask;
  };
  [[nodiscard]] Steering steering(const NodeView& node, Lowering& lowering, Level level) const {
    Steering found;
    const auto whole = [&](std::size_t i) { return whole_value(lowering, lowering.places(node.inputs[i]), level); };
    if (attends()) found.attention = whole(1);
    if (node.inputs.size() == (attends() ? 3u : 2u)) found.mask = whole(node.inputs.size() - 1);
    return found;
  }
  [[nodiscard]] GruCall call(const Steering& steering, std::uint32_t field) const {
    GruCall call;
    call.kind = kind_;
    if (steering.attention) call.attention = slice(*steering.attention, field, 1);
    if (steering.mask) call.mask = slice(*steering.mask, field, 1);
    return call;
  }

  // Three gates of x or of the state; and back from their gradients.
  base::Result<LinearCall> gates(Lowering& lowering, bool of_input) const {
    const std::uint32_t k = of_input ? w_.width : w_.size;
    const float* weight = of_input ? w_.input : w_.hidden;
    auto made = linear(lowering, {weight, k, 1, nullptr, 3 * std::size_t{w_.size}, k, nullptr});
    if (made.ok()) made->bias = of_input ? w_.input_bias : w_.hidden_bias;
    return made;
  }
  base::Result<LinearCall> gates_back(Lowering& lowering, bool of_input) const {
    const std::uint32_t k = of_input ? w_.width : w_.size;
    const float* weight = of_input ? w_.input : w_.hidden;
    return linear(lowering, {weight, 1, k, nullptr, k, 3 * std::size_t{w_.size}, nullptr});
  }
  static base::Result<LinearCall> linear(Lowering& lowering, const kernels::PackArgs& args) {
    const base::Result<const float*> packed = lowering.packed(args);
    if (!packed.ok()) return packed.status();
    LinearCall call;
    call.weights = *packed;
    call.k = args.k;
    call.n = args.n;
    return call;
  }
  static void emit(Lowering& lowering, LinearCall call, const Place& x, const Place& y) {
    call.x = x;
    call.y = y;
    lowering.emit(y.level, std::make_unique<LinearStep>(call));
  }

  Weights w_;
  kernels::GruKind kind_;
  std::uint32_t fields_ = 0;
  graph::Scope x_scope_ = graph::Scope::pair;
};

Status Gru::forward(const NodeView& node, Lowering& lowering) const {
  const Place y = lowering.places(node.result).front();
  const std::vector<Place> x = whole_fields(lowering, lowering.places(node.inputs[0]), w_.width, false);
  const Steering steers = steering(node, lowering, y.level);
  auto from_input = gates(lowering, true), from_state = gates(lowering, false);
  if (!from_input.ok()) return from_input.status();
  if (!from_state.ok()) return from_state.status();
  const Place zeros = lowering.scratch(y.level, w_.size), hidden = lowering.scratch(y.level, 3 * w_.size);
  const Place own = lowering.scratch(y.level, 3 * w_.size);
  lowering.emit(y.level, std::make_unique<ZeroStep>(zeros));
  for (std::uint32_t t = 0; t < fields_; ++t) {
    const bool shared = x[t].level == Level::request && y.level != Level::request;
    GruCall step = call(steers, t);
    step.input = shared ? lowering.scratch(Level::request, 3 * w_.size) : own;
    step.hidden = hidden;
    step.h = t == 0 ? zeros : slice(y, (t - 1) * w_.size, w_.size);
    step.y = slice(y, t * w_.size, w_.size);
    emit(lowering, *from_input, x[t], step.input);
    emit(lowering, *from_state, step.h, hidden);
    lowering.emit(y.level, std::make_unique<GruStep>(step));
  }
  return {};
}

Status Gru::backward(const NodeView& node, BackwardLowering& lowering) const {
  const Place h = whole_value(lowering, lowering.places(node.outputs[0]), Level::row);
  const std::vector<Place> x = whole_fields(lowering, lowering.places(node.inputs[0]), w_.width, true);
  const Steering steers = steering(node, lowering, Level::row);
  const Place dy = lowering.gradient(node.outputs[0]);
  auto from_input = gates(lowering, true), from_state = gates(lowering, false);
  auto to_input = gates_back(lowering, true), to_state = gates_back(lowering, false);
  for (const auto* made : {&from_input, &from_state, &to_input, &to_state})
    if (!made->ok()) return made->status();
  const auto room = [&](std::uint32_t columns) { return lowering.scratch(Level::row, columns); };
  const Place zeros = room(w_.size), carried = room(w_.size), direct = room(w_.size), d_attention = room(fields_);
  const Place input = room(3 * w_.size), hidden = room(3 * w_.size);
  const Place d_input = room(3 * w_.size), d_hidden = room(3 * w_.size);
  const std::size_t work = lowering.scratch_bytes(sizeof(float) * w_.size);
  lowering.emit(Level::row, std::make_unique<ZeroStep>(zeros));
  lowering.emit(Level::row, std::make_unique<ZeroStep>(carried));
  to_state->seed = direct;
  add_gradient(lowering, node.inputs[0], [&](const Place& to) {
    for (std::uint32_t t = fields_; t-- > 0;) {
      GruBackwardCall step{
          call(steers, t), slice(dy, t * w_.size, w_.size), carried, d_input, d_hidden, direct, {}, work};
      step.input = input;
      step.hidden = hidden;
      step.h = t == 0 ? zeros : slice(h, (t - 1) * w_.size, w_.size);
      if (attends()) step.d_attention = slice(d_attention, t, 1);
      emit(lowering, *from_input, x[t], input);
      emit(lowering, *from_state, step.h, hidden);
      lowering.emit(Level::row, std::make_unique<GruBackwardStep>(step));
      emit(lowering, *to_input, d_input, slice(to, t * w_.width, w_.width));
      if (t > 0) emit(lowering, *to_state, d_hidden, carried);
    }
  });
  if (attends())
    add_gradient(lowering, node.inputs[1], [&](const Place& to) {
      emit_map(lowering, lowering.kernels().copy, {&d_attention, 1}, {}, {&to, 1}, {});
    });
  if (steers.mask && !lowering.has_gradient(node.inputs.back())) {
    lowering.emit(Level::row, std::make_unique<ZeroStep>(lowering.gradient(node.inputs.back())));
    lowering.wrote_gradient(node.inputs.back());
  }
  return {};
}

}  // namespace

Made make(const format::GruOp& op, const char* node, const ModelView& model) {
  const auto& input = model.desc().constants[op.weight_ih].shape;
  const auto& hidden = model.desc().constants[op.weight_hh].shape;
  if (hidden[0] != 3 * hidden[1])
    return Status::error(Code::bad_file, "node '%s': its weight_hh must be of shape [3 * size, size]", node);
  CLENS_TRY(expect_constant(model, op.weight_ih, {hidden[0], input[1]}, "weight_ih", node));
  Weights weights;
  const auto bias_of = [&](std::uint32_t index, const char* what, const float*& to) -> Status {
    if (index == format::no_index) return {};
    CLENS_TRY(expect_constant(model, index, {hidden[0]}, what, node));
    to = model.constant(index);
    return {};
  };
  CLENS_TRY(bias_of(op.bias_ih, "bias_ih", weights.input_bias));
  CLENS_TRY(bias_of(op.bias_hh, "bias_hh", weights.hidden_bias));
  weights.input = model.constant(op.weight_ih);
  weights.hidden = model.constant(op.weight_hh);
  weights.width = static_cast<std::uint32_t>(input[1]);
  weights.size = static_cast<std::uint32_t>(hidden[1]);
  return std::unique_ptr<Operator>(std::make_unique<Gru>(weights, static_cast<kernels::GruKind>(op.kind)));
}

}  // namespace clicklens::ops
