// What a value can be, whatever the batch: sets that contain every result an operator can give, rounding of float
// arithmetic included. NaN is left out: it compares false with everything and stays NaN to the end. From interval
// arithmetic (Moore 1966), but that rows of a table are kept as the points they are, so that a linear layer over
// bags takes the best row of each table instead of the best number of each column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "format/row_map.h"
#include "format/rows.h"

namespace clicklens::ops {

struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

// Sums of pooled rows: any n in [least, most] times a mean of rows of the table, or the zero vector, each number off
// by at most `slack` times the mean of the rows' magnitudes (rounding of the pooling).
struct Points {
  format::TableRows rows;
  std::size_t row_stride = 0;  // bytes
  format::ElementType type = format::ElementType::f32;
  std::uint64_t count = 0;
  bool zero = false;
  double least = 1, most = 1, slack = 0;
  bool operator==(const Points&) const = default;

  // As `dim` floats, in `scratch` unless they lie so.
  [[nodiscard]] const float* row(std::uint64_t index, std::uint32_t dim, float* scratch) const noexcept {
    return format::read_row(type, rows.row(index, row_stride), dim, scratch);
  }
};

// Columns [0, count) of a value that vary together: points, or else an interval each.
struct Factor {
  std::uint32_t count = 0;
  std::vector<Interval> box;
  std::optional<Points> points;

  // The same rows, as the places of a sequence have: one look at the table serves all.
  [[nodiscard]] bool same_points(const Factor& other) const noexcept {
    return points && points == other.points && count == other.count;
  }
};

struct Bounds {
  std::vector<Factor> factors;  // side by side, all columns
};

using BoundsOf = std::span<const Bounds* const>;  // by input

Bounds boxed(std::vector<Interval> columns);
std::vector<Interval> columns_of(const Bounds& bounds);
// f(interval, column) of every column.
Bounds mapped(const Bounds& bounds, const std::function<Interval(const Interval&, std::size_t)>& f);

// Products where 0 x infinity is 0: the infinity is a bound, what is multiplied is finite (or the result NaN).
[[nodiscard]] double times(double a, double b) noexcept;
Interval times(const Interval& a, const Interval& b) noexcept;
// The interval of floats that exact results between `low` and `high` are rounded to; all numbers when one is NaN.
Interval rounded(double low, double high) noexcept;
// fma(x, scale, shift), rounded once.
Interval affine(const Interval& x, double scale, double shift) noexcept;
// A sum of `count` numbers, each in its interval, in any order of float additions.
class SumBounds {
 public:
  void add(const Interval& x) noexcept;
  [[nodiscard]] Interval sum() const noexcept;

 private:
  double low_ = 0, high_ = 0, magnitude_low_ = 0, magnitude_high_ = 0;
  double fall_ = 0, rise_ = 0;  // how far partial sums may go
  std::size_t count_ = 0;
};

// Multiplications that a bound may take; what would take more is bounded more widely.
inline constexpr double most_work = 0x1p34;

// W x + b in float, W [out, in], chains of fused multiply-adds in any of the orders a node may have. `bias` may be
// null.
Bounds linear_bounds(const float* weight, const float* bias, std::uint32_t out, std::uint32_t in, const Bounds& x);

// The next float that is not above, not below.
[[nodiscard]] float float_below(double x) noexcept;
[[nodiscard]] float float_above(double x) noexcept;
// Bound on the relative error of n roundings one after the other, of the sum of magnitudes.
[[nodiscard]] double rounding_of(double n) noexcept;
inline constexpr double smallest_step = 0x1p-149;  // what underflow can take away, twice
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double near_overflow = 0x1p126;  // a float

}  // namespace clicklens::ops
