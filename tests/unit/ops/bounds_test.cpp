// Arithmetic of bounds: every float result of numbers inside lies inside.
#include "ops/bounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace clicklens::ops {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Floats of many sizes, zero and the ends of the range among them.
class Numbers {
 public:
  float next() {
    switch (random_() % 8) {
      case 0:
        return 0.0f;
      case 1:
        return std::ldexp(sign(), -149 + static_cast<int>(random_() % 30));
      case 2:
        return std::ldexp(sign() * mantissa(), 120 + static_cast<int>(random_() % 7));
      default:
        return std::ldexp(sign() * mantissa(), static_cast<int>(random_() % 20) - 10);
    }
  }
  Interval interval() {
    double a = double{next()};
    double b = double{next()};
    if (a > b) std::swap(a, b);
    if (random_() % 12 == 0) a = -infinity;
    if (random_() % 12 == 0) b = infinity;
    return {a, b};
  }
  // A finite float inside, an end more often than not.
  float inside(const Interval& x) {
    const double low = std::max(x.low, -double{std::numeric_limits<float>::max()});
    const double high = std::min(x.high, double{std::numeric_limits<float>::max()});
    const std::uint32_t kind = static_cast<std::uint32_t>(random_() % 3);
    const double at = kind == 0 ? low : kind == 1 ? high : low / 2 + high / 2;
    return static_cast<float>(at);
  }
  std::mt19937& random() { return random_; }

 private:
  float sign() { return random_() % 2 == 0 ? 1.0f : -1.0f; }
  float mantissa() { return 1.0f + static_cast<float>(random_() % (1u << 23)) * 0x1p-23f; }
  std::mt19937 random_{3};
};

void expect_inside(float y, const Interval& bounds, const char* what) {
  if (std::isnan(y)) return;
  ASSERT_GE(double{y}, bounds.low) << what;
  ASSERT_LE(double{y}, bounds.high) << what;
}

TEST(BoundsArithmetic, HoldsEveryFloatResult) {
  Numbers numbers;
  for (int i = 0; i < 200000; ++i) {
    const Interval a = numbers.interval(), b = numbers.interval();
    const float x = numbers.inside(a), y = numbers.inside(b);
    const float s = numbers.next(), t = numbers.next();
    expect_inside(x * y, times(a, b), "product");
    expect_inside(x + y, rounded(a.low + b.low, a.high + b.high), "sum");
    expect_inside(std::fma(x, s, t), affine(a, double{s}, double{t}), "affine");
    if (HasFatalFailure()) return;
  }
}

TEST(BoundsArithmetic, SumsInAnyOrder) {
  Numbers numbers;
  for (int i = 0; i < 20000; ++i) {
    SumBounds bounds;
    std::vector<float> terms;
    for (std::size_t n = 1 + numbers.random()() % 40; n > 0; --n) {
      const Interval x = numbers.interval();
      bounds.add(x);
      terms.push_back(numbers.inside(x));
    }
    std::shuffle(terms.begin(), terms.end(), numbers.random());
    float sum = 0;
    for (const float term : terms) sum += term;
    expect_inside(sum, bounds.sum(), "sum");
    if (HasFatalFailure()) return;
  }
}

TEST(BoundsArithmetic, LinearOverPointsAndIntervals) {
  Numbers numbers;
  for (int i = 0; i < 3000; ++i) {
    const std::uint32_t in = 9, out = 3, dim = 4, rows = 5;
    std::vector<float> weight(in * out), bias(out), table(rows * dim);
    for (float& w : weight) w = numbers.next();
    for (float& b : bias) b = numbers.next();
    for (float& x : table) x = numbers.next();
    Bounds x;
    Points points;
    points.rows.data = reinterpret_cast<const std::byte*>(table.data());
    points.row_stride = dim * sizeof(float);
    points.count = rows;
    points.zero = i % 2 == 0;
    x.factors.push_back({dim, {}, points});
    std::vector<Interval> box;
    for (std::uint32_t c = dim; c < in; ++c) box.push_back(numbers.interval());
    x.factors.push_back(boxed(box).factors[0]);
    const std::vector<Interval> bounds = columns_of(linear_bounds(weight.data(), bias.data(), out, in, x));
    for (std::uint32_t row = 0; row < rows; ++row) {
      for (std::uint32_t j = 0; j < out; ++j) {
        float y = bias[j];
        for (std::uint32_t c = 0; c < in; ++c)
          y = std::fma(c < dim ? table[row * dim + c] : numbers.inside(box[c - dim]), weight[j * in + c], y);
        expect_inside(y, bounds[j], "linear");
      }
      if (HasFatalFailure()) return;
    }
  }
}

TEST(BoundsArithmetic, PooledRows) {
  const float table[] = {1, -2, 3, 4, 0, -5};
  Points points;
  points.rows.data = reinterpret_cast<const std::byte*>(table);
  points.row_stride = 2 * sizeof(float);
  points.count = 3;
  const auto columns = [&] { return columns_of({{{2, {}, points}}}); };
  EXPECT_EQ(columns()[0].low, 0);
  EXPECT_EQ(columns()[0].high, 3);
  EXPECT_EQ(columns()[1].low, -5);
  EXPECT_EQ(columns()[1].high, 4);
  points.most = 3;  // one to three rows
  EXPECT_EQ(columns()[0].high, 9);
  EXPECT_EQ(columns()[1].low, -15);
  const float w[] = {1, 1};
  points.zero = false;
  const Interval sum = columns_of(linear_bounds(w, nullptr, 1, 2, {{{2, {}, points}}}))[0];
  EXPECT_NEAR(sum.high, 21, 1e-4);
  EXPECT_NEAR(sum.low, -15, 1e-4);
  points.least = 3;  // three, each (1, -2) at most: -1 x 3
  points.count = 1;
  EXPECT_NEAR(columns_of(linear_bounds(w, nullptr, 1, 2, {{{2, {}, points}}}))[0].high, -3, 1e-5);
  points.zero = true;
  EXPECT_NEAR(columns_of(linear_bounds(w, nullptr, 1, 2, {{{2, {}, points}}}))[0].high, 0, 1e-40) << "empty";
}

// As the places of a sequence have them: what one place would take in time, all take together.
TEST(BoundsArithmetic, PlacesOfOneTableShareTheWork) {
  const std::uint32_t rows = 1u << 16, dim = 16, places = 64;
  std::vector<float> table(std::size_t{rows} * dim);
  table[0] = table[dim + 1] = 1;  // (1, 0, ...), (0, 1, ...), zeros
  Points points;
  points.rows.data = reinterpret_cast<const std::byte*>(table.data());
  points.row_stride = dim * sizeof(float);
  points.count = rows;
  Bounds x;
  x.factors.assign(places, {dim, {}, points});
  const std::vector<Interval> columns = columns_of(x);
  ASSERT_EQ(columns.size(), std::size_t{places} * dim);
  for (std::uint32_t c = 0; c < columns.size(); ++c) EXPECT_EQ(columns[c].high, c % dim < 2 ? 1 : 0) << c;
  const auto highest = [&](std::uint32_t out) {
    const std::vector<float> w(std::size_t{out} * places * dim, 1.0f);
    return columns_of(linear_bounds(w.data(), nullptr, out, places * dim, x))[0].high;
  };
  EXPECT_NEAR(highest(1), places, 0.1) << "row by row";
  EXPECT_NEAR(highest(257), 2 * places, 0.1) << "column by column: above most_work";
}

// Equal ones need not be neighbours.
TEST(BoundsArithmetic, ColumnsOfMixedFactors) {
  const float table[] = {1, 2, 3, 4};
  Points one, other;
  one.rows.data = other.rows.data = reinterpret_cast<const std::byte*>(table);
  one.row_stride = other.row_stride = 2 * sizeof(float);
  one.count = other.count = 2;
  other.most = 10;
  const Bounds x{{{2, {}, one}, {2, {}, one}, {1, {{7, 8}}, {}}, {2, {}, one}, {2, {}, other}, {2, {}, other}}};
  const double high[] = {3, 4, 3, 4, 8, 3, 4, 30, 40, 30, 40};
  const std::vector<Interval> columns = columns_of(x);
  ASSERT_EQ(columns.size(), std::size(high));
  for (std::size_t c = 0; c < columns.size(); ++c) EXPECT_EQ(columns[c].high, high[c]) << c;
}

TEST(BoundsArithmetic, ZeroStaysZero) {
  const Interval below{-infinity, 0}, weight{-3, -3};
  EXPECT_EQ(times({0, infinity}, weight).high, 0);
  EXPECT_EQ(affine({0, infinity}, -2, 0).high, 0);
  SumBounds sum;
  for (int i = 0; i < 10; ++i) sum.add(below);
  EXPECT_EQ(sum.sum().high, 0);
  const float w[] = {2, 3};
  EXPECT_EQ(columns_of(linear_bounds(w, nullptr, 1, 2, boxed({{-infinity, 0}, {-1, 0}})))[0].high, 0);
}

}  // namespace
}  // namespace clicklens::ops
