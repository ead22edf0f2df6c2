#include "support/reference_fields.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/dispatch.h"

namespace clicklens::testing::plain {
namespace {

// 16 lanes, then lane i + lane i + 8, + 4, + 2, + 1.
template <class T, class Term>
T in_lanes(std::size_t count, Term term) {
  T lane[16] = {};
  for (std::size_t c = 0; c < count; ++c) lane[c % 16] = term(c, lane[c % 16]);
  for (std::size_t half = 8; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) lane[i] += lane[i + half];
  return lane[0] + T(0);
}

template <class T>
T exponential(T x) {
  if constexpr (std::is_same_v<T, double>) {
    return std::exp(x);
  } else {
    kernels::MapArgs args;
    args.a = {&x, 1, nullptr};
    args.y = &x;
    args.ldy = args.rows = args.cols = 1;
    kernels::table_for(kernels::Isa::scalar)->exp(args);
    return x;
  }
}

}  // namespace

template <class T>
std::vector<T> pairwise_dots(const std::vector<T>& x, std::size_t fields) {
  const std::size_t width = x.size() / fields;
  std::vector<T> y;
  for (std::size_t i = 0; i < fields; ++i)
    for (std::size_t j = i + 1; j < fields; ++j)
      y.push_back(
          in_lanes<T>(width, [&](std::size_t c, T acc) { return std::fma(x[i * width + c], x[j * width + c], acc); }));
  return y;
}

template <class T>
std::vector<T> field_linear(const std::vector<T>& x, const std::vector<T>& weight, const std::vector<T>& bias) {
  const std::size_t out = bias.size(), in = weight.size() / out;
  std::vector<T> y;
  for (std::size_t begin = 0; begin < x.size(); begin += in)
    for (std::size_t o = 0; o < out; ++o) {
      T sum = bias[o];
      for (std::size_t c = 0; c < in; ++c) sum = std::fma(x[begin + c], weight[o * in + c], sum);
      y.push_back(sum + T(0));
    }
  return y;
}

template <class T>
std::vector<T> matmul(const std::vector<T>& a, const std::vector<T>& b, std::size_t m, std::size_t n,
                      bool transpose_b) {
  const std::size_t k = a.size() / m;
  std::vector<T> y;
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const auto term = [&](std::size_t p, T acc) {
        return std::fma(a[i * k + p], b[transpose_b ? j * k + p : p * n + j], acc);
      };
      T sum = 0;
      for (std::size_t p = 0; p < k; ++p) sum = term(p, sum);
      y.push_back((transpose_b ? in_lanes<T>(k, term) : sum) + T(0));
    }
  return y;
}

template <class T>
std::vector<T> softmax(const std::vector<T>& x, const std::vector<T>& mask, std::size_t width) {
  std::vector<T> y(x.size(), T(0));
  for (std::size_t begin = 0; begin < x.size(); begin += width) {
    const auto passes = [&](std::size_t c) { return mask.empty() || mask[mask.size() == width ? c : begin + c] != 0; };
    T top = -std::numeric_limits<T>::infinity();
    for (std::size_t c = 0; c < width; ++c)
      if (passes(c)) top = std::max(top, x[begin + c]);
    for (std::size_t c = 0; c < width; ++c)
      if (passes(c)) y[begin + c] = exponential(x[begin + c] - top);
    const T total = in_lanes<T>(width, [&](std::size_t c, T acc) { return acc + y[begin + c]; });
    for (std::size_t c = 0; c < width; ++c)
      if (passes(c)) y[begin + c] = y[begin + c] / total + T(0);
  }
  return y;
}

template <class T>
std::vector<T> layer_norm(const std::vector<T>& x, std::size_t width, T eps, const std::vector<T>& scale,
                          const std::vector<T>& shift) {
  std::vector<T> y = x;
  for (std::size_t begin = 0; begin < x.size(); begin += width) {
    T* const row = y.data() + begin;
    const T mean = in_lanes<T>(width, [&](std::size_t c, T acc) { return acc + row[c]; }) / T(width);
    for (std::size_t c = 0; c < width; ++c) row[c] = row[c] - mean + T(0);
    const T squares = in_lanes<T>(width, [&](std::size_t c, T acc) { return std::fma(row[c], row[c], acc); });
    const T inverse = T(1) / std::sqrt(squares / T(width) + eps);
    for (std::size_t c = 0; c < width; ++c) {
      row[c] = row[c] * inverse;
      row[c] = (scale.empty() ? row[c] : std::fma(row[c], scale[c], shift[c])) + T(0);
    }
  }
  return y;
}

template <class T>
std::vector<T> field_mix(const std::vector<T>& x, const std::vector<T>& weight, const std::vector<T>& bias) {
  const std::size_t out = bias.size(), fields = weight.size() / out, width = x.size() / fields;
  std::vector<T> y;
  for (std::size_t o = 0; o < out; ++o)
    for (std::size_t c = 0; c < width; ++c) {
      T sum = bias[o];
      for (std::size_t f = 0; f < fields; ++f) sum = std::fma(weight[o * fields + f], x[f * width + c], sum);
      y.push_back(sum + T(0));
    }
  return y;
}

template <class T>
std::vector<T> field_max(const std::vector<T>& x, std::size_t width) {
  std::vector<T> y(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(width));
  for (std::size_t c = width; c < x.size(); ++c) {
    T& top = y[c % width];
    if (!std::isnan(top) && !(x[c] <= top)) top = x[c];
  }
  return y;
}

#define CLENS_INSTANTIATE(T)                                                                                    \
  template std::vector<T> pairwise_dots(const std::vector<T>&, std::size_t);                                    \
  template std::vector<T> field_linear(const std::vector<T>&, const std::vector<T>&, const std::vector<T>&);    \
  template std::vector<T> matmul(const std::vector<T>&, const std::vector<T>&, std::size_t, std::size_t, bool); \
  template std::vector<T> softmax(const std::vector<T>&, const std::vector<T>&, std::size_t);                   \
  template std::vector<T> layer_norm(const std::vector<T>&, std::size_t, T, const std::vector<T>&,              \
                                     const std::vector<T>&);                                                    \
  template std::vector<T> field_mix(const std::vector<T>&, const std::vector<T>&, const std::vector<T>&);       \
  template std::vector<T> field_max(const std::vector<T>&, std::size_t)
CLENS_INSTANTIATE(float);
CLENS_INSTANTIATE(double);

}  // namespace clicklens::testing::plain
