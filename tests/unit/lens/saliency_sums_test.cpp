// Sums of saliency against NumPy (tests/golden/saliency_sums/), and the same bits however rows are split.
#include "lens/saliency_sums.h"

#include <gtest/gtest.h>

#include <cmath>

namespace clicklens::lens {
namespace {

struct ExpectedSums {
  double mean_absolute, mean, sd, share, share_se, log_ratio, ratio_se;
};
constexpr ExpectedSums expected_sums[] = {
#include "golden/saliency_sums/expected.inc"
};
constexpr std::size_t groups = 3, all_rows = 500;

struct Part {
  std::vector<float> values;
  std::vector<std::uint64_t> clusters;

  Part(std::size_t part, std::size_t rows) {
    constexpr float scales[] = {1.0f, 0.5f, 2.0f};
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t g = 0; g < groups; ++g) {
        const auto whole = static_cast<int>((i * 7919 + g * 104729 + part * 31) % 2001) - 1000;
        values.push_back(static_cast<float>(whole) / 64.0f * scales[g]);
      }
      clusters.push_back(i * 13 % 97);
    }
  }
  [[nodiscard]] SaliencySums sums(std::size_t begin, std::size_t end) const {
    auto made = SaliencySums::create(groups, 64);
    EXPECT_TRUE(made.ok());
    made->add(values.data() + begin * groups, clusters.data() + begin, nullptr, end - begin);
    return std::move(*made);
  }
};

void expect_equal(const std::vector<GroupSaliency>& a, const std::vector<GroupSaliency>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t g = 0; g < a.size(); ++g) {
    EXPECT_EQ(a[g].mean_absolute, b[g].mean_absolute);
    EXPECT_EQ(a[g].mean, b[g].mean);
    EXPECT_EQ(a[g].sd, b[g].sd);
    EXPECT_EQ(a[g].share, b[g].share);
    EXPECT_EQ(a[g].share_se, b[g].share_se);
    EXPECT_EQ(a[g].rank, b[g].rank);
  }
}

TEST(SaliencySums, FiguresAreNumpys) {
  const std::size_t half = all_rows / 2;
  const SaliencySums a = Part(0, half).sums(0, half), b = Part(1, all_rows).sums(0, all_rows);
  const auto figures = a.compute();
  const auto contrasts = SaliencySums::contrast(a, b);
  ASSERT_TRUE(contrasts.ok());
  for (std::size_t g = 0; g < groups; ++g) {
    EXPECT_NEAR(figures[g].mean_absolute, expected_sums[g].mean_absolute, 1e-12);
    EXPECT_NEAR(figures[g].mean, expected_sums[g].mean, 1e-12);
    EXPECT_NEAR(figures[g].sd, expected_sums[g].sd, 1e-11);
    EXPECT_NEAR(figures[g].share, expected_sums[g].share, 1e-14);
    EXPECT_NEAR(figures[g].share_se, expected_sums[g].share_se, 1e-12);
    EXPECT_NEAR((*contrasts)[g].log_ratio, expected_sums[g].log_ratio, 1e-13);
    EXPECT_NEAR((*contrasts)[g].se, expected_sums[g].ratio_se, 1e-12);
    EXPECT_NEAR((*contrasts)[g].high - (*contrasts)[g].low, 2 * 1.96 * expected_sums[g].ratio_se, 1e-11);
  }
  EXPECT_EQ(figures[2].rank, 1u);
  EXPECT_EQ(figures[0].rank, 2u);
  EXPECT_EQ(figures[1].rank, 3u);
}

TEST(SaliencySums, PartsMergeToTheBitsOfTheWhole) {
  const Part part(1, all_rows);
  const auto whole = part.sums(0, all_rows).compute();
  SaliencySums merged = part.sums(300, all_rows);
  ASSERT_TRUE(merged.merge(part.sums(0, 17)).ok());
  ASSERT_TRUE(merged.merge(part.sums(17, 300)).ok());
  EXPECT_EQ(merged.rows(), all_rows);
  expect_equal(merged.compute(), whole);
}

TEST(SaliencySums, KeepsTheRowsAskedForAndCountsWhatIsNotFinite) {
  Part part(0, 100);
  std::vector<std::uint8_t> keep(100, 0);
  for (std::size_t i = 20; i < 60; ++i) keep[i] = 1;
  auto picked = SaliencySums::create(groups, 64);
  picked->add(part.values.data(), part.clusters.data(), keep.data(), 100);
  expect_equal(picked->compute(), part.sums(20, 60).compute());
  part.values[25 * groups + 1] = std::nanf("");
  part.values[70 * groups] = INFINITY;
  auto spoilt = SaliencySums::create(groups, 64);
  spoilt->add(part.values.data(), part.clusters.data(), nullptr, 100);
  EXPECT_EQ(spoilt->rows(), 98u);
  EXPECT_EQ(spoilt->non_finite(), 2u);
  EXPECT_TRUE(std::isfinite(spoilt->compute()[1].share));
}

TEST(SaliencySums, NothingIsNotANumberAndUnlikeOnesDoNotMix) {
  auto none = SaliencySums::create(groups, 64);
  for (const GroupSaliency& group : none->compute()) {
    EXPECT_TRUE(std::isnan(group.mean_absolute) && std::isnan(group.share) && std::isnan(group.share_se));
  }
  auto other = SaliencySums::create(groups, 65);
  EXPECT_EQ(none->merge(*other).code(), base::Code::invalid_argument);
  EXPECT_FALSE(SaliencySums::contrast(*none, *other).ok());
  EXPECT_FALSE(SaliencySums::create(0, 64).ok());
  EXPECT_FALSE(SaliencySums::create(3, 1).ok());
}

}  // namespace
}  // namespace clicklens::lens
