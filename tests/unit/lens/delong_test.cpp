// DeLong and Obuchowski against exact fractions and NumPy loops of their formulas (tests/golden/probe/make_probe.py).
#include "lens/delong.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lens/auc_difference.h"
#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

struct DelongCase {
  const char* name;
  std::vector<float> a, b;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> clusters;
  std::vector<double> expected;  // aucs a, b, difference; DeLong's SEs of them; Obuchowski's
  friend void PrintTo(const DelongCase& data, std::ostream* out) { *out << data.name; }
};

const DelongCase delong_cases[] = {
#include "../../golden/probe/delong.inc"
};

class DeLong : public ::testing::TestWithParam<DelongCase> {};

TEST_P(DeLong, AgreesWithTheFormulas) {
  const DelongCase& data = GetParam();
  const auto result = compare_aucs(data.a, data.b, data.labels, data.clusters, 64);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_NEAR(result->auc_a, data.expected[0], 1e-14);
  EXPECT_NEAR(result->auc_b, data.expected[1], 1e-14);
  EXPECT_NEAR(result->difference, data.expected[2], 1e-14);
  EXPECT_NEAR(result->delong_se_a, data.expected[3], 1e-14);
  EXPECT_NEAR(result->delong_se_b, data.expected[4], 1e-14);
  EXPECT_NEAR(result->delong_se, data.expected[5], 1e-14);
  EXPECT_EQ(std::isnan(result->delong_clustered_se), data.clusters.empty());
  if (data.clusters.empty()) return;
  EXPECT_NEAR(result->delong_clustered_se_a, data.expected[6], 1e-14);
  EXPECT_NEAR(result->delong_clustered_se_b, data.expected[7], 1e-14);
  EXPECT_NEAR(result->delong_clustered_se, data.expected[8], 1e-14);
}

// Every row its own cluster: Obuchowski's sums are DeLong's but for the number of clusters in place of rows.
TEST_P(DeLong, ClustersOfOneRowAreRows) {
  const DelongCase& data = GetParam();
  std::vector<std::uint64_t> own(data.labels.size());
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = mix(i);
  const auto result = compare_aucs(data.a, data.b, data.labels, own, 64);
  ASSERT_TRUE(result.ok());
  EXPECT_NEAR(result->delong_clustered_se, result->delong_se, 1e-14);
  EXPECT_NEAR(result->delong_clustered_se_a, result->delong_se_a, 1e-14);
}

INSTANTIATE_TEST_SUITE_P(Cases, DeLong, ::testing::ValuesIn(delong_cases),
                         [](const auto& info) { return std::string(info.param.name); });

// The jackknife and DeLong estimate the same thing; on many small clusters they are close.
TEST(AucDifference, JackknifeIsCloseToDeLong) {
  std::vector<float> a, b;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> clusters;
  const auto uniform = [](std::uint64_t i) { return static_cast<double>(mix(i) >> 11) * 0x1p-53; };
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const double effect = uniform(1'000'000 + i / 5);
    labels.push_back(uniform(3 * i) < 0.4 * effect ? 1 : 0);
    a.push_back(static_cast<float>(effect + uniform(3 * i + 1)));
    b.push_back(static_cast<float>(effect + 0.3 * labels.back() + uniform(3 * i + 2)));
    clusters.push_back(i / 5);
  }
  const auto result = compare_aucs(a, b, labels, clusters, 200);
  ASSERT_TRUE(result.ok());
  EXPECT_GT(result->low, 0);
  EXPECT_NEAR(result->se / result->delong_clustered_se, 1, 0.15);
  EXPECT_NEAR(result->high - result->low, 2 * 1.96 * result->se, 1e-12);
  EXPECT_NEAR((result->high + result->low) / 2, result->difference, 1e-12);
}

TEST(AucDifference, OfAScoreAndItselfIsNothing) {
  const std::vector<float> scores{1, 2, 3, 4, 5, 6};
  const std::vector<std::uint8_t> labels{0, 1, 0, 1, 1, 0};
  const auto result = compare_aucs(scores, scores, labels, {}, 128);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->difference, 0);
  EXPECT_EQ(result->se, 0);
  EXPECT_EQ(result->delong_se, 0);
}

TEST(AucDifference, IsUndefinedWithOneClass) {
  const std::vector<float> scores{1, 2};
  for (const std::uint8_t label : {std::uint8_t{0}, std::uint8_t{1}}) {
    const std::vector<std::uint8_t> labels(2, label);
    const auto result = compare_aucs(scores, scores, labels, {}, 128);
    ASSERT_TRUE(result.ok());
    EXPECT_TRUE(std::isnan(result->auc_a) && std::isnan(result->difference) && std::isnan(result->se));
  }
  const auto nothing = compare_aucs({}, {}, {}, {}, 128);
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(std::isnan(nothing->difference));
}

TEST(AucDifference, RefusesWhatItCannotCompare) {
  const std::vector<float> good{1, 2}, bad{1, std::nanf("")};
  const std::vector<std::uint8_t> labels{0, 1}, wrong{0, 2};
  EXPECT_EQ(compare_aucs(good, bad, labels, {}, 128).status().code(), base::Code::bad_value);
  EXPECT_EQ(compare_aucs(bad, good, labels, {}, 128).status().code(), base::Code::bad_value);
  EXPECT_EQ(compare_aucs(good, good, wrong, {}, 128).status().code(), base::Code::bad_value);
  EXPECT_EQ(compare_aucs(good, good, labels, {}, 63).status().code(), base::Code::invalid_argument);
  EXPECT_EQ(compare_aucs(good, good, labels, {}, 201).status().code(), base::Code::invalid_argument);
}

}  // namespace
}  // namespace clicklens::lens
