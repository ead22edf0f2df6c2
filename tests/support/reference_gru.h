// A gated recurrent unit in plain loops, forward and back. In float by the canonical arithmetic, in double as a
// function.
#pragma once

#include <vector>

#include "support/reference.h"

namespace clicklens::testing {
namespace plain {

template <class T>
struct GruWeights {
  std::size_t width = 0, size = 0;
  std::vector<T> input, hidden, input_bias, hidden_bias;  // biases: zeros where there are none
  format::GruKind kind{};
};
template <class T>
struct GruInputs {
  std::vector<T> x, attention, mask;  // empty: none
};
struct GruGradients {
  std::vector<float> x, attention;
};

template <class T>
std::vector<T> gru(const GruWeights<T>& w, const GruInputs<T>& in);
GruGradients gru_backward(const GruWeights<float>& w, const GruInputs<float>& in, const std::vector<float>& states,
                          const std::vector<float>& dy);

}  // namespace plain

template <class T>
plain::GruWeights<T> gru_of(const format::GruOp& op, const ModelMaker& maker) {
  const auto numbers = [&](std::uint32_t constant, std::size_t count) {
    if (constant == format::no_index) return std::vector<T>(count);
    const std::vector<float>& from = maker.constants[constant];
    return std::vector<T>(from.begin(), from.end());
  };
  plain::GruWeights<T> w;
  w.input = numbers(op.weight_ih, 0);
  w.hidden = numbers(op.weight_hh, 0);
  while (3 * w.size * w.size < w.hidden.size()) ++w.size;
  w.width = w.input.size() / (3 * w.size);
  w.input_bias = numbers(op.bias_ih, 3 * w.size);
  w.hidden_bias = numbers(op.bias_hh, 3 * w.size);
  w.kind = op.kind;
  return w;
}

template <class T>
plain::GruInputs<T> gru_inputs(const format::GruOp& op, const format::NodeDesc& node, const Values<T>& values) {
  plain::GruInputs<T> in;
  in.x = values.at(node.inputs[0]);
  const std::size_t least = op.kind == format::GruKind::gru ? 1 : 2;
  if (least == 2) in.attention = values.at(node.inputs[1]);
  if (node.inputs.size() > least) in.mask = values.at(node.inputs.back());
  return in;
}

}  // namespace clicklens::testing
