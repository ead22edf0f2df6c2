#include "commands/diff_figures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace clicklens::cli {
namespace {

// scipy.stats.spearmanr and numpy.corrcoef of SciPy 1.10.1 give the numbers; many ties.
TEST(DiffFigures, RankCorrelationIsSciPys) {
  const std::vector<float> a = {2.0f,  -2.6f, 0.4f,  -0.6f, -0.5f, -0.2f, -2.0f, -0.2f, -0.9f, 3.3f, 0.2f, -0.4f,
                                -0.3f, -0.7f, -1.1f, -0.4f, 0.5f,  -0.2f, 1.0f,  -0.2f, 0.0f,  1.5f, 0.5f, -0.5f};
  const std::vector<float> b = {1.1f,  -1.2f, 1.6f,  -0.5f, -0.5f, 0.6f, -1.8f, -0.3f, 0.1f, 2.4f, 0.2f, 0.2f,
                                -2.2f, 0.3f,  -1.3f, -1.4f, 0.5f,  0.4f, 0.3f,  -0.9f, 0.0f, 0.9f, 1.3f, 0.2f};
  EXPECT_NEAR(rank_correlation(a, b), 0.7354298042373383, 1e-12);
  const std::vector<double> wide_a(a.begin(), a.end()), wide_b(b.begin(), b.end());
  EXPECT_NEAR(correlation(wide_a, wide_b), 0.7501890431853881, 1e-7);  // of floats
  EXPECT_TRUE(std::isnan(rank_correlation(a, std::vector<float>(a.size(), 1.0f))));
}

TEST(DiffFigures, SharesAreRatiosOfSums) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  ShareSums a(2), b(2);
  double sums[4] = {};
  for (std::uint64_t row = 0; row < 5'000; ++row) {
    const std::uint64_t user = random() % 300;
    for (std::size_t g = 0; g < 2; ++g) {
      const double size = std::exp(0.3 * normal(random)) * (g == 0 ? 3 : 1);
      a.add(g, user, size);
      b.add(g, user, g == 0 ? size : 1.5 * size);
      sums[g] += size;
      sums[2 + g] += g == 0 ? size : 1.5 * size;
    }
  }
  const ShareChange change = share_change(a, 1, b, 1);
  EXPECT_NEAR(change.a, sums[1] / (sums[0] + sums[1]), 1e-12);
  EXPECT_NEAR(change.b, sums[3] / (sums[2] + sums[3]), 1e-12);
  EXPECT_NEAR(change.log_ratio, std::log(change.b / change.a), 1e-12);
  EXPECT_GT(change.se, 0);
  EXPECT_LT(change.se, 0.01);  // the same rows: what they share cancels
  EXPECT_TRUE(change.moved);
  EXPECT_FALSE(share_change(a, 1, a, 1).moved);
  EXPECT_EQ(share_change(a, 1, a, 1).log_ratio, 0);
}

TEST(DiffFigures, CounterpartsAreFoundWhereverTheyAre) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  std::vector<float> a, b;
  for (int row = 0; row < 200; ++row) {
    const float x = normal(random), y = normal(random);
    a.insert(a.end(), {x, y, 7.0f});
    b.insert(b.end(), {5.0f, 3 - 2 * y, 0.5f * x + 10, normal(random)});
  }
  const auto found = counterparts({a, 3}, {b, 4});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].column, 2u);
  EXPECT_NEAR(found[0].r, 1, 1e-6);
  EXPECT_TRUE(std::isnan(found[0].same));  // b's first does not vary
  EXPECT_EQ(found[1].column, 1u);
  EXPECT_NEAR(found[1].r, -1, 1e-6);
  EXPECT_NEAR(found[1].same, -1, 1e-6);
  EXPECT_TRUE(std::isnan(found[2].r));
}

}  // namespace
}  // namespace clicklens::cli
