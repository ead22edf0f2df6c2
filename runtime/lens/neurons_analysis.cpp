#include "lens/neurons_analysis.h"

#include <algorithm>
#include <cmath>

#include "format/model_desc.h"
#include "lens/eigen.h"

namespace clicklens::lens {
namespace {

void keep_components(LayerAnalysis& result, const Spectrum& spectrum, std::size_t cols) {
  double total = 0;
  for (const double value : spectrum.values) total += std::max(value, 0.0);
  for (std::size_t i = 0; i < 2 && total > 0; ++i) {
    const double value = i < spectrum.values.size() ? spectrum.values[i] : 0;
    result.share[i] = std::max(value, 0.0) / total;
    // what rounding leaves of an eigenvalue 0 has no direction
    if (value > 1e-14 * static_cast<double>(cols) * spectrum.values[0])
      std::copy_n(&spectrum.vectors[i * cols], cols, &result.components[i * cols]);
  }
}

// From x x', of which x x' u = lambda u gives x' x (x' u) = lambda (x' u).
void analyse_wide(LayerAnalysis& result, const kernels::Table& kernels, const CentredRows& x) {
  const std::size_t rows = std::min(x.rows(), LayerAnalysis::most_columns);
  const std::vector<double> columns = transposed(x.values, rows, x.cols);
  std::vector<double> products = gram(kernels, columns, x.cols, rows);
  Spectrum spectrum = symmetric_spectrum(products, rows, 2);
  result.effective_rank = effective_rank(spectrum.values);
  std::vector<double> vectors(2 * x.cols);
  for (std::size_t i = 0; i < spectrum.vectors.size() / rows; ++i) {
    double* v = &vectors[i * x.cols];
    double norm = 0;
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < x.cols; ++c) v[c] += spectrum.vectors[i * rows + r] * x.values[r * x.cols + c];
    for (std::size_t c = 0; c < x.cols; ++c) norm += v[c] * v[c];
    const double* largest =
        std::max_element(v, v + x.cols, [](double a, double b) { return std::abs(a) < std::abs(b); });
    const double scale = norm > 0 ? std::copysign(1 / std::sqrt(norm), *largest) : 0;
    for (std::size_t c = 0; c < x.cols; ++c) v[c] *= scale;
  }
  spectrum.vectors = std::move(vectors);
  keep_components(result, spectrum, x.cols);
}

bool signs_agree(const CentredRows& x, std::size_t a, std::size_t b) {
  std::size_t equal = 0;
  for (const float* row : x.raw) {
    const float p = row[a], q = row[b];
    equal += (p > 0) == (q > 0) && (p < 0) == (q < 0) ? 1 : 0;
  }
  return static_cast<double>(equal) >= 0.999 * static_cast<double>(x.rows());
}

// Columns that vary on some ten rows' worth at least: two that differ from a constant on one and the same row would
// have r = 1.
std::vector<bool> varying_columns(const CentredRows& x) {
  std::vector<double> squares(x.cols), fourths(x.cols);
  for (std::size_t r = 0; r < x.rows(); ++r)
    for (std::size_t c = 0; c < x.cols; ++c) {
      const double square = x.values[r * x.cols + c] * x.values[r * x.cols + c];
      squares[c] += square;
      fourths[c] += square * square;
    }
  std::vector<bool> varying(x.cols);
  for (std::size_t c = 0; c < x.cols; ++c) varying[c] = squares[c] * squares[c] >= 10 * fourths[c] && fourths[c] > 0;
  return varying;
}

void find_duplicates(LayerAnalysis& result, const CentredRows& x) {
  constexpr std::size_t enough_rows = 100;
  constexpr double alike = 0.9999;
  if (x.rows() < enough_rows) return;
  const std::vector<bool> varying = varying_columns(x);
  const auto& c = result.covariance;
  for (std::size_t b = 1; b < x.cols; ++b) {
    for (std::size_t a = 0; a < b && varying[b]; ++a) {
      if (!varying[a]) continue;
      const double r = c[a * x.cols + b] / std::sqrt(c[a * x.cols + a] * c[b * x.cols + b]);
      if (!(std::abs(r) >= alike) || !signs_agree(x, a, b)) continue;
      result.duplicate_of[b] = static_cast<std::uint32_t>(a);
      break;
    }
  }
}

double squared_norm(const std::vector<double>& upper, std::size_t n, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) {
    sum += upper[i * n + i] * upper[i * n + i];
    for (std::size_t j = i + 1; j < end; ++j) sum += 2 * upper[i * n + j] * upper[i * n + j];
  }
  return sum;
}

// Few columns: |y' x|^2 / (|x' x| |y' y|), all three blocks of one product.
double cka_of_columns(const kernels::Table& kernels, const CentredRows& x, const CentredRows& y) {
  const std::size_t n = x.cols + y.cols;
  std::vector<double> both(x.rows() * n);
  for (std::size_t r = 0; r < x.rows(); ++r) {
    std::copy_n(&x.values[r * x.cols], x.cols, &both[r * n]);
    std::copy_n(&y.values[r * y.cols], y.cols, &both[r * n + x.cols]);
  }
  const std::vector<double> g = gram(kernels, both, x.rows(), n);
  double shared = 0;
  for (std::size_t i = 0; i < x.cols; ++i)
    for (std::size_t j = x.cols; j < n; ++j) shared += g[i * n + j] * g[i * n + j];
  return shared / std::sqrt(squared_norm(g, n, 0, x.cols) * squared_norm(g, n, x.cols, n));
}

// Few rows: <x x', y y'> / (|x x'| |y y'|).
double cka_of_rows(const kernels::Table& kernels, const CentredRows& x, const CentredRows& y) {
  const std::size_t n = x.rows();
  const std::vector<double> k = gram(kernels, transposed(x.values, n, x.cols), x.cols, n);
  const std::vector<double> l = gram(kernels, transposed(y.values, n, y.cols), y.cols, n);
  double shared = 0;
  for (std::size_t i = 0; i < n; ++i) {
    shared += k[i * n + i] * l[i * n + i];
    for (std::size_t j = i + 1; j < n; ++j) shared += 2 * k[i * n + j] * l[i * n + j];
  }
  return shared / std::sqrt(squared_norm(k, n, 0, n) * squared_norm(l, n, 0, n));
}

}  // namespace

CentredRows::CentredRows(std::span<const float* const> all, std::size_t columns) : cols(columns) {
  for (const float* row : all)
    if (std::all_of(row, row + cols, [](float x) { return std::isfinite(x); })) raw.push_back(row);
  values.resize(raw.size() * cols);
  std::vector<double> means(cols);
  for (const float* row : raw)
    for (std::size_t c = 0; c < cols; ++c) means[c] += double{row[c]};
  for (double& mean : means) mean /= static_cast<double>(raw.size());
  for (std::size_t r = 0; r < raw.size(); ++r)
    for (std::size_t c = 0; c < cols; ++c) values[r * cols + c] = double{raw[r][c]} - means[c];
}

std::vector<double> gram(const kernels::Table& kernels, std::span<const double> x, std::size_t rows, std::size_t cols) {
  std::vector<double> g(cols * cols);
  kernels::GramArgs args;
  args.x = x.data();
  args.ldx = args.cols = args.ldg = cols;
  args.rows = rows;
  args.g = g.data();
  kernels.gram(args);
  return g;
}

std::vector<double> transposed(std::span<const double> x, std::size_t rows, std::size_t cols) {
  std::vector<double> t(rows * cols);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c) t[c * rows + r] = x[r * cols + c];
  return t;
}

LayerAnalysis analyse(const kernels::Table& kernels, const CentredRows& sample, bool look_for_duplicates) {
  LayerAnalysis result;
  result.rows = sample.rows();
  result.components.resize(2 * sample.cols);
  result.duplicate_of.assign(sample.cols, format::no_index);
  if (sample.rows() < 2) return result;
  if (sample.cols > LayerAnalysis::most_columns) {
    analyse_wide(result, kernels, sample);
    return result;
  }
  result.covariance = gram(kernels, sample.values, sample.rows(), sample.cols);
  for (double& entry : result.covariance) entry /= static_cast<double>(sample.rows() - 1);
  std::vector<double> overwritten = result.covariance;
  const Spectrum spectrum = symmetric_spectrum(overwritten, sample.cols, 2);
  result.effective_rank = effective_rank(spectrum.values);
  keep_components(result, spectrum, sample.cols);
  if (look_for_duplicates) find_duplicates(result, sample);
  return result;
}

double linear_cka(const kernels::Table& kernels, const CentredRows& x, const CentredRows& y) {
  return x.cols + y.cols <= x.rows() ? cka_of_columns(kernels, x, y) : cka_of_rows(kernels, x, y);
}

}  // namespace clicklens::lens
