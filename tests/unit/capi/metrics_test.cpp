// The C functions over lens/metrics.h: arguments, sized structs, messages.
#include <gtest/gtest.h>

#include <array>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "clicklens/clicklens.h"

namespace {

struct Release {
  void operator()(clens_metrics* metrics) const { clens_metrics_release(metrics); }
};
using Handle = std::unique_ptr<clens_metrics, Release>;

Handle create(const clens_metrics_options* options = nullptr) {
  clens_metrics* metrics = nullptr;
  EXPECT_EQ(clens_metrics_create(options, &metrics), CLENS_OK);
  return Handle(metrics);
}

std::string last_error() {
  std::array<char, 512> text{};
  clens_last_error(text.data(), text.size());
  return text.data();
}

constexpr std::array<float, 6> logits{-2.0f, -1.0f, -1.0f, 0.5f, 1.0f, 2.0f};
constexpr std::array<std::uint8_t, 6> labels{0, 1, 0, 0, 1, 1};

clens_metrics_result compute(const clens_metrics* metrics) {
  clens_metrics_result result = CLENS_METRICS_RESULT_INIT;
  EXPECT_EQ(clens_metrics_compute(metrics, &result), CLENS_OK);
  return result;
}

TEST(MetricsC, FromCreateToResult) {
  const Handle metrics = create();
  ASSERT_EQ(clens_metrics_add(metrics.get(), logits.data(), labels.data(), nullptr, nullptr, 6), CLENS_OK);
  const clens_metrics_result result = compute(metrics.get());
  EXPECT_EQ(result.struct_size, sizeof result);
  EXPECT_EQ(result.rows, 6u);
  EXPECT_EQ(result.clicks, 3u);
  EXPECT_DOUBLE_EQ(result.auc, 7.5 / 9);
  EXPECT_TRUE(std::isnan(result.gauc));
  EXPECT_GT(result.slope, 0);
  EXPECT_EQ(result.enough_data, 0u);
}

TEST(MetricsC, EveryFieldOfTheResultIsItsOwn) {
  const std::array<std::uint64_t, 6> groups{1, 1, 1, 2, 2, 3};
  const Handle metrics = create();
  ASSERT_EQ(clens_metrics_add(metrics.get(), logits.data(), labels.data(), groups.data(), groups.data(), 6), CLENS_OK);
  const float infinite = std::numeric_limits<float>::infinity();
  ASSERT_EQ(clens_metrics_add(metrics.get(), &infinite, labels.data(), nullptr, nullptr, 1), CLENS_OK);
  const clens_metrics_result result = compute(metrics.get());
  EXPECT_EQ(result.non_finite, 1u);
  EXPECT_DOUBLE_EQ(result.gauc, (3 * 0.75 + 2 * 1.0) / 5);
  EXPECT_DOUBLE_EQ(result.gauc_coverage, 5.0 / 6);
  EXPECT_DOUBLE_EQ(result.gauc_median_rows, 2);
  EXPECT_DOUBLE_EQ(result.normalized_entropy, result.logloss / std::log(2.0));
  double predicted = 0;
  for (const float logit : logits) predicted += 1 / (1 + std::exp(-double{logit}));
  EXPECT_DOUBLE_EQ(result.calibration, predicted / 3);
  EXPECT_GT(result.auc_se, 0);
  EXPECT_GT(result.logloss_se, 0);
  EXPECT_GT(result.calibration_se, 0);
}

TEST(MetricsC, MistakesAreNamed) {
  clens_metrics* out = nullptr;
  EXPECT_EQ(clens_metrics_create(nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "out: NULL");

  clens_metrics_options options = CLENS_METRICS_OPTIONS_INIT;
  options.negative_rate = 2;
  EXPECT_EQ(clens_metrics_create(&options, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("negative_rate"), std::string::npos);
  options = CLENS_METRICS_OPTIONS_INIT;
  options.buckets = 10;
  EXPECT_EQ(clens_metrics_create(&options, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("buckets"), std::string::npos);
  options = CLENS_METRICS_OPTIONS_INIT;
  options.reserved = 1;
  EXPECT_EQ(clens_metrics_create(&options, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("reserved"), std::string::npos);
  EXPECT_EQ(out, nullptr);

  const Handle metrics = create();
  EXPECT_EQ(clens_metrics_add(metrics.get(), nullptr, labels.data(), nullptr, nullptr, 1), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "logits: NULL");
  const std::uint8_t label = 7;
  EXPECT_EQ(clens_metrics_add(metrics.get(), logits.data(), &label, nullptr, nullptr, 1), CLENS_E_BAD_VALUE);
  EXPECT_EQ(clens_metrics_merge(metrics.get(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_metrics_compute(metrics.get(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_metrics_add(metrics.get(), nullptr, nullptr, nullptr, nullptr, 0), CLENS_OK);
  clens_metrics_release(nullptr);
}

TEST(MetricsC, StructsOfOtherVersionsAreUnderstood) {
  struct {
    clens_metrics_options known = CLENS_METRICS_OPTIONS_INIT;
    std::uint64_t added = 0;
  } newer;
  newer.known.struct_size = sizeof newer;
  EXPECT_NE(create(&newer.known), nullptr);
  newer.added = 1;
  clens_metrics* out = nullptr;
  EXPECT_EQ(clens_metrics_create(&newer.known, &out), CLENS_E_INVALID_ARGUMENT);
  newer.known.struct_size = 0;
  EXPECT_EQ(clens_metrics_create(&newer.known, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("struct_size"), std::string::npos);

  struct {
    clens_metrics_result known = CLENS_METRICS_RESULT_INIT;
    std::uint64_t added = 0xABABABABABABABABull;
  } result;
  result.known.struct_size = sizeof result;
  ASSERT_EQ(clens_metrics_compute(create().get(), &result.known), CLENS_OK);
  EXPECT_EQ(result.known.struct_size, sizeof result);
  EXPECT_TRUE(std::isnan(result.known.auc));
  EXPECT_EQ(result.added, 0xABABABABABABABABull);
  result.known.struct_size = offsetof(clens_metrics_result, auc);
  EXPECT_EQ(clens_metrics_compute(create().get(), &result.known), CLENS_E_INVALID_ARGUMENT);
}

TEST(MetricsC, TheHostsRoundingChangesNothing) {
  const auto evaluate = [] {
    const Handle metrics = create();
    EXPECT_EQ(clens_metrics_add(metrics.get(), logits.data(), labels.data(), nullptr, nullptr, 6), CLENS_OK);
    return compute(metrics.get());
  };
  const clens_metrics_result nearest = evaluate();
  std::fesetround(FE_UPWARD);
  const clens_metrics_result upward = evaluate();
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(std::memcmp(&nearest.logloss, &upward.logloss, sizeof nearest.logloss), 0);
  EXPECT_EQ(std::memcmp(&nearest.slope, &upward.slope, sizeof nearest.slope), 0);
}

TEST(LastError, IsCutAtCapacityAndGivesTheWholeLength) {
  EXPECT_EQ(clens_metrics_create(nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  std::array<char, 4> text{'x', 'x', 'x', 'x'};
  EXPECT_EQ(clens_last_error(text.data(), text.size()), 9u);
  EXPECT_STREQ(text.data(), "out");
  EXPECT_EQ(clens_last_error(nullptr, 0), 9u);
}

}  // namespace
