#include "lens/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace clicklens::lens {
namespace {

using base::Code;

struct Rows {
  std::vector<float> logits;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> groups, clusters;

  [[nodiscard]] std::size_t size() const { return logits.size(); }
  void push(float logit, std::uint8_t label, std::uint64_t group = 0, std::uint64_t cluster = 0) {
    logits.push_back(logit);
    labels.push_back(label);
    groups.push_back(group);
    clusters.push_back(cluster);
  }
};

// Every fifth logit is on a coarse grid, so there are ties, and calibrated at slope 0.8.
Rows random_rows(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal(-1.0f, 1.5f);
  std::uniform_real_distribution<double> uniform(0, 1);
  Rows rows;
  for (std::size_t i = 0; i < n; ++i) {
    const float z = normal(random);
    const float logit = i % 5 == 0 ? std::round(z) : z;
    const bool click = uniform(random) < 1 / (1 + std::exp(-0.8 * logit));
    rows.push(logit, click ? 1 : 0, random() % (n / 5 + 1), random() % (n / 8 + 1));
  }
  return rows;
}

Metrics make(const MetricsOptions& options = {}) {
  auto metrics = Metrics::create(options);
  EXPECT_TRUE(metrics.ok()) << metrics.status().message();
  return std::move(*metrics);
}

void add(Metrics& metrics, const Rows& rows, bool keyed = true) {
  const auto status = metrics.add(rows.logits.data(), rows.labels.data(), rows.groups.data(),
                                  keyed ? rows.clusters.data() : nullptr, rows.size());
  ASSERT_TRUE(status.ok()) << status.message();
}

MetricsResult evaluate(const Rows& rows, const MetricsOptions& options = {}) {
  Metrics metrics = make(options);
  add(metrics, rows);
  return metrics.compute();
}

constexpr std::size_t number_count = 14;
std::array<double, number_count> numbers(const MetricsResult& r) {
  return {r.auc,      r.auc_se,     r.auc_error_bound,    r.gauc,        r.gauc_coverage,  r.gauc_median_rows,
          r.logloss,  r.logloss_se, r.normalized_entropy, r.calibration, r.calibration_se, r.slope,
          r.slope_se, r.intercept};
}

void expect_same_bits(const MetricsResult& a, const MetricsResult& b) {
  EXPECT_EQ(a.rows, b.rows);
  EXPECT_EQ(a.clicks, b.clicks);
  EXPECT_EQ(a.non_finite, b.non_finite);
  const auto x = numbers(a), y = numbers(b);
  for (std::size_t i = 0; i < number_count; ++i) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(x[i]), std::bit_cast<std::uint64_t>(y[i])) << "number " << i;
  }
}

// Deals shuffled rows to `parts` accumulators and merges them in a shuffled order.
MetricsResult split_and_merge(const Rows& rows, const MetricsOptions& options, bool keyed, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::shuffle(order, random);
  std::vector<Rows> parts(2 + random() % 6);
  for (const std::size_t i : order) {
    parts[random() % parts.size()].push(rows.logits[i], rows.labels[i], rows.groups[i], rows.clusters[i]);
  }
  Metrics whole = make(options);
  for (const Rows& part : parts) {
    Metrics metrics = make(options);
    add(metrics, part, keyed);
    EXPECT_TRUE(whole.merge(metrics).ok());
  }
  return whole.compute();
}

TEST(Metrics, ExactModeHasTheSameBitsHoweverRowsAreSplit) {
  Rows rows = random_rows(3000, 1);
  rows.push(std::numeric_limits<float>::infinity(), 1);
  for (const bool keyed : {true, false}) {
    const MetricsOptions options{.negative_rate = 0.3, .correct_scores = true};
    Metrics metrics = make(options);
    add(metrics, rows, keyed);
    const MetricsResult whole = metrics.compute();
    ASSERT_GT(whole.slope_se, 0);
    for (unsigned seed = 0; seed < 6; ++seed) {
      expect_same_bits(split_and_merge(rows, options, keyed, seed), whole);
    }
  }
}

TEST(Metrics, StreamingModeAgreesHoweverRowsAreSplit) {
  const Rows rows = random_rows(3000, 2);
  const MetricsOptions options{.negative_rate = 0.3, .streaming = true};
  const MetricsResult whole = evaluate(rows, options);
  for (unsigned seed = 0; seed < 4; ++seed) {
    const MetricsResult merged = split_and_merge(rows, options, true, seed);
    EXPECT_EQ(merged.rows, whole.rows);
    EXPECT_EQ(merged.auc, whole.auc);
    EXPECT_EQ(merged.auc_se, whole.auc_se);
    EXPECT_EQ(merged.slope, whole.slope);
    EXPECT_NEAR(merged.logloss, whole.logloss, 1e-12 * whole.logloss);
    EXPECT_NEAR(merged.calibration, whole.calibration, 1e-12 * whole.calibration);
    EXPECT_NEAR(merged.calibration_se, whole.calibration_se, 1e-12);
  }
}

TEST(Metrics, StreamingModeIsWithinItsBoundOfExactMode) {
  for (unsigned seed = 10; seed < 14; ++seed) {
    const Rows rows = random_rows(4000, seed);
    const MetricsResult exact = evaluate(rows), streaming = evaluate(rows, {.streaming = true});
    EXPECT_GT(streaming.auc_error_bound, 0);
    EXPECT_LE(std::abs(streaming.auc - exact.auc), streaming.auc_error_bound);
    EXPECT_NEAR(streaming.auc_se, exact.auc_se, 0.01 * exact.auc_se);
    EXPECT_NEAR(streaming.slope, exact.slope, 1e-4);
    EXPECT_NEAR(streaming.intercept, exact.intercept, 1e-3);
    EXPECT_NEAR(streaming.slope_se, exact.slope_se, 0.01 * exact.slope_se);
    EXPECT_TRUE(std::isnan(streaming.gauc));
  }
}

TEST(Metrics, MergingWithItselfCountsEveryRowTwice) {
  for (const bool streaming : {false, true}) {
    const Rows rows = random_rows(500, 3);
    Metrics metrics = make({.streaming = streaming});
    add(metrics, rows);
    const MetricsResult once = metrics.compute();
    ASSERT_TRUE(metrics.merge(metrics).ok());
    const MetricsResult twice = metrics.compute();
    EXPECT_EQ(twice.rows, 2 * once.rows);
    EXPECT_DOUBLE_EQ(twice.auc, once.auc);
    EXPECT_NEAR(twice.logloss, once.logloss, 1e-14);
    EXPECT_NEAR(twice.slope, once.slope, 1e-11);
  }
}

TEST(Metrics, MergingNeedsEqualOptions) {
  Metrics metrics = make();
  for (const MetricsOptions& other : {MetricsOptions{.negative_rate = 0.5}, MetricsOptions{.buckets = 64},
                                      MetricsOptions{.streaming = true}, MetricsOptions{.correct_scores = true}}) {
    EXPECT_EQ(metrics.merge(make(other)).code(), Code::invalid_argument);
  }
}

TEST(Metrics, OptionsOutOfRangeAreRefusedByName) {
  const auto message = [](const MetricsOptions& options) {
    const auto metrics = Metrics::create(options);
    EXPECT_FALSE(metrics.ok());
    EXPECT_EQ(metrics.status().code(), Code::invalid_argument);
    return std::string(metrics.status().message());
  };
  for (const double rate : {0.0, -0.5, 1.5, std::nan("")}) {
    EXPECT_NE(message({.negative_rate = rate}).find("negative_rate"), std::string::npos);
  }
  EXPECT_NE(message({.buckets = 63}).find("buckets"), std::string::npos);
  EXPECT_NE(message({.buckets = 201}).find("buckets"), std::string::npos);
}

TEST(Metrics, ABadLabelAddsNothing) {
  for (const bool streaming : {false, true}) {
    Metrics metrics = make({.streaming = streaming});
    const std::array logits{1.0f, 2.0f, 3.0f};
    const std::array<std::uint8_t, 3> labels{0, 1, 2};
    const auto status = metrics.add(logits.data(), labels.data(), nullptr, nullptr, 3);
    EXPECT_EQ(status.code(), Code::bad_value);
    EXPECT_NE(std::string(status.message()).find("labels[2]"), std::string::npos);
    EXPECT_EQ(metrics.compute().rows, 0u);
  }
}

TEST(Metrics, NonFiniteLogitsAreCountedAndLeftOut) {
  for (const bool streaming : {false, true}) {
    Rows rows = random_rows(300, 4);
    const MetricsResult clean = evaluate(rows, {.streaming = streaming});
    rows.push(std::numeric_limits<float>::quiet_NaN(), 1, 1, 1);
    rows.push(std::numeric_limits<float>::infinity(), 0, 2, 2);
    rows.push(-std::numeric_limits<float>::infinity(), 1, 3, 3);
    MetricsResult dirty = evaluate(rows, {.streaming = streaming});
    EXPECT_EQ(dirty.non_finite, 3u);
    dirty.non_finite = 0;
    expect_same_bits(dirty, clean);
  }
}

TEST(Metrics, NothingIsDefinedWithoutRows) {
  for (const bool streaming : {false, true}) {
    const MetricsResult empty = make({.streaming = streaming}).compute();
    EXPECT_EQ(empty.rows, 0u);
    EXPECT_FALSE(empty.enough_data);
    for (const double number : numbers(empty)) EXPECT_TRUE(std::isnan(number) || number == 0);
    EXPECT_TRUE(std::isnan(empty.auc) && std::isnan(empty.logloss) && std::isnan(empty.slope));
  }
}

TEST(Metrics, NegativeAndPositiveZeroTie) {
  Rows rows;
  rows.push(0.0f, 1);
  rows.push(-0.0f, 0);
  rows.push(1.0f, 1);
  EXPECT_EQ(evaluate(rows).auc, 0.75);
}

TEST(Metrics, LogitsThatTieAsProbabilitiesAreRanked) {
  Rows rows;
  rows.push(std::nextafter(18.0f, 20.0f), 1);
  rows.push(18.0f, 0);
  EXPECT_EQ(evaluate(rows).auc, 1.0);
}

TEST(Metrics, LogLossKeepsItsTailAndNeverOverflows) {
  Rows rows;
  rows.push(-100.0f, 0);
  EXPECT_DOUBLE_EQ(evaluate(rows).logloss, std::exp(-100.0));
  rows.push(-3e38f, 1);
  rows.push(3e38f, 0);
  for (const bool streaming : {false, true}) {
    const MetricsResult result = evaluate(rows, {.streaming = streaming});
    EXPECT_NEAR(result.logloss, 2e38, 1e32);
    EXPECT_DOUBLE_EQ(result.calibration, 1.0);
  }
}

TEST(Metrics, CorrectedScoresAreShiftedLogits) {
  const Rows rows = random_rows(2000, 5);
  Rows shifted = rows;
  for (float& logit : shifted.logits) logit += static_cast<float>(std::log(0.25));
  for (const bool streaming : {false, true}) {
    const MetricsResult corrected =
        evaluate(rows, {.negative_rate = 0.25, .streaming = streaming, .correct_scores = true});
    const MetricsResult plain = evaluate(shifted, {.negative_rate = 0.25, .streaming = streaming});
    EXPECT_NEAR(corrected.logloss, plain.logloss, 1e-6);
    EXPECT_NEAR(corrected.calibration, plain.calibration, 1e-6);
    EXPECT_NEAR(corrected.slope, plain.slope, streaming ? 1e-4 : 1e-6);
    EXPECT_NEAR(corrected.intercept, plain.intercept, streaming ? 1e-3 : 1e-6);
  }
}

// Keeping a quarter of the non-clicks and weighing them by four must find what all rows show.
TEST(Metrics, SampledNegativesAreWeighedBack) {
  const Rows all = random_rows(60000, 6);
  Rows sampled;
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all.labels[i] == 1 || random() % 4 == 0) {
      sampled.push(all.logits[i], all.labels[i], all.groups[i], all.clusters[i]);
    }
  }
  const MetricsResult whole = evaluate(all), part = evaluate(sampled, {.negative_rate = 0.25});
  EXPECT_NEAR(part.logloss, whole.logloss, 4 * part.logloss_se);
  EXPECT_NEAR(part.calibration, whole.calibration, 4 * part.calibration_se);
  EXPECT_NEAR(part.slope, whole.slope, 4 * part.slope_se);
  EXPECT_NEAR(part.normalized_entropy, whole.normalized_entropy, 0.02);
  EXPECT_NEAR(whole.slope, 0.8, 4 * whole.slope_se);
}

TEST(Metrics, RowsWithoutGroupAreNotCovered) {
  Metrics metrics = make();
  const std::array logits{0.0f, 1.0f, 2.0f, 3.0f};
  const std::array<std::uint8_t, 4> labels{0, 1, 0, 1};
  const std::array<std::uint64_t, 2> group{0, 0};
  ASSERT_TRUE(metrics.add(logits.data(), labels.data(), group.data(), nullptr, 2).ok());
  ASSERT_TRUE(metrics.add(logits.data() + 2, labels.data() + 2, nullptr, nullptr, 2).ok());
  const MetricsResult result = metrics.compute();
  EXPECT_EQ(result.gauc, 1.0);
  EXPECT_EQ(result.gauc_coverage, 0.5);
  EXPECT_EQ(result.gauc_median_rows, 2.0);
}

TEST(Metrics, TwoHundredClicksAreEnough) {
  Rows rows;
  for (int i = 0; i < 199; ++i) rows.push(0, 1);
  EXPECT_FALSE(evaluate(rows).enough_data);
  rows.push(0, 1);
  EXPECT_TRUE(evaluate(rows).enough_data);
}

}  // namespace
}  // namespace clicklens::lens
