#include "support/reference.h"

#include <algorithm>
#include <cmath>

#include "graph/order.h"
#include "support/reference_activations.h"
#include "support/reference_fields.h"
#include "support/reference_gru.h"

namespace clicklens::testing {
namespace {

// What a node makes of its inputs, one overload for each operator.
template <class T>
class Maker {
 public:
  Maker(const ModelMaker& maker, const format::ModelDesc& desc, bool int8,
        const std::vector<std::uint32_t>& full_precision)
      : maker_(maker), desc_(desc), int8_(int8), full_precision_(full_precision) {}

  Values<T> forward(const Row& row, const Values<T>& given) const {
    Values<T> values;
    for (const format::NodeDesc& node : desc_.nodes) {
      const auto found = given.find(node.outputs[0]);
      values[node.outputs[0]] = found != given.end()
                                    ? found->second
                                    : std::visit([&](const auto& op) { return make(op, node, values, row); }, node.op);
    }
    return values;
  }

 private:
  using Vector = std::vector<T>;
  static T fma(T a, T b, T c) { return std::fma(a, b, c); }
  const Vector& input(const format::NodeDesc& node, const Values<T>& values, std::size_t i = 0) const {
    return values.at(node.inputs[i]);
  }
  template <class F>
  Vector each(const Vector& x, F f) const {
    Vector y(x.size());
    for (std::size_t c = 0; c < x.size(); ++c) y[c] = f(x[c], c) + T(0);
    return y;
  }

  Vector make(const format::EmbeddingBagOp& op, const format::NodeDesc&, const Values<T>&, const Row& row) const {
    const Entry entry = kept(desc_.features[op.feature], row[op.feature]);
    const std::uint32_t dim = desc_.tables[op.table].dim;
    const std::vector<float>& table = maker_.tables[op.table];
    const format::Pooling pooling = desc_.features[op.feature].pooling;
    Vector y(dim, T(0));
    if (entry.ids.empty()) return y;
    T sum_w = 0;
    T sum_w2 = 0;
    for (std::size_t k = 0; k < entry.ids.size(); ++k) {
      const T w = entry.weights.empty() ? T(1) : T(entry.weights[k]);
      sum_w += w;
      sum_w2 = fma(w, w, sum_w2);
      for (std::uint32_t d = 0; d < dim; ++d) {
        const T v = T(table[entry.ids[k] * dim + d]);
        y[d] = pooling == format::Pooling::max ? (k == 0 || v > y[d] ? v : y[d]) : fma(w, v, y[d]);
      }
    }
    const T divisor = pooling == format::Pooling::mean    ? sum_w
                      : pooling == format::Pooling::sqrtn ? std::sqrt(sum_w2)
                                                          : T(1);
    return each(y, [divisor](T v, std::size_t) { return v / divisor; });
  }

  // What max_length leaves of it.
  static Entry kept(const format::FeatureDesc& feature, Entry entry) {
    const std::size_t length = entry.ids.size(), most = feature.max_length;
    if (most == 0 || length <= most) return entry;
    const auto cut = [&](auto& list) {
      if (list.empty()) return;
      if (feature.keep_last)
        list.erase(list.begin(), list.end() - static_cast<std::ptrdiff_t>(most));
      else
        list.resize(most);
    };
    cut(entry.ids);
    cut(entry.weights);
    return entry;
  }
  Vector make(const format::SequenceOp& op, const format::NodeDesc&, const Values<T>&, const Row& row) const {
    const format::FeatureDesc& feature = desc_.features[op.feature];
    const Entry entry = kept(feature, row[op.feature]);
    const std::uint32_t dim = desc_.tables[op.table].dim;
    Vector y(std::size_t{feature.max_length} * dim, T(0));
    const std::size_t first = op.align == format::Align::last ? feature.max_length - entry.ids.size() : 0;
    for (std::size_t k = 0; k < entry.ids.size(); ++k)
      for (std::uint32_t d = 0; d < dim; ++d)
        y[(first + k) * dim + d] =
            (entry.weights.empty() ? T(1) : T(entry.weights[k])) * T(maker_.tables[op.table][entry.ids[k] * dim + d]) +
            T(0);
    return y;
  }
  Vector make(const format::SequenceMaskOp& op, const format::NodeDesc&, const Values<T>&, const Row& row) const {
    const format::FeatureDesc& feature = desc_.features[op.feature];
    const std::size_t ids = kept(feature, row[op.feature]).ids.size();
    Vector y(feature.max_length, T(0));
    std::fill_n(op.align == format::Align::last ? y.end() - static_cast<std::ptrdiff_t>(ids) : y.begin(), ids, T(1));
    return y;
  }

  Vector make(const format::DenseInputOp& op, const format::NodeDesc&, const Values<T>&, const Row& row) const {
    return Vector(row[op.feature].dense.begin(), row[op.feature].dense.end());
  }

  Vector make(const format::ConcatOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    Vector y;
    for (const std::uint32_t i : node.inputs) y.insert(y.end(), values.at(i).begin(), values.at(i).end());
    return y;
  }

  // The chain over the order's parts; `term(c, acc)` adds column c.
  template <class Term>
  T in_order(const format::NodeDesc& node, T seed, Term term) const {
    return by_parts(node, seed, [&](const std::vector<std::uint32_t>& columns, T acc) {
      for (const std::uint32_t c : columns) acc = term(c, acc);
      return acc;
    });
  }
  // `add(columns, acc)` adds a part's columns.
  template <class Add>
  T by_parts(const format::NodeDesc& node, T seed, Add add) const {
    T total = seed;  // seeds the first part that is not empty
    bool begun = false;
    for (const format::Part part : {format::Part::request, format::Part::candidate, format::Part::pair}) {
      const auto columns = graph::columns_of_part(node.order, part);
      if (columns.empty()) continue;
      const T acc = add(columns, !begun || part == format::Part::pair ? total : T(0));
      total = begun && part == format::Part::candidate ? total + acc : acc;
      begun = true;
    }
    return total;
  }

  [[nodiscard]] bool is_int8(const format::NodeDesc& node, std::size_t outputs) const {
    return int8_ && outputs > 1 &&
           std::find(full_precision_.begin(), full_precision_.end(), node.outputs[0]) == full_precision_.end();
  }
  // Design, section 6: a scale for the part of the row and one for all weights of the output, exact integers between.
  static T add_int8(const Vector& x, const float* w, const std::vector<std::uint32_t>& columns, T acc) {
    float largest_x = 0;
    float largest_w = 0;
    for (const std::uint32_t c : columns) largest_x = std::max(largest_x, std::fabs(static_cast<float>(x[c])));
    for (std::size_t c = 0; c < x.size(); ++c) largest_w = std::max(largest_w, std::fabs(w[c]));
    const auto factor = [](float largest) { return largest < 0x1p-100f ? 0.0f : 127.0f / largest; };
    const auto scale = [](float largest) { return largest < 0x1p-100f ? 0.0f : largest / 127.0f; };
    std::int64_t sum = 0;
    for (const std::uint32_t c : columns)
      sum += std::lrint(static_cast<float>(x[c]) * factor(largest_x)) * std::lrint(w[c] * factor(largest_w));
    return fma(T(static_cast<std::int32_t>(sum)), T(scale(largest_x) * scale(largest_w)), acc);
  }

  Vector make(const format::LinearOp& op, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    const Vector& x = input(node, values);
    const std::vector<float>& w = maker_.constants[op.weight];
    Vector y(desc_.constants[op.weight].shape[0]);
    for (std::size_t o = 0; o < y.size(); ++o) {
      const T seed = op.bias == format::no_index ? T(0) : T(maker_.constants[op.bias][o]);
      if (is_int8(node, y.size())) {
        y[o] = by_parts(node, seed, [&](const std::vector<std::uint32_t>& columns, T acc) {
          return add_int8(x, w.data() + o * x.size(), columns, acc);
        });
        continue;
      }
      y[o] = in_order(node, seed, [&](std::uint32_t c, T acc) { return fma(x[c], T(w[o * x.size() + c]), acc); });
    }
    return each(y, [](T v, std::size_t) { return v; });
  }

  Vector make(const format::SumOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    const Vector& x = input(node, values);
    const std::uint32_t width = desc_.values[node.outputs[0]].width;
    Vector y(width);
    for (std::uint32_t d = 0; d < width; ++d)
      y[d] = in_order(node, T(0), [&](std::uint32_t c, T acc) { return c % width == d ? acc + x[c] : acc; });
    return each(y, [](T v, std::size_t) { return v; });
  }

  Vector make(const format::BatchNormOp& op, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    const std::vector<float>&scale = maker_.constants[op.scale], &shift = maker_.constants[op.shift];
    return each(input(node, values), [&](T v, std::size_t c) {
      const std::size_t at = scale.size() == 1 ? 0 : c;
      return fma(v, T(scale[at]), T(shift[at]));
    });
  }

  Vector make(const format::ActivationOp& op, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    static const std::vector<float> none;
    const std::vector<float>& slopes = op.slopes == format::no_index ? none : maker_.constants[op.slopes];
    return each(input(node, values), [&](T v, std::size_t c) { return plain::activated(op, slopes, v, c); });
  }
  Vector make(const format::ClipOp& op, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return each(input(node, values), [&](T v, std::size_t) {
      return v < T(op.low) ? T(op.low) : v > T(op.high) ? T(op.high) : v;
    });
  }

  // f of both inputs, element by element; one field, or a width of 1, is repeated.
  template <class F>
  Vector both(const format::NodeDesc& node, const Values<T>& values, F f) const {
    const format::ValueDesc& to = desc_.values[node.outputs[0]];
    const auto pick = [&](std::size_t i, std::size_t field, std::size_t column) {
      const format::ValueDesc& from = desc_.values[node.inputs[i]];
      return input(node, values, i)[(from.fields == 1 ? 0 : field) * from.width + (from.width == 1 ? 0 : column)];
    };
    Vector y;
    for (std::size_t field = 0; field < to.fields; ++field)
      for (std::size_t column = 0; column < to.width; ++column)
        y.push_back(f(pick(0, field, column), pick(1, field, column)) + T(0));
    return y;
  }
  Vector make(const format::AddOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return both(node, values, [](T a, T b) { return a + b; });
  }
  Vector make(const format::MultiplyOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return both(node, values, [](T a, T b) { return a * b; });
  }

  Vector make(const format::SubtractOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return both(node, values, [](T a, T b) { return a - b; });
  }
  Vector make(const format::DivideOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return both(node, values, [](T a, T b) { return a / b; });
  }
  Vector make(const format::MaximumOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return both(node, values, [](T a, T b) { return std::max(a, b); });
  }
  Vector make(const format::MinimumOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return both(node, values, [](T a, T b) { return std::min(a, b); });
  }

  Vector make(const format::BiInteractionOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    const Vector& x = input(node, values);
    Vector y(desc_.values[node.outputs[0]].width);
    const std::size_t width = y.size();
    for (std::size_t d = 0; d < width; ++d) {
      const T s = in_order(node, T(0), [&](std::uint32_t c, T acc) { return c % width == d ? acc + x[c] : acc; });
      const T q =
          in_order(node, T(0), [&](std::uint32_t c, T acc) { return c % width == d ? fma(x[c], x[c], acc) : acc; });
      y[d] = fma(s, s, -q) * T(0.5);
    }
    return each(y, [](T v, std::size_t) { return v; });
  }

  Vector make(const format::PairwiseDotOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return plain::pairwise_dots(input(node, values), desc_.values[node.inputs[0]].fields);
  }
  Vector make(const format::FieldLinearOp& op, const format::NodeDesc& node, const Values<T>& values,
              const Row&) const {
    const std::size_t out = desc_.constants[op.weight].shape[0];
    const Vector bias = op.bias == format::no_index ? Vector(out) : numbers(op.bias);
    return plain::field_linear(input(node, values), numbers(op.weight), bias);
  }
  Vector make(const format::MatMulOp& op, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    const format::ValueDesc& to = desc_.values[node.outputs[0]];
    return plain::matmul(input(node, values), input(node, values, 1), to.fields, to.width, op.transpose_b);
  }
  Vector make(const format::SoftmaxOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    const Vector mask = node.inputs.size() == 1 ? Vector() : input(node, values, 1);
    return plain::softmax(input(node, values), mask, desc_.values[node.outputs[0]].width);
  }
  Vector make(const format::LayerNormOp& op, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    const bool scaled = op.scale != format::no_index;
    return plain::layer_norm(input(node, values), desc_.values[node.outputs[0]].width, T(op.eps),
                             scaled ? numbers(op.scale) : Vector(), scaled ? numbers(op.shift) : Vector());
  }
  Vector make(const format::SelectOp& op, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    Vector y;
    for (const std::uint32_t column : op.columns) y.push_back(input(node, values)[column]);
    return y;
  }
  Vector make(const format::FieldMixOp& op, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    const std::size_t out = desc_.constants[op.weight].shape[0];
    const Vector bias = op.bias == format::no_index ? Vector(out) : numbers(op.bias);
    return plain::field_mix(input(node, values), numbers(op.weight), bias);
  }
  Vector make(const format::FieldMaxOp&, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return plain::field_max(input(node, values), desc_.values[node.outputs[0]].width);
  }
  Vector make(const format::GruOp& op, const format::NodeDesc& node, const Values<T>& values, const Row&) const {
    return plain::gru(gru_of<T>(op, maker_), gru_inputs(op, node, values));
  }
  [[nodiscard]] Vector numbers(std::uint32_t constant) const {
    return {maker_.constants[constant].begin(), maker_.constants[constant].end()};
  }

  Vector make(const format::CalibrationOp& op, const format::NodeDesc& node, const Values<T>& values,
              const Row&) const {
    return each(input(node, values), [&](T z, std::size_t) {
      if (op.knots_x.empty()) return fma(z, T(op.scale), T(op.shift));
      if (z < T(op.knots_x.front())) return T(op.knots_y.front());
      for (std::size_t i = 0; i + 1 < op.knots_x.size(); ++i) {
        if (z >= T(op.knots_x[i + 1])) continue;
        const T t = (z - T(op.knots_x[i])) / (T(op.knots_x[i + 1]) - T(op.knots_x[i]));
        return fma(t, T(op.knots_y[i + 1]) - T(op.knots_y[i]), T(op.knots_y[i]));
      }
      return T(op.knots_y.back());
    });
  }

  const ModelMaker& maker_;
  const format::ModelDesc& desc_;
  const bool int8_;
  const std::vector<std::uint32_t>& full_precision_;
};

}  // namespace

template <class T>
Values<T> Reference<T>::forward(const Row& row, const Values<T>& given) const {
  return Maker<T>(maker_, desc_, int8_, full_precision_).forward(row, given);
}
template class Reference<float>;
template class Reference<double>;

}  // namespace clicklens::testing
