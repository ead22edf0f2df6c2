// Exact sums: any order and any split give the same bits, and the value is the sum rounded once, as an oracle with
// 128-bit integers (narrow data) and Shewchuk's expansions, which are what math.fsum computes (any data), say.
#include "lens/exact_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace clicklens::lens {
namespace {

// Shewchuk 1997: non-overlapping partial sums; then the last rounding is put right where it is half-way.
double fsum(const std::vector<double>& terms) {
  std::vector<double> partials;
  for (double x : terms) {
    std::size_t kept = 0;
    for (double y : partials) {
      if (std::abs(x) < std::abs(y)) std::swap(x, y);
      const double high = x + y, low = y - (high - x);
      if (low != 0) partials[kept++] = low;
      x = high;
    }
    partials.resize(kept);
    partials.push_back(x);
  }
  if (partials.empty()) return 0;
  std::size_t n = partials.size();
  double high = partials[--n], low = 0;
  while (n > 0) {
    const double x = high, y = partials[--n];
    high = x + y;
    low = y - (high - x);
    if (low != 0) break;
  }
  if (n > 0 && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
    const double y = low * 2, x = high + y;
    if (y == x - high) high = x;
  }
  return high;
}

enum Kind { ordinary, heavy, denormal, any_bits, cancelling };

std::vector<float> draw(Kind kind, std::size_t n, std::mt19937_64& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values;
  while (values.size() < n) {
    float x = normal(random);
    if (kind == heavy) x = std::copysign(std::exp(20 * std::abs(x)), x);
    if (kind == denormal) x *= 1e-42f;
    if (kind == any_bits) x = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (!std::isfinite(x)) continue;
    values.push_back(x);
    if (kind == cancelling) values.push_back(-x);
  }
  return values;
}

class ExactSums : public ::testing::TestWithParam<Kind> {};
INSTANTIATE_TEST_SUITE_P(Kinds, ExactSums, ::testing::Values(ordinary, heavy, denormal, any_bits, cancelling));

TEST_P(ExactSums, RoundAsMathFsumDoes) {
  std::mt19937_64 random(GetParam() + 1);
  for (const std::size_t n : {0u, 1u, 2u, 3u, 17u, 1000u}) {
    const std::vector<float> values = draw(GetParam(), n, random);
    ExactSum sum, squares;
    std::vector<double> terms, products;
    for (const float x : values) {
      sum.add(double{x});
      squares.add_product(x, x);
      terms.push_back(double{x});
      products.push_back(double{x} * double{x});
    }
    EXPECT_EQ(sum.value(), fsum(terms));
    EXPECT_EQ(squares.value(), fsum(products));
  }
}

TEST_P(ExactSums, AnyOrderAndSplitGiveTheSameBits) {
  std::mt19937_64 random(GetParam() + 10);
  std::vector<float> values = draw(GetParam(), 500, random);
  ExactSum whole;
  for (const float x : values) whole.add_product(x, values[0]);
  for (int round = 0; round < 20; ++round) {
    const float first = values[0];
    std::shuffle(values.begin() + 1, values.end(), random);
    std::vector<ExactSum> parts(1 + random() % 7);
    for (const float x : values) parts[random() % parts.size()].add_product(x, first);
    std::shuffle(parts.begin(), parts.end(), random);
    ExactSum merged;
    for (const ExactSum& part : parts) merged.merge(part);
    EXPECT_EQ(merged, whole);
  }
}

TEST(ExactSum, EndsOfTheRange) {
  constexpr float least = std::numeric_limits<float>::denorm_min(), most = std::numeric_limits<float>::max();
  ExactSum sum;
  sum.add_product(least, least);
  EXPECT_EQ(sum.value(), 0x1p-298);
  sum.add_product(most, most);
  EXPECT_EQ(sum.value(), double{most} * double{most});
  sum.add_product(most, -most);
  EXPECT_EQ(sum.value(), 0x1p-298);
  sum.add_product(least, -least);
  sum.add_product(least, -least);
  EXPECT_TRUE(sum.is_negative());
  EXPECT_EQ(sum.value(), -0x1p-298);
  sum.add_product(least, least);
  EXPECT_EQ(sum, ExactSum());
  EXPECT_EQ(sum.value(), 0);
  sum.add(-0.0);
  EXPECT_EQ(sum, ExactSum());
}

TEST(ExactSum, TiesGoToEven) {
  ExactSum sum;
  sum.add(1);
  sum.add(0x1p-53);
  EXPECT_EQ(sum.value(), 1);
  sum.add(0x1p-200);
  EXPECT_EQ(sum.value(), 1 + 0x1p-52);
  sum.add(0x1p-52);
  sum.add(-0x1p-200);
  EXPECT_EQ(sum.value(), 1 + 0x1p-51);  // 1 + 1.5 units of the last place
  ExactSum minus;
  minus.add(-1);
  minus.add(-0x1p-53);
  EXPECT_EQ(minus.value(), -1);
}

TEST(ExactSum, IntegersAreWhatTheySay) {
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{12345678901}, ~std::uint64_t{0}}) {
    EXPECT_EQ(ExactSum::of(n).value(), static_cast<double>(n));
  }
}

TEST(ExactSum, CentredProductsDoNotCancel) {
  // 1e6 + small integers: n sum x^2 - (sum x)^2 in plain double would have no right digit.
  std::mt19937_64 random(5);
  ExactSum x, y, xx, xy;
  __extension__ __int128 ix = 0, iy = 0, ixx = 0, ixy = 0;
  constexpr std::uint64_t n = 1000;
  for (std::uint64_t i = 0; i < n; ++i) {
    const std::int64_t a = 16'000'000 + static_cast<std::int64_t>(random() % 7);
    const std::int64_t b = -15'000'000 - static_cast<std::int64_t>(random() % 5);
    x.add(static_cast<double>(a));
    y.add(static_cast<double>(b));
    xx.add_product(static_cast<float>(a), static_cast<float>(a));
    xy.add_product(static_cast<float>(a), static_cast<float>(b));
    ix += a, iy += b, ixx += a * a, ixy += a * b;
  }
  EXPECT_EQ(centred_product(n, xx, x, x), static_cast<double>(n * ixx - ix * ix));
  EXPECT_EQ(centred_product(n, xy, x, y), static_cast<double>(n * ixy - ix * iy));
  EXPECT_EQ(centred_product(0, ExactSum(), ExactSum(), ExactSum()), 0);
}

}  // namespace
}  // namespace clicklens::lens
