#include "lens/probe_curvature.h"

#include <algorithm>
#include <cmath>

#include "lens/probe_sample.h"

namespace clicklens::lens {
namespace {

constexpr std::size_t together = 64;

// Drawn rows' standardised columns and the intercept's 1, times the roots of their shares. Adds to
// second_moments what they say of the mean of u^2 over all rows.
void scale_rows(const ProbeObjective& objective, std::span<const DrawnRow> drawn, double* scaled,
                std::vector<double>& second_moments) {
  const Standard& standard = objective.standard();
  const std::size_t width = objective.size() - 1;
  for (const DrawnRow& row : drawn) {
    const float* x = objective.data().row(objective.value(), row.row);
    const double root = std::sqrt(row.share);
    for (std::size_t c = 0; c < width; ++c) {
      const double u = (double{x[c]} - standard.mean[c]) * standard.inverse[c];
      second_moments[c] += row.rows * u * u;
      scaled[c] = root * u;
    }
    scaled[width] = root;
    scaled += width + 1;
  }
}

}  // namespace

void Metric::apply(std::span<double> gradient) const {
  if (whole_) return whole_->solve(gradient);
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] *= inverse_diagonal_[i];
}

Curvature Curvature::estimate(const ProbeObjective& objective, std::span<const double> point, std::size_t rows) {
  const std::size_t size = objective.size();
  Curvature made;
  made.size_ = size;
  made.whole_ = size <= whole_columns;
  made.h_.assign(made.whole_ ? size * size : size, 0.0);
  const std::vector<DrawnRow> drawn = draw_rows(objective, point, rows);
  std::vector<double> scaled(together * size), second_moments(size - 1);
  for (std::size_t begin = 0; begin < drawn.size(); begin += together) {
    const auto some = std::span(drawn).subspan(begin, std::min(together, drawn.size() - begin));
    scale_rows(objective, some, scaled.data(), second_moments);
    if (made.whole_) {
      add_gram(objective.kernels(), scaled.data(), size, some.size(), size, made.h_.data(), size);
      continue;
    }
    for (std::size_t i = 0; i < some.size(); ++i)
      for (std::size_t c = 0; c < size; ++c) made.h_[c] += scaled[i * size + c] * scaled[i * size + c];
  }
  if (rows < objective.data().rows()) made.repair(second_moments);
  return made;
}

// Over all rows the mean of u^2 is 1. A column whose sample says otherwise (a neuron that fires once in a thousand
// rows) is not described by it: it stands alone, with the mean curvature.
void Curvature::repair(std::span<const double> second_moments) {
  constexpr double low = 0.25, high = 4;
  const std::size_t step = whole_ ? size_ + 1 : 1, intercept = size_ - 1;
  const double mean_curvature = h_[intercept * step];
  for (std::size_t c = 0; c < intercept; ++c) {
    if (second_moments[c] == 0 || (second_moments[c] > low && second_moments[c] < high)) continue;  // 0: constant
    for (std::size_t i = 0; whole_ && i < c; ++i) h_[i * size_ + c] = 0;
    for (std::size_t j = c + 1; whole_ && j < size_; ++j) h_[c * size_ + j] = 0;
    h_[c * step] = mean_curvature;
  }
}

Metric Curvature::metric(const kernels::Table& kernels, double lambda) const {
  Metric metric;
  const std::size_t step = whole_ ? size_ + 1 : 1;
  std::vector<double> h = h_;
  for (std::size_t c = 0; c + 1 < size_; ++c) h[c * step] += lambda;
  if (whole_) metric.whole_ = Cholesky::factor(kernels, h, size_);
  if (metric.whole_) return metric;
  for (std::size_t c = 0; c < size_; ++c) metric.inverse_diagonal_.push_back(h[c * step] > 0 ? 1 / h[c * step] : 1);
  return metric;
}

}  // namespace clicklens::lens
