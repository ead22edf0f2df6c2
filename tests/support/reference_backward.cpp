#include "support/reference_backward.h"

#include <algorithm>
#include <cmath>

#include "graph/order.h"
#include "support/reference_activations.h"
#include "support/reference_gru.h"

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

    [[nodiscard]] const Vector& input(std::size_t i = 0) const { return values.at(node.inputs[i]); }
    [[nodiscard]] const Vector& output() const { return values.at(node.outputs[0]); }
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
  void send(const format::SequenceOp&, const At&) const {}
  void send(const format::SequenceMaskOp&, const At&) const {}

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
    const Vector& scale = maker_.constants[op.scale];
    at.add(0, [&](std::size_t c) { return at.dy[c] * scale[scale.size() == 1 ? 0 : c]; });
  }
  // The column of input i that stands at `column` of the output.
  [[nodiscard]] std::size_t repeated(const At& at, std::size_t i, std::size_t column) const {
    const format::ValueDesc &from = desc_.values[at.node.inputs[i]], &to = desc_.values[at.node.outputs[0]];
    const std::size_t field = from.fields == 1 ? 0 : column / to.width;
    return field * from.width + (from.width == 1 ? 0 : column % to.width);
  }
  // A gradient of the output's shape to input i's: along the width in 16 lanes, over the fields ascending.
  void add_folded(const At& at, std::size_t i, const Vector& full) const {
    const format::ValueDesc &from = desc_.values[at.node.inputs[i]], &to = desc_.values[at.node.outputs[0]];
    Vector folded = full;
    if (from.width < to.width) {
      folded.clear();
      for (std::size_t field = 0; field < to.fields; ++field) {
        float lane[16] = {};
        for (std::size_t c = 0; c < to.width; ++c) lane[c % 16] += full[field * to.width + c];
        for (std::size_t half = 8; half > 0; half /= 2)
          for (std::size_t k = 0; k < half; ++k) lane[k] += lane[k + half];
        folded.push_back(lane[0] + 0.0f);
      }
    }
    if (from.fields < to.fields) {
      for (std::size_t c = from.width; c < folded.size(); ++c) folded[c % from.width] += folded[c];
    }
    at.add(i, [&](std::size_t c) { return folded[c]; });
  }
  void send(const format::AddOp&, const At& at) const {
    for (std::size_t i = 0; i < 2; ++i) add_folded(at, i, at.dy);
  }
  // Input i gets term(dy, its own number, the other's, the output's).
  template <class Term>
  void add_elementwise(const At& at, std::size_t i, Term term) const {
    Vector full = at.dy;
    for (std::size_t c = 0; c < full.size(); ++c)
      full[c] =
          term(full[c], at.input(i)[repeated(at, i, c)], at.input(1 - i)[repeated(at, 1 - i, c)], at.output()[c]) +
          0.0f;
    add_folded(at, i, full);
  }
  void send(const format::MultiplyOp&, const At& at) const {
    for (std::size_t i = 0; i < 2; ++i)
      add_elementwise(at, i, [](float dy, float, float other, float) { return dy * other; });
  }
  void send(const format::SubtractOp&, const At& at) const {
    add_elementwise(at, 0, [](float dy, float, float, float) { return dy; });
    add_elementwise(at, 1, [](float dy, float, float, float) { return -dy; });
  }
  void send(const format::DivideOp&, const At& at) const {
    add_elementwise(at, 0, [](float dy, float, float b, float) { return dy / b; });
    add_elementwise(at, 1, [](float dy, float b, float, float y) { return -(dy * (y / b)); });
  }
  void send(const format::MaximumOp&, const At& at) const {
    for (std::size_t i = 0; i < 2; ++i)
      add_elementwise(at, i, [](float dy, float own, float other, float) {
        return own == other ? dy * 0.5f : own > other ? dy : dy * 0.0f;
      });
  }
  void send(const format::MinimumOp&, const At& at) const {
    for (std::size_t i = 0; i < 2; ++i)
      add_elementwise(at, i, [](float dy, float own, float other, float) {
        return own == other ? dy * 0.5f : own < other ? dy : dy * 0.0f;
      });
  }

  void send(const format::BiInteractionOp&, const At& at) const {
    const std::size_t width = at.dy.size();
    Vector total(width, 0.0f);
    bool begun = false;
    for (const format::Part part : {format::Part::request, format::Part::candidate, format::Part::pair}) {
      const auto columns = graph::columns_of_part(at.node.order, part);
      if (columns.empty()) continue;
      Vector sum = part == format::Part::pair ? total : Vector(width, 0.0f);
      for (const std::uint32_t c : columns) sum[c % width] += at.input()[c];
      for (std::size_t d = 0; d < width; ++d)
        total[d] = begun && part == format::Part::candidate ? total[d] + sum[d] : sum[d];
      begun = true;
    }
    at.add(0, [&](std::size_t c) { return at.dy[c % width] * (total[c % width] - at.input()[c] + 0.0f); });
  }

  template <class Term>
  static float in_lanes(std::size_t count, Term term) {
    float lane[16] = {};
    for (std::size_t c = 0; c < count; ++c) lane[c % 16] = term(c, lane[c % 16]);
    for (std::size_t half = 8; half > 0; half /= 2)
      for (std::size_t i = 0; i < half; ++i) lane[i] += lane[i + half];
    return lane[0];
  }

  void send(const format::FieldLinearOp& op, const At& at) const {
    const Vector& w = maker_.constants[op.weight];
    const std::size_t out = desc_.constants[op.weight].shape[0], in = desc_.constants[op.weight].shape[1];
    at.add(0, [&](std::size_t c) {
      float acc = 0.0f;
      for (std::size_t o = 0; o < out; ++o) acc = std::fma(at.dy[c / in * out + o], w[o * in + c % in], acc);
      return acc;
    });
  }

  void send(const format::MatMulOp& op, const At& at) const {
    const std::size_t k = desc_.values[at.node.inputs[0]].width;
    const std::size_t m = desc_.values[at.node.outputs[0]].fields, n = desc_.values[at.node.outputs[0]].width;
    const Vector &a = at.input(0), &b = at.input(1);
    at.add(0, [&](std::size_t c) {  // dy times b turned round
      const std::size_t i = c / k, p = c % k;
      if (!op.transpose_b)
        return in_lanes(n, [&](std::size_t j, float acc) { return std::fma(at.dy[i * n + j], b[p * n + j], acc); });
      float acc = 0.0f;
      for (std::size_t j = 0; j < n; ++j) acc = std::fma(at.dy[i * n + j], b[j * k + p], acc);
      return acc;
    });
    at.add(1, [&](std::size_t c) {  // a turned round times dy, or dy turned round times a
      const std::size_t p = op.transpose_b ? c % k : c / n, j = op.transpose_b ? c / k : c % n;
      float acc = 0.0f;
      for (std::size_t i = 0; i < m; ++i) acc = std::fma(a[i * k + p], at.dy[i * n + j], acc);
      return acc;
    });
  }

  void send(const format::SoftmaxOp&, const At& at) const {
    const std::size_t width = desc_.values[at.node.outputs[0]].width;
    const Vector& y = at.output();
    at.add(0, [&](std::size_t c) {
      const std::size_t begin = c / width * width;
      const float total =
          in_lanes(width, [&](std::size_t i, float acc) { return std::fma(at.dy[begin + i], y[begin + i], acc); });
      return y[c] * (at.dy[c] - total);
    });
  }

  void send(const format::LayerNormOp& op, const At& at) const {
    const std::size_t width = desc_.values[at.node.outputs[0]].width;
    const auto count = static_cast<float>(width);
    const Vector& x = at.input();
    Vector dx(x.size());
    for (std::size_t begin = 0; begin < x.size(); begin += width) {
      Vector h(width), g(width);
      const float mean = in_lanes(width, [&](std::size_t c, float acc) { return acc + x[begin + c]; }) / count;
      for (std::size_t c = 0; c < width; ++c) h[c] = x[begin + c] - mean + 0.0f;
      const float squares = in_lanes(width, [&](std::size_t c, float acc) { return std::fma(h[c], h[c], acc); });
      const float inverse = 1.0f / std::sqrt(squares / count + op.eps);
      for (std::size_t c = 0; c < width; ++c) {
        h[c] = h[c] * inverse + 0.0f;
        g[c] = at.dy[begin + c] * (op.scale == format::no_index ? 1.0f : maker_.constants[op.scale][c]) + 0.0f;
      }
      const float offset = in_lanes(width, [&](std::size_t c, float acc) { return acc + g[c]; }) / count;
      const float slope = in_lanes(width, [&](std::size_t c, float acc) { return std::fma(g[c], h[c], acc); }) / count;
      for (std::size_t c = 0; c < width; ++c) dx[begin + c] = std::fma(-h[c], slope, g[c] - offset) * inverse;
    }
    at.add(0, [&](std::size_t c) { return dx[c]; });
  }

  void send(const format::SelectOp& op, const At& at) const {
    Vector dx(at.input().size());
    for (std::size_t i = 0; i < op.columns.size(); ++i) dx[op.columns[i]] += at.dy[i];
    at.add(0, [&](std::size_t c) { return dx[c]; });
  }
  void send(const format::FieldMixOp& op, const At& at) const {
    const Vector& w = maker_.constants[op.weight];
    const std::size_t out = desc_.constants[op.weight].shape[0], fields = desc_.constants[op.weight].shape[1];
    const std::size_t width = at.dy.size() / out;
    at.add(0, [&](std::size_t c) {
      float acc = 0.0f;
      for (std::size_t o = 0; o < out; ++o)
        acc = std::fma(w[o * fields + c / width], at.dy[o * width + c % width], acc);
      return acc;
    });
  }
  void send(const format::FieldMaxOp&, const At& at) const {
    const std::size_t width = at.dy.size();
    at.add(0, [&](std::size_t c) {
      std::size_t first = c % width;
      const float top = at.output()[c % width];
      while (at.input()[first] != top && !(std::isnan(at.input()[first]) && std::isnan(top))) first += width;
      return first == c ? at.dy[c % width] : 0.0f;
    });
  }

  void send(const format::GruOp& op, const At& at) const {
    const auto inputs = gru_inputs(op, at.node, at.values);
    const auto found = plain::gru_backward(gru_of<float>(op, maker_), inputs, at.output(), at.dy);
    at.add(0, [&](std::size_t c) { return found.x[c]; });
    if (!inputs.attention.empty()) at.add(1, [&](std::size_t c) { return found.attention[c]; });
    const std::uint32_t last = at.node.inputs.back();
    if (!inputs.mask.empty()) at.gradients.try_emplace(last, inputs.mask.size(), 0.0f);
  }

  void send(const format::PairwiseDotOp&, const At& at) const {
    const format::ValueDesc& x = desc_.values[at.node.inputs[0]];
    const auto pair = [&](std::size_t i, std::size_t j) { return i * (2 * x.fields - i - 1) / 2 + j - i - 1; };
    at.add(0, [&](std::size_t c) {
      const std::size_t i = c / x.width;
      float acc = 0.0f;
      for (std::size_t j = 0; j < x.fields; ++j)
        if (j != i)
          acc = std::fma(at.dy[pair(std::min(i, j), std::max(i, j))], at.input()[j * x.width + c % x.width], acc);
      return acc;
    });
  }

  void send(const format::ActivationOp& op, const At& at) const {
    static const Vector none;
    const Vector& slopes = op.slopes == format::no_index ? none : maker_.constants[op.slopes];
    at.add(0, [&](std::size_t c) {
      return plain::activation_gradient(op, slopes, at.dy[c], at.input()[c], at.output()[c], c);
    });
  }
  void send(const format::ClipOp& op, const At& at) const {
    at.add(0, [&](std::size_t c) { return at.input()[c] < op.low || at.input()[c] > op.high ? 0.0f : at.dy[c]; });
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
