// Bounds of a linear layer: per output the bias and, of every factor, the largest and the smallest that its columns
// can add (the support function of the factor). A chain of float operations is off by at most rounding_of(its length)
// times the sum of the magnitudes of its terms, so each term counts with that much more.
#include <algorithm>
#include <cmath>

#include "ops/bounds.h"

namespace clicklens::ops {
namespace {

// One end of all outputs; the lower end is the upper of -W.
struct Upper {
  std::vector<double> end;     // what the terms so far add at most, their rounding included
  std::vector<double> rise;    // how high partial sums may go
  std::vector<bool> is_exact;  // all terms are zero
};

class LinearBounds {
 public:
  LinearBounds(const float* weight, const float* bias, std::uint32_t out, std::uint32_t in)
      : weight_(weight), out_(out), in_(in), rounding_(rounding_of(static_cast<double>(in) + 4)) {
    for (Upper* side : {&upper_, &lower_}) {
      side->end.assign(out, 0);
      side->rise.assign(out, 0);
      side->is_exact.assign(out, true);
    }
    is_odd_.assign(out, false);
    weights_.assign(out, 0);
    for (std::uint32_t j = 0; j < out; ++j) {
      for (std::uint32_t c = 0; c < in; ++c) weights_[j] += std::abs(double{at(j, c)});
      const double b = bias == nullptr ? 0 : double{bias[j]};
      if (!std::isfinite(weights_[j]) || !std::isfinite(b)) is_odd_[j] = true;
      add(upper_, j, b, std::abs(b), std::max(b, 0.0));
      add(lower_, j, -b, std::abs(b), std::max(-b, 0.0));
    }
  }

  // Factors of the same points, side by side.
  void add_factors(std::span<const Factor> factors, std::uint32_t column);
  [[nodiscard]] Bounds result() const;

 private:
  [[nodiscard]] float at(std::uint32_t j, std::uint32_t c) const noexcept { return weight_[std::size_t{j} * in_ + c]; }
  void add(Upper& side, std::uint32_t j, double term, double magnitude, double rise) noexcept {
    side.end[j] += term + rounding_ * magnitude;
    side.rise[j] += rise;
    if (magnitude != 0) side.is_exact[j] = false;
  }
  void add_interval(const Interval& x, std::uint32_t column) noexcept;
  void add_points(const Points& points, std::uint32_t count, std::uint32_t column);
  [[nodiscard]] double high_end(const Upper& side, std::uint32_t j) const noexcept;

  const float* weight_;
  std::uint32_t out_, in_;
  double rounding_;
  Upper upper_, lower_;
  std::vector<double> weights_;  // sum of magnitudes, by output
  std::vector<bool> is_odd_;     // something is not finite: nothing is known
};

void LinearBounds::add_interval(const Interval& x, std::uint32_t column) noexcept {
  for (std::uint32_t j = 0; j < out_; ++j) {
    const double w = at(j, column);
    const double high = times(w, w > 0 ? x.high : x.low);
    const double low = times(w, w > 0 ? x.low : x.high);
    add(upper_, j, high, std::abs(high), std::max(high, 0.0));
    add(lower_, j, -low, std::abs(low), std::max(-low, 0.0));
  }
}

// Outputs run in the inner loop, one next to the other.
void LinearBounds::add_points(const Points& points, std::uint32_t count, std::uint32_t column) {
  std::vector<double> w(std::size_t{count} * out_), size(w.size());
  for (std::uint32_t c = 0; c < count; ++c)
    for (std::uint32_t j = 0; j < out_; ++j) {
      w[std::size_t{c} * out_ + j] = at(j, column + c);
      size[std::size_t{c} * out_ + j] = std::abs(double{at(j, column + c)});
    }
  const double rounding = rounding_ + points.slack * (1 + rounding_);
  std::vector<float> scratch(count);
  std::vector<double> sum(out_), magnitude(out_), largest(out_, 0.0);
  std::vector<double> high(out_, points.zero ? 0 : -infinity), low(out_, points.zero ? 0 : infinity);
  for (std::uint64_t row = 0; row < points.count; ++row) {
    const float* x = points.row(row, count, scratch.data());
    std::fill(sum.begin(), sum.end(), 0.0);
    std::fill(magnitude.begin(), magnitude.end(), 0.0);
    for (std::uint32_t c = 0; c < count; ++c) {
      const double v = x[c], m = std::abs(v);
      const double* wc = w.data() + std::size_t{c} * out_;
      const double* sc = size.data() + std::size_t{c} * out_;
      for (std::uint32_t j = 0; j < out_; ++j) {
        sum[j] += v * wc[j];
        magnitude[j] += m * sc[j];
      }
    }
    for (std::uint32_t j = 0; j < out_; ++j) {
      high[j] = std::max(high[j], sum[j] + rounding * magnitude[j]);
      low[j] = std::min(low[j], sum[j] - rounding * magnitude[j]);
      if (!std::isfinite(magnitude[j])) is_odd_[j] = true;
      largest[j] = std::max(largest[j], magnitude[j]);
    }
  }
  // n rows add n times what the best row adds, rounding included: least when that is negative
  const auto most = [&](double x) { return std::max(points.least * x, points.most * x); };
  for (std::uint32_t j = 0; j < out_; ++j) {
    const double rise = points.most * largest[j] * (1 + rounding);
    upper_.end[j] += points.zero ? std::max(most(high[j]), 0.0) : most(high[j]);
    lower_.end[j] += points.zero ? std::max(most(-low[j]), 0.0) : most(-low[j]);
    for (Upper* side : {&upper_, &lower_}) {
      side->rise[j] += rise;
      if (largest[j] != 0) side->is_exact[j] = false;
    }
  }
}

// A table that would take too much work is taken column by column.
void LinearBounds::add_factors(std::span<const Factor> factors, std::uint32_t column) {
  const Factor& one = factors.front();
  const double columns = static_cast<double>(one.count) * static_cast<double>(factors.size());
  if (one.points && static_cast<double>(out_) * columns * static_cast<double>(one.points->count) <= most_work) {
    for (std::size_t i = 0; i < factors.size(); ++i, column += one.count) add_points(*one.points, one.count, column);
    return;
  }
  const std::vector<Interval> x = columns_of({{one}});
  for (std::size_t i = 0; i < factors.size(); ++i)
    for (const Interval& c : x) add_interval(c, column++);
}

double LinearBounds::high_end(const Upper& side, std::uint32_t j) const noexcept {
  if (is_odd_[j] || !(side.rise[j] < near_overflow) || std::isnan(side.end[j])) return infinity;
  if (side.is_exact[j]) return 0;
  return side.end[j] + (static_cast<double>(in_) + 4) * smallest_step * (1 + weights_[j]);
}

Bounds LinearBounds::result() const {
  std::vector<Interval> columns(out_);
  for (std::uint32_t j = 0; j < out_; ++j) columns[j] = {-high_end(lower_, j), high_end(upper_, j)};
  return boxed(std::move(columns));
}

}  // namespace

Bounds linear_bounds(const float* weight, const float* bias, std::uint32_t out, std::uint32_t in, const Bounds& x) {
  LinearBounds linear(weight, bias, out, in);
  std::uint32_t column = 0;
  for (std::size_t i = 0, same = 1; i < x.factors.size(); i += same, same = 1) {
    while (i + same < x.factors.size() && x.factors[i].same_points(x.factors[i + same])) ++same;
    linear.add_factors({x.factors.data() + i, same}, column);
    column += x.factors[i].count * static_cast<std::uint32_t>(same);
  }
  return linear.result();
}

}  // namespace clicklens::ops
