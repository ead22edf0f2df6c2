#include "lens/probe_objective.h"

#include <cmath>

#include "lens/probe_loss.h"

namespace clicklens::lens {
namespace {

// Rows whose activations stay in L1 and L2 between the product with the weights and that with the slopes.
std::size_t rows_together(std::size_t width) {
  constexpr std::size_t floats = 16384;
  return std::clamp<std::size_t>(floats / std::max<std::size_t>(width, 1), 8, loss_block);
}

constexpr double constant_column = 1e-6;  // of the largest sd

}  // namespace

// Sums of x - c and of its square, c the mean of the first rows: c is within the values' spread, so the variance
// keeps its digits whatever the mean.
Standard standardise(const kernels::Table& kernels, const ProbeData& data, std::size_t value) {
  const std::size_t width = data.width(value);
  const auto n = static_cast<double>(data.rows());
  std::vector<double> centre(width), sums(width), squares(width);
  const std::vector<double> ones(loss_block, 1.0);
  std::size_t seen = 0;
  data.for_each_block(value, loss_block, [&](const FloatRows& x, std::size_t first) {
    if (first == 0) {
      add_scaled_rows(kernels, x, ones.data(), centre.data());
      for (double& c : centre) c /= static_cast<double>(x.rows);
    }
    for (std::size_t i = 0; i < x.rows; ++i) {
      const float* row = x.data + i * width;
      for (std::size_t c = 0; c < width; ++c) {
        const double d = double{row[c]} - centre[c];
        sums[c] += d;
        squares[c] += d * d;
      }
    }
    seen += x.rows;
  });
  Standard standard{std::move(centre), std::move(squares), std::vector<double>(width)};
  double largest = 0;
  for (std::size_t c = 0; c < width; ++c) {
    const double shift = sums[c] / n;
    standard.mean[c] += shift;
    standard.sd[c] = std::sqrt(std::max(standard.sd[c] / n - shift * shift, 0.0));
    largest = std::max(largest, standard.sd[c]);
  }
  for (std::size_t c = 0; c < width; ++c)
    standard.inverse[c] = standard.sd[c] > constant_column * largest ? 1 / standard.sd[c] : 0;
  return standard;
}

double ProbeTask::weight() const noexcept {
  if (target == ProbeTarget::number) return static_cast<double>(numbers.size());
  std::size_t clicks = 0;
  for (const std::uint8_t label : labels) clicks += label;
  return static_cast<double>(clicks) + other_weight * static_cast<double>(labels.size() - clicks);
}

FoldedPoint fold(const Standard& standard, std::span<const double> point) {
  FoldedPoint folded{std::vector<double>(standard.mean.size()), point.back()};
  for (std::size_t c = 0; c < folded.weights.size(); ++c) {
    folded.weights[c] = point[c] * standard.inverse[c];
    folded.bias -= folded.weights[c] * standard.mean[c];
  }
  return folded;
}

ProbeObjective::ProbeObjective(const kernels::Table& kernels, const ProbeData& data, std::size_t value,
                               const Standard& standard, const ProbeTask& task)
    : kernels_(&kernels),
      data_(&data),
      value_(value),
      width_(data.width(value)),
      standard_(&standard),
      task_(&task),
      weight_(task.weight()) {}

double ProbeObjective::loss(std::span<const double> point, std::span<double> gradient) const {
  const FoldedPoint folded = fold(*standard_, point);
  double scores[loss_block], slopes[loss_block];
  double sum = 0, slope_sum = 0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  data_->for_each_block(value_, rows_together(width_), [&](const FloatRows& x, std::size_t first) {
    project(*kernels_, x, folded.weights.data(), folded.bias, scores);
    sum += task_->target == ProbeTarget::label
               ? log_losses(scores, task_->labels.data() + first, x.rows, task_->other_weight, slopes)
               : square_losses(scores, task_->numbers.data() + first, x.rows, slopes);
    if (gradient.empty()) return;
    add_scaled_rows(*kernels_, x, slopes, gradient.data());
    for (std::size_t i = 0; i < x.rows; ++i) slope_sum += slopes[i];
  });
  if (!gradient.empty()) {
    for (std::size_t c = 0; c < width_; ++c)
      gradient[c] = standard_->inverse[c] * (gradient[c] - standard_->mean[c] * slope_sum) / weight_;
    gradient[width_] = slope_sum / weight_;
  }
  return sum / weight_;
}

double ProbeObjective::evaluate(std::span<const double> point, double lambda, std::span<double> gradient) const {
  const double mean_loss = loss(point, gradient);
  double squares = 0;
  for (std::size_t c = 0; c < width_; ++c) {
    squares += point[c] * point[c];
    gradient[c] += lambda * point[c];
  }
  return mean_loss + lambda / 2 * squares;
}

void probe_scores(const kernels::Table& kernels, const ProbeData& data, std::size_t value, const FoldedPoint& point,
                  double* scores) {
  data.for_each_block(value, loss_block, [&](const FloatRows& x, std::size_t first) {
    project(kernels, x, point.weights.data(), point.bias, scores + first);
  });
}

}  // namespace clicklens::lens
