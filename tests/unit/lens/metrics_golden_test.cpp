// The metrics against scikit-learn and NumPy, whose numbers tests/golden/metrics/make_metrics.py wrote down.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "lens/metrics.h"

namespace clicklens::lens {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct GoldenMetrics {
  std::uint64_t rows, clicks;
  double auc, auc_se, logloss, logloss_se, calibration, calibration_se, slope, intercept, slope_se, slope_se_refit,
      normalized_entropy, gauc, gauc_coverage, gauc_median_rows;
};

struct Case {
  const char* name;
  const float* logits;
  const std::uint8_t* labels;
  const std::uint64_t *groups, *clusters;
  double negative_rate;
  std::uint32_t buckets;
  bool correct_scores;
  GoldenMetrics expected;
};

#include "../../golden/metrics/cases.inc"

void expect_close(double actual, double expected, double tolerance, const char* what) {
  SCOPED_TRACE(what);
  ASSERT_EQ(std::isnan(actual), std::isnan(expected)) << actual << " against " << expected;
  if (std::isnan(expected)) return;
  EXPECT_NEAR(actual, expected, tolerance * std::max(1.0, std::abs(expected)));
}

MetricsResult run(const Case& data, bool streaming) {
  auto metrics = Metrics::create({.negative_rate = data.negative_rate,
                                  .buckets = data.buckets,
                                  .streaming = streaming,
                                  .correct_scores = data.correct_scores});
  EXPECT_TRUE(metrics.ok()) << metrics.status().message();
  const auto status = metrics->add(data.logits, data.labels, data.groups, data.clusters, data.expected.rows);
  EXPECT_TRUE(status.ok()) << status.message();
  return metrics->compute();
}

class MetricsGolden : public ::testing::TestWithParam<Case> {};

TEST_P(MetricsGolden, ExactModeAgreesToNineDigits) {
  const GoldenMetrics& expected = GetParam().expected;
  const MetricsResult actual = run(GetParam(), false);
  EXPECT_EQ(actual.rows, expected.rows);
  EXPECT_EQ(actual.clicks, expected.clicks);
  EXPECT_EQ(actual.enough_data, expected.clicks >= 200);
  EXPECT_EQ(actual.auc_error_bound, 0);
  expect_close(actual.auc, expected.auc, 1e-9, "auc");
  expect_close(actual.gauc, expected.gauc, 1e-9, "gauc");
  expect_close(actual.gauc_coverage, expected.gauc_coverage, 1e-9, "gauc_coverage");
  expect_close(actual.gauc_median_rows, expected.gauc_median_rows, 1e-9, "gauc_median_rows");
  expect_close(actual.logloss, expected.logloss, 1e-9, "logloss");
  expect_close(actual.normalized_entropy, expected.normalized_entropy, 1e-9, "normalized_entropy");
  expect_close(actual.calibration, expected.calibration, 1e-9, "calibration");
  expect_close(actual.slope, expected.slope, 1e-9, "slope");
  expect_close(actual.intercept, expected.intercept, 1e-9, "intercept");
}

TEST_P(MetricsGolden, StandardErrorsAgreeToNineDigits) {
  const GoldenMetrics& expected = GetParam().expected;
  const MetricsResult actual = run(GetParam(), false);
  expect_close(actual.auc_se, expected.auc_se, 1e-9, "auc_se");
  expect_close(actual.logloss_se, expected.logloss_se, 1e-9, "logloss_se");
  expect_close(actual.calibration_se, expected.calibration_se, 1e-9, "calibration_se");
  expect_close(actual.slope_se, expected.slope_se, 1e-9, "slope_se");
  // One Newton step against a full fit without each bucket: a few per mille, or 7 % of the standard error
  // where five clusters, or scores that nearly part the classes, make one step long.
  if (std::isnan(expected.slope_se_refit)) return;
  EXPECT_NEAR(actual.slope_se / expected.slope_se_refit, 1, 0.08);
}

TEST_P(MetricsGolden, StreamingModeStaysWithinItsStatedErrors) {
  const GoldenMetrics& expected = GetParam().expected;
  const MetricsResult actual = run(GetParam(), true);
  EXPECT_EQ(actual.rows, expected.rows);
  EXPECT_EQ(actual.clicks, expected.clicks);
  EXPECT_TRUE(std::isnan(actual.gauc));
  expect_close(actual.logloss, expected.logloss, 1e-9, "logloss");
  expect_close(actual.normalized_entropy, expected.normalized_entropy, 1e-9, "normalized_entropy");
  expect_close(actual.calibration, expected.calibration, 1e-9, "calibration");
  if (GetParam().clusters != nullptr) {
    expect_close(actual.logloss_se, expected.logloss_se, 1e-9, "logloss_se");
    expect_close(actual.calibration_se, expected.calibration_se, 1e-9, "calibration_se");
    expect_close(actual.auc_se, expected.auc_se, 1e-3, "auc_se");
  }
  if (std::isnan(expected.auc)) return;
  // The bound is reached when one bin alone holds both classes: allow the rounding of the two AUCs.
  EXPECT_LE(std::abs(actual.auc - expected.auc), actual.auc_error_bound + 1e-15);
}

INSTANTIATE_TEST_SUITE_P(Cases, MetricsGolden, ::testing::ValuesIn(cases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace clicklens::lens
