// Layers beside each other: the same rows in two layers or models, and two sets of rows in one layer.
#include <algorithm>
#include <cmath>

#include "lens/dot.h"
#include "lens/neurons.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

double median(std::vector<double>& values) {
  if (values.empty()) return undefined;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double spread_ratio(const Neurons& reference, const Neurons& other, std::size_t layer) {
  std::vector<double> ratios;
  for (std::size_t c = 0; c < reference.layers()[layer].width; ++c) {
    const double before = reference.figures(layer, c).sd, after = other.figures(layer, c).sd;
    if (before > 0 && !std::isnan(after)) ratios.push_back(after / before);
  }
  return median(ratios);
}

// Frobenius norm of the difference of two symmetric matrices given by their upper triangles; null: zero.
double distance(const double* a, const double* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i; j < n; ++j) {
      const double gap = a[i * n + j] - (b != nullptr ? b[i * n + j] : 0);
      sum += (i == j ? 1 : 2) * gap * gap;
    }
  return std::sqrt(sum);
}

double relative_distance(const LayerAnalysis& a, const LayerAnalysis& b, const LayerAnalysis& reference,
                         std::size_t cols) {
  if (a.covariance.empty() || b.covariance.empty() || reference.covariance.empty()) return undefined;
  const double norm = distance(reference.covariance.data(), nullptr, cols);
  return norm > 0 ? distance(a.covariance.data(), b.covariance.data(), cols) / norm : undefined;
}

LayerAnalysis covariance_of(const kernels::Table& kernels, const CentredRows& rows) {
  LayerAnalysis result;
  if (rows.rows() < 2) return result;
  result.covariance = gram(kernels, rows.values, rows.rows(), rows.cols);
  for (double& entry : result.covariance) entry /= static_cast<double>(rows.rows() - 1);
  return result;
}

// Every other row by hash: halves drawn at random, and the same ones each time.
double null_distance(const Neurons& reference, std::size_t layer) {
  const CentredRows all = reference.sampled_rows(layer);
  if (all.cols > LayerAnalysis::most_columns) return undefined;
  std::vector<const float*> halves[2];
  for (std::size_t i = 0; i < all.rows(); ++i) halves[i % 2].push_back(all.raw[i]);
  const LayerAnalysis even = covariance_of(reference.kernels(), CentredRows(halves[0], all.cols));
  const LayerAnalysis odd = covariance_of(reference.kernels(), CentredRows(halves[1], all.cols));
  return relative_distance(even, odd, reference.analysis(layer), all.cols) / std::sqrt(2.0);
}

// Cosines are the singular values of the 2 x 2 products of the bases (Bjorck and Golub 1973).
void principal_angles(const std::vector<double>& u, const std::vector<double>& v, std::size_t n, double* angles) {
  angles[0] = angles[1] = undefined;
  for (const auto* basis : {&u, &v})
    for (std::size_t i = 0; i < 2; ++i)
      if (dot(&(*basis)[i * n], &(*basis)[i * n], n) == 0) return;
  const double a = dot(&u[0], &v[0], n), b = dot(&u[0], &v[n], n), c = dot(&u[n], &v[0], n), d = dot(&u[n], &v[n], n);
  const double sum = std::hypot(a + d, b - c), gap = std::hypot(a - d, b + c);
  angles[0] = std::acos(std::min((sum + gap) / 2, 1.0));
  angles[1] = std::acos(std::min(std::abs(sum - gap) / 2, 1.0));
}

Status check_layer(const Neurons& neurons, std::size_t layer) {
  if (layer < neurons.options().values.size()) return {};
  return Status::error(Code::invalid_argument, "layer: %zu of %zu", layer, neurons.options().values.size());
}

// Slots of rows that both samples have, in ascending order of hash; equal hashes one to one.
std::pair<std::vector<const float*>, std::vector<const float*>> common_rows(const Neurons& a, std::size_t layer_a,
                                                                            const Neurons& b, std::size_t layer_b) {
  const auto in_a = a.sample().order(), in_b = b.sample().order();
  const NeuronLayer &of_a = a.layers()[layer_a], &of_b = b.layers()[layer_b];
  std::pair<std::vector<const float*>, std::vector<const float*>> rows;
  for (std::size_t i = 0, j = 0; i < in_a.size() && j < in_b.size();) {
    const std::uint64_t hash_a = a.sample().hash(in_a[i]), hash_b = b.sample().hash(in_b[j]);
    if (hash_a == hash_b) {
      const float* x = &a.sample().values(in_a[i])[of_a.offset];
      const float* y = &b.sample().values(in_b[j])[of_b.offset];
      const auto finite = [](float v) { return std::isfinite(v); };
      if (std::all_of(x, x + of_a.width, finite) && std::all_of(y, y + of_b.width, finite)) {
        rows.first.push_back(x);
        rows.second.push_back(y);
      }
    }
    i += hash_a <= hash_b ? 1 : 0;
    j += hash_b <= hash_a ? 1 : 0;
  }
  return rows;
}

}  // namespace

Status linear_cka(const Neurons& a, std::size_t layer_a, const Neurons& b, std::size_t layer_b, double& cka,
                  std::uint64_t& rows) {
  CLENS_TRY(check_layer(a, layer_a));
  CLENS_TRY(check_layer(b, layer_b));
  const auto [in_a, in_b] = common_rows(a, layer_a, b, layer_b);
  if (in_a.size() < 2)
    return Status::error(Code::not_found, "neurons: %zu sampled rows in common; feed both the same rows", in_a.size());
  const CentredRows x(in_a, a.layers()[layer_a].width), y(in_b, b.layers()[layer_b].width);
  cka = linear_cka(a.kernels(), x, y);
  rows = in_a.size();
  return {};
}

base::Result<LayerChange> compare(const Neurons& reference, const Neurons& other, std::size_t layer) {
  CLENS_TRY(check_layer(reference, layer));
  CLENS_TRY(check_layer(other, layer));
  const std::size_t width = reference.layers()[layer].width;
  if (other.layers()[layer].width != width)
    return Status::error(Code::invalid_argument, "layer %zu has %zu columns in the reference and %u in the other",
                         layer, width, other.layers()[layer].width);
  LayerChange change{};
  change.spread_ratio = spread_ratio(reference, other, layer);
  const LayerAnalysis &before = reference.analysis(layer), &after = other.analysis(layer);
  change.covariance_distance = relative_distance(after, before, before, width);
  change.covariance_null = null_distance(reference, layer);
  principal_angles(before.components, after.components, width, change.angles);
  return change;
}

}  // namespace clicklens::lens
