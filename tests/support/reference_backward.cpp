#include "support/reference_backward.h"

#include <cmath>

namespace clicklens::testing {
namespace {

// What a node sends to its inputs, one overload for each operator.
class Sender {
 public:
  Sender(const ModelMaker& maker, const format::ModelDesc& desc) : maker_(maker), desc_(desc) {}

  Values<float> run(const Values<float>& values, std::uint32_t target, std::uint32_t column, float seed) const {
    Values<float> gradients{{target, Vector(values.at(target).size(), 0.0f)}};
    gradients[target][column] = seed;
    for (std::size_t node = desc_.nodes.size(); node-- > 0;) {
      const format::NodeDesc& desc = desc_.nodes[node];
      const auto dy = gradients.find(desc.outputs[0]);
      if (dy != gradients.end())
        std::visit([&](const auto& op) { send(op, {desc, values, gradients, dy->second}); }, desc.op);
    }
    return gradients;
  }

 private:
  using Vector = std::vector<float>;
  struct At {
    const format::NodeDesc& node;
    const Values<float>& values;
    Values<float>& gradients;
    const Vector& dy;

    [[nodiscard]] const Vector& input(std::size_t i = 0) const {
      return values.at(node.inputs[i]);
    }
    [[nodiscard]] const Vector& output() const {
      return values.at(node.outputs[0]);
    }
    // The gradient of input i (+)= term(column).
    template <class Term>
    void add(std::size_t i, Term term) const {
      const auto [known, is_first] = gradients.try_emplace(node.inputs[i], input(i).size(), 0.0f);
      Vector& g = known->second;
      for (std::size_t c = 0; c < g.size(); ++c) {
        const float here = term(c) + 0.0f;
        g[c] = is_first ? here : g[c] + here + 0.0f;
      }
    }
  };

  void send(const format::EmbeddingBagOp&, const At&) const {}
  void send(const format::DenseInputOp&, const At&) const {}

  void send(const format::ConcatOp&, const At& at) const {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < at.node.inputs.size(); ++i) {
      at.add(i, [&](std::size_t c) { return at.dy[begin + c]; });
      begin += at.input(i).size();
    }
  }

  void send(const format::LinearOp& op, const At& at) const {
    const Vector& w = maker_.constants[op.weight];
    const std::size_t in = at.input().size();
    at.add(0, [&](std::size_t c) {
      float acc = 0.0f;
      for (std::size_t o = 0; o < at.dy.size(); ++o) acc = std::fma(at.dy[o], w[o * in + c], acc);
      return acc;
    });
  }

  void send(const format::SumOp&, const At& at) const {
    at.add(0, [&](std::size_t c) { return at.dy[c % at.dy.size()]; });
  }
  void send(const format::BatchNormOp& op, const At& at) const {
    at.add(0, [&](std::size_t c) { return at.dy[c] * maker_.constants[op.scale][c]; });
  }
  void send(const format::AddOp&, const At& at) const {
    for (std::size_t i = 0; i < 2; ++i) at.add(i, [&](std::size_t c) { return at.dy[c]; });
  }
  void send(const format::MultiplyOp&, const At& at) const {
    for (std::size_t i = 0; i < 2; ++i) at.add(i, [&](std::size_t c) { return at.dy[c] * at.input(1 - i)[c]; });
  }

  void send(const format::ActivationOp& op, const At& at) const {
    at.add(0, [&](std::size_t c) {
      const float dy = at.dy[c];
      const float x = at.input()[c];
      const float y = at.output()[c];
      switch (op.kind) {
        case format::ActivationKind::relu:
          return y <= 0 ? 0.0f : dy;
        case format::ActivationKind::leaky_relu:
          return x <= 0 ? dy * op.slope : dy;
        case format::ActivationKind::prelu: {
          const Vector& slopes = maker_.constants[op.slopes];
          return x <= 0 ? dy * slopes[slopes.size() == 1 ? 0 : c] : dy;
        }
        case format::ActivationKind::sigmoid:
          return dy * (y * (1.0f - y));
        case format::ActivationKind::tanh:
          return dy * (1.0f - y * y);
      }
      return dy;
    });
  }

  void send(const format::CalibrationOp& op, const At& at) const {
    at.add(0, [&](std::size_t) { return at.dy[0] * (op.knots_x.empty() ? op.scale : slope(op, at.input()[0])); });
  }
  // 0 outside the knots; at one, the piece to its right.
  static float slope(const format::CalibrationOp& op, float z) {
    for (std::size_t i = 0; i + 1 < op.knots_x.size(); ++i)
      if (op.knots_x[i] <= z && z < op.knots_x[i + 1])
        return (op.knots_y[i + 1] - op.knots_y[i]) / (op.knots_x[i + 1] - op.knots_x[i]);
    return 0.0f;
  }

  const ModelMaker& maker_;
  const format::ModelDesc& desc_;
};

}  // namespace

Values<float> ReferenceBackward::run(const Values<float>& values, std::uint32_t target, std::uint32_t column,
                                     float seed) const {
  return Sender(maker_, desc_).run(values, target, column, seed);
}

}  // namespace clicklens::testing
