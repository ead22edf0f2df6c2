#include "ops/bounds.h"

#include <algorithm>
#include <cmath>

namespace clicklens::ops {
namespace {

// Every column alone: pooled points of [low, high] a row.
Interval pooled(double low, double high, const Points& points) noexcept {
  if (!std::isfinite(low) || !std::isfinite(high)) return {};
  const double off = points.slack * std::max(std::abs(low), std::abs(high));
  const auto ends = [&](double x) { return std::minmax({points.least * x, points.most * x}); };
  double least = ends(low - off).first;
  double most = ends(high + off).second;
  if (points.zero) {
    least = std::min(least, 0.0);
    most = std::max(most, 0.0);
  }
  return {least, most};
}

void append_columns(const Factor& factor, std::vector<Interval>& columns) {
  if (!factor.points) {
    columns.insert(columns.end(), factor.box.begin(), factor.box.end());
    return;
  }
  const Points& points = *factor.points;
  std::vector<Interval> ends(factor.count, {infinity, -infinity});
  std::vector<float> scratch(factor.count);
  std::vector<bool> odd(factor.count);  // holds numbers that are not finite
  for (std::uint64_t row = 0; row < points.count; ++row) {
    const float* x = points.row(row, factor.count, scratch.data());
    for (std::uint32_t c = 0; c < factor.count; ++c) {
      ends[c].low = std::min(ends[c].low, double{x[c]});
      ends[c].high = std::max(ends[c].high, double{x[c]});
      if (!std::isfinite(x[c])) odd[c] = true;
    }
  }
  for (std::uint32_t c = 0; c < factor.count; ++c)
    columns.push_back(odd[c] || points.count == 0 ? Interval{} : pooled(ends[c].low, ends[c].high, points));
}

double rounded_down(double x) noexcept {
  return x == 0 || std::isinf(x) ? x : x - std::abs(x) * 0x1p-23 - smallest_step;
}

}  // namespace

Bounds boxed(std::vector<Interval> columns) {
  Factor factor;
  factor.count = static_cast<std::uint32_t>(columns.size());
  factor.box = std::move(columns);
  return {{std::move(factor)}};
}

std::vector<Interval> columns_of(const Bounds& bounds) {
  std::vector<Interval> columns;
  const Factor* before = nullptr;
  for (const Factor& factor : bounds.factors) {
    if (before != nullptr && factor.same_points(*before))
      for (std::uint32_t c = 0; c < factor.count; ++c) columns.push_back(columns[columns.size() - factor.count]);
    else
      append_columns(factor, columns);
    before = &factor;
  }
  return columns;
}

Bounds mapped(const Bounds& bounds, const std::function<Interval(const Interval&, std::size_t)>& f) {
  std::vector<Interval> columns = columns_of(bounds);
  for (std::size_t c = 0; c < columns.size(); ++c) columns[c] = f(columns[c], c);
  return boxed(std::move(columns));
}

double times(double a, double b) noexcept {
  return a == 0 || b == 0 ? 0 : a * b;
}

Interval times(const Interval& a, const Interval& b) noexcept {
  const double ends[] = {times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)};
  if (std::any_of(std::begin(ends), std::end(ends), [](double x) { return std::isnan(x); })) return {};
  return rounded(*std::min_element(std::begin(ends), std::end(ends)),
                 *std::max_element(std::begin(ends), std::end(ends)));
}

// Rounding is monotone, and 0 is rounded to 0. What overflows is infinite.
Interval rounded(double low, double high) noexcept {
  if (std::isnan(low) || std::isnan(high)) return {};
  const double l = rounded_down(low);
  const double h = -rounded_down(-high);
  return {l < -near_overflow ? -infinity : l, h > near_overflow ? infinity : h};
}

Interval affine(const Interval& x, double scale, double shift) noexcept {
  if (!std::isfinite(scale) || !std::isfinite(shift)) return {};
  const auto [low, high] = std::minmax({times(x.low, scale), times(x.high, scale)});
  return rounded(low + shift, high + shift);
}

void SumBounds::add(const Interval& x) noexcept {
  low_ += x.low;
  high_ += x.high;
  magnitude_low_ += std::abs(x.low);
  magnitude_high_ += std::abs(x.high);
  fall_ += std::min(x.low, 0.0);
  rise_ += std::max(x.high, 0.0);
  ++count_;
}

// A float addition is monotone in both numbers: no sum is above that of the upper ends, rounded as it is.
Interval SumBounds::sum() const noexcept {
  const double rounding = rounding_of(static_cast<double>(count_) + 2);
  Interval sum;
  if (rise_ < near_overflow) sum.high = high_ + rounding * magnitude_high_;
  if (fall_ > -near_overflow) sum.low = low_ - rounding * magnitude_low_;
  if (std::isnan(sum.high)) sum.high = infinity;
  if (std::isnan(sum.low)) sum.low = -infinity;
  return sum;
}

float float_below(double x) noexcept {
  if (std::abs(x) >= near_overflow) return static_cast<float>(std::copysign(x > 0 ? near_overflow : infinity, x));
  const auto y = static_cast<float>(x);
  return double{y} > x ? std::nextafter(y, -std::numeric_limits<float>::infinity()) : y;
}

float float_above(double x) noexcept {
  return -float_below(-x);
}

// n u / (1 - n u) with u = 2^-24 (Higham 2002, 3.1), for n to 2^17; the last per cent is for our own sums in double.
double rounding_of(double n) noexcept {
  return n < 0x1p17 ? 1.02 * n * 0x1p-24 : infinity;
}

}  // namespace clicklens::ops
