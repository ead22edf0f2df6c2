// Eigenvalues against matrices whose spectrum is known, and against what defines them.
#include "lens/eigen.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

namespace clicklens::lens {
namespace {

using Matrix = std::vector<double>;

// Q D Q' with Q a product of random reflections.
Matrix with_values(const std::vector<double>& values, std::uint32_t seed) {
  const std::size_t n = values.size();
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Matrix a(n * n);
  for (std::size_t i = 0; i < n; ++i) a[i * n + i] = values[i];
  for (int round = 0; round < 3; ++round) {
    std::vector<double> v(n), p(n);
    for (double& x : v) x = normal(random);
    const double norm = std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
    for (std::size_t i = 0; i < n; ++i)  // p = 2 A v / v'v, A -= v p' + p v' - v v' (v'p) / ...
      for (std::size_t j = 0; j < n; ++j) p[i] += 2 * a[i * n + j] * v[j] / norm;
    const double k = std::inner_product(v.begin(), v.end(), p.begin(), 0.0) / norm;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) a[i * n + j] -= v[i] * (p[j] - k * v[j]) + (p[i] - k * v[i]) * v[j];
  }
  return a;
}

void expect_spectrum(std::vector<double> wanted, std::uint32_t seed) {
  const std::size_t n = wanted.size();
  Matrix a = with_values(wanted, seed);
  const Matrix kept = a;
  const Spectrum found = symmetric_spectrum(a, n, 2);
  std::sort(wanted.begin(), wanted.end(), std::greater<>());
  const double norm = std::max(std::abs(wanted.front()), std::abs(wanted.back()));
  ASSERT_EQ(found.values.size(), n);
  for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(found.values[i], wanted[i], 1e-13 * norm * std::sqrt(n)) << i;
  const std::size_t vectors = std::min<std::size_t>(n, 2);
  ASSERT_EQ(found.vectors.size(), vectors * n);
  for (std::size_t v = 0; v < vectors; ++v) {
    const double* x = &found.vectors[v * n];
    EXPECT_NEAR(std::inner_product(x, x + n, x, 0.0), 1, 1e-13);
    for (std::size_t i = 0; i < n; ++i) {
      const double ax = std::inner_product(x, x + n, &kept[i * n], 0.0);
      EXPECT_NEAR(ax, found.values[v] * x[i], 1e-12 * norm * std::sqrt(n)) << v << " " << i;
    }
    EXPECT_GT(*std::max_element(x, x + n, [](double p, double q) { return std::abs(p) < std::abs(q); }), 0);
  }
  if (vectors == 2) {
    EXPECT_NEAR(std::inner_product(&found.vectors[0], &found.vectors[0] + n, &found.vectors[n], 0.0), 0, 1e-12);
  }
}

TEST(Eigen, KnownSpectra) {
  expect_spectrum({3}, 1);
  expect_spectrum({3, -1}, 2);
  expect_spectrum({5, 4, 3, 2, 1}, 3);
  expect_spectrum({1e-8, 1e8, 1, 0, 0, 0, 2}, 4);
  expect_spectrum({2, 2, 2, 1, 1, 1}, 5);  // the largest three times
  expect_spectrum({7, 7 - 1e-14, 1, 0.5}, 6);
  std::vector<double> decaying(150);
  for (std::size_t i = 0; i < decaying.size(); ++i) decaying[i] = std::exp(-0.3 * static_cast<double>(i));
  expect_spectrum(decaying, 7);
}

TEST(Eigen, MatricesThatAreSplit) {
  for (const std::vector<double>& diagonal :
       {std::vector<double>{0, 0, 0}, std::vector<double>{1, 5, 3, 5}, std::vector<double>{0, 0, 2}}) {
    const std::size_t n = diagonal.size();
    Matrix a(n * n);
    for (std::size_t i = 0; i < n; ++i) a[i * n + i] = diagonal[i];
    const Matrix kept = a;
    const Spectrum found = symmetric_spectrum(a, n, 2);
    std::vector<double> wanted = diagonal;
    std::sort(wanted.begin(), wanted.end(), std::greater<>());
    EXPECT_EQ(found.values, wanted);
    for (std::size_t v = 0; v < 2; ++v)
      for (std::size_t i = 0; i < n; ++i)
        EXPECT_NEAR(kept[i * n + i] * found.vectors[v * n + i], found.values[v] * found.vectors[v * n + i], 1e-13);
    EXPECT_NEAR(std::inner_product(&found.vectors[0], &found.vectors[n], &found.vectors[n], 0.0), 0, 1e-13);
  }
  Matrix none;
  EXPECT_TRUE(symmetric_spectrum(none, 0, 2).values.empty());
}

TEST(Eigen, EffectiveRank) {
  EXPECT_NEAR(effective_rank(std::vector<double>{2, 2, 2, 2}), 4, 1e-14);
  EXPECT_NEAR(effective_rank(std::vector<double>{3, 0, -1e-17}), 1, 1e-14);
  EXPECT_NEAR(effective_rank(std::vector<double>{0.5, 0.25, 0.25}), std::exp(1.5 * std::log(2.0)), 1e-14);
  EXPECT_TRUE(std::isnan(effective_rank(std::vector<double>{0, 0})));
}

}  // namespace
}  // namespace clicklens::lens
