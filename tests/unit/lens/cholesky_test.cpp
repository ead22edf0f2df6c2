#include "lens/cholesky.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "kernels/dispatch.h"

namespace clicklens::lens {
namespace {

const kernels::Table& table() {
  return **kernels::active_table();
}

// B'B + I of a random B.
std::vector<double> positive_definite(std::size_t n, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> b(n * n), a(n * n);
  for (double& x : b) x = normal(random);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      a[i * n + j] = i == j ? 1.0 : 0.0;
      for (std::size_t k = 0; k < n; ++k) a[i * n + j] += b[k * n + i] * b[k * n + j];
    }
  return a;
}

TEST(Cholesky, SolvesAtEverySizeAroundItsBlocks) {
  for (const std::size_t n : {1u, 2u, 3u, 5u, 31u, 32u, 33u, 64u, 67u, 130u}) {
    const std::vector<double> a = positive_definite(n, static_cast<std::uint32_t>(n));
    std::vector<double> x(n), b(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = std::sin(static_cast<double>(i + 1));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) b[i] += a[i * n + j] * x[j];
    const auto factor = Cholesky::factor(table(), a, n);
    ASSERT_TRUE(factor.has_value()) << n;
    factor->solve(b);
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(b[i], x[i], 1e-9) << n << ", " << i;
  }
}

TEST(Cholesky, ReadsTheUpperTriangleAlone) {
  std::vector<double> a = positive_definite(40, 3);
  std::vector<double> b(40, 1.0), same = b;
  Cholesky::factor(table(), a, 40)->solve(b);
  for (std::size_t i = 0; i < 40; ++i)
    for (std::size_t j = 0; j < i; ++j) a[i * 40 + j] = std::nan("");
  Cholesky::factor(table(), a, 40)->solve(same);
  EXPECT_EQ(b, same);
}

TEST(Cholesky, RefusesWhatIsNotPositiveDefinite) {
  EXPECT_FALSE(Cholesky::factor(table(), {1, 2, 2, 1}, 2).has_value());
  EXPECT_FALSE(Cholesky::factor(table(), {1, 1, 1, 1}, 2).has_value());
  EXPECT_FALSE(Cholesky::factor(table(), {0}, 1).has_value());
  EXPECT_FALSE(Cholesky::factor(table(), {std::nan("")}, 1).has_value());
  std::vector<double> a = positive_definite(70, 5);
  a[65 * 70 + 65] = -1;
  EXPECT_FALSE(Cholesky::factor(table(), a, 70).has_value());
}

}  // namespace
}  // namespace clicklens::lens
