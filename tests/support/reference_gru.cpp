#include "support/reference_gru.h"

#include <cmath>
#include <type_traits>

#include "kernels/dispatch.h"

namespace clicklens::testing::plain {
namespace {

template <class T>
T activated(decltype(&kernels::Table::sigmoid) kernel, T x) {
  if constexpr (std::is_same_v<T, double>) {
    return kernel == &kernels::Table::sigmoid ? 1 / (1 + std::exp(-x)) : std::tanh(x);
  } else {
    kernels::MapArgs args;
    args.a = {&x, 1, nullptr};
    args.y = &x;
    args.ldy = args.rows = args.cols = 1;
    (kernels::table_for(kernels::Isa::scalar)->*kernel)(args);
    return x;
  }
}

// bias + weight x, by gate.
template <class T>
std::vector<T> sums(const std::vector<T>& weight, const std::vector<T>& bias, const T* x) {
  std::vector<T> y = bias;
  const std::size_t width = weight.size() / bias.size();
  for (std::size_t o = 0; o < y.size(); ++o) {
    for (std::size_t c = 0; c < width; ++c) y[o] = std::fma(x[c], weight[o * width + c], y[o]);
    y[o] += T(0);
  }
  return y;
}

template <class T>
struct Gates {
  T r, z, n, own;
};
template <class T>
Gates<T> gates(const GruWeights<T>& w, const std::vector<T>& from_x, const std::vector<T>& from_h, std::size_t j) {
  const std::size_t size = w.size;
  Gates<T> g;
  g.r = activated<T>(&kernels::Table::sigmoid, from_x[j] + from_h[j]);
  g.z = activated<T>(&kernels::Table::sigmoid, from_x[size + j] + from_h[size + j]);
  g.own = from_h[2 * size + j];
  g.n = activated<T>(&kernels::Table::tanh, std::fma(g.r, g.own, from_x[2 * size + j]));
  return g;
}

float in_lanes(const std::vector<float>& terms) {
  float lane[16] = {};
  for (std::size_t c = 0; c < terms.size(); ++c) lane[c % 16] += terms[c];
  for (std::size_t half = 8; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) lane[i] += lane[i + half];
  return lane[0];
}

}  // namespace

template <class T>
std::vector<T> gru(const GruWeights<T>& w, const GruInputs<T>& in) {
  std::vector<T> states, h(w.size);
  for (std::size_t t = 0; t < in.x.size() / w.width; ++t) {
    const std::vector<T> from_x = sums(w.input, w.input_bias, in.x.data() + t * w.width);
    const std::vector<T> from_h = sums(w.hidden, w.hidden_bias, h.data());
    for (std::size_t j = 0; j < w.size && (in.mask.empty() || in.mask[t] != 0); ++j) {
      const Gates<T> g = gates(w, from_x, from_h, j);
      const T z = w.kind == format::GruKind::agru    ? in.attention[t]
                  : w.kind == format::GruKind::augru ? in.attention[t] * g.z
                                                     : g.z;
      h[j] = (w.kind == format::GruKind::gru ? std::fma(z, h[j] - g.n, g.n) : std::fma(z, g.n - h[j], h[j])) + T(0);
    }
    states.insert(states.end(), h.begin(), h.end());
  }
  return states;
}
template std::vector<float> gru(const GruWeights<float>&, const GruInputs<float>&);
template std::vector<double> gru(const GruWeights<double>&, const GruInputs<double>&);

GruGradients gru_backward(const GruWeights<float>& w, const GruInputs<float>& in, const std::vector<float>& states,
                          const std::vector<float>& dy) {
  const std::size_t fields = in.x.size() / w.width, size = w.size;
  GruGradients found{std::vector<float>(in.x.size()), std::vector<float>(in.attention.empty() ? 0 : fields)};
  std::vector<float> carried(size);
  for (std::size_t t = fields; t-- > 0;) {
    const std::vector<float> h = t == 0
                                     ? std::vector<float>(size)
                                     : std::vector<float>(states.begin() + static_cast<std::ptrdiff_t>((t - 1) * size),
                                                          states.begin() + static_cast<std::ptrdiff_t>(t * size));
    const std::vector<float> from_x = sums(w.input, w.input_bias, in.x.data() + t * w.width);
    const std::vector<float> from_h = sums(w.hidden, w.hidden_bias, h.data());
    std::vector<float> by_x(3 * size), by_h(3 * size), direct(size), by_attention(size);
    for (std::size_t j = 0; j < size; ++j) {
      const float d = dy[t * size + j] + carried[j] + 0.0f;
      if (!in.mask.empty() && in.mask[t] == 0) {
        direct[j] = d;
        continue;
      }
      const Gates<float> g = gates(w, from_x, from_h, j);
      float dn, dz = 0.0f;
      if (w.kind == format::GruKind::gru) {
        dn = d * (1.0f - g.z);
        dz = d * (h[j] - g.n);
        direct[j] = d * g.z + 0.0f;
      } else {
        const float a = in.attention[t], z = w.kind == format::GruKind::agru ? a : a * g.z;
        dn = d * z;
        const float by_z = d * (g.n - h[j]);
        by_attention[j] = (w.kind == format::GruKind::agru ? by_z : by_z * g.z) + 0.0f;
        if (w.kind == format::GruKind::augru) dz = by_z * a;
        direct[j] = d * (1.0f - z) + 0.0f;
      }
      const float sum_n = dn * (1.0f - g.n * g.n);
      by_x[j] = by_h[j] = sum_n * g.own * (g.r * (1.0f - g.r)) + 0.0f;
      by_x[size + j] = by_h[size + j] = dz * (g.z * (1.0f - g.z)) + 0.0f;
      by_x[2 * size + j] = sum_n + 0.0f;
      by_h[2 * size + j] = sum_n * g.r + 0.0f;
    }
    for (std::size_t c = 0; c < w.width; ++c) {
      float acc = 0.0f;
      for (std::size_t o = 0; o < 3 * size; ++o) acc = std::fma(by_x[o], w.input[o * w.width + c], acc);
      found.x[t * w.width + c] = acc;
    }
    for (std::size_t j = 0; j < size; ++j) {
      float acc = direct[j];
      for (std::size_t o = 0; o < 3 * size; ++o) acc = std::fma(by_h[o], w.hidden[o * size + j], acc);
      carried[j] = acc + 0.0f;
    }
    if (!in.attention.empty()) found.attention[t] = in_lanes(by_attention);
  }
  return found;
}

}  // namespace clicklens::testing::plain
