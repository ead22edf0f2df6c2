// Sums of a diagnosis against plain loops over the rows; which layer comes before which.
#include "lens/diagnose_sums.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lens/diagnose_judge.h"
#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

struct Row {
  float logit;
  bool click;
  std::uint32_t bucket;
  std::uint64_t key;
};

std::vector<Row> some_rows(std::size_t n, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(-1, 1);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < n; ++i)
    rows.push_back({normal(random), random() % 4 == 0, static_cast<std::uint32_t>(random() % 60),
                    static_cast<std::uint64_t>(random() % 5)});
  return rows;
}

template <class Keep>
double plain_log_ratio(const std::vector<Row>& rows, Keep keep) {
  double predicted = 0, clicks = 0;
  for (const Row& row : rows) {
    if (!keep(row)) continue;
    predicted += 1 / (1 + std::exp(-double{row.logit}));
    clicks += row.click ? 1 : 0;
  }
  return std::log(predicted / clicks);
}

TEST(DiagnoseSums, CalibrationAndItsJackknifeAreThoseOfThePlainLoop) {
  const auto rows = some_rows(5'000, 1);
  Calibration sums;
  std::vector<float> logits;
  for (const Row& row : rows) logits.push_back(row.logit);
  sums.set_edges(logits);
  for (const Row& row : rows) sums.add(row.logit, row.click, row.bucket, &row.key);
  ASSERT_EQ(sums.bins().size(), 10u);
  ASSERT_EQ(sums.values().size(), 5u);
  const auto all = [](const Row&) { return true; };
  EXPECT_NEAR(sums.all().ratio(nullptr).log, plain_log_ratio(rows, all), 1e-12);
  for (const auto& value : sums.values()) {
    const auto own = [&](const Row& row) { return row.key == value.key; };
    std::vector<double> alone, beside;
    for (std::uint32_t b = 0; b < 60; ++b) {
      const double part = plain_log_ratio(rows, [&](const Row& row) { return own(row) && row.bucket != b; });
      alone.push_back(part);
      beside.push_back(part - plain_log_ratio(rows, [&](const Row& row) { return row.bucket != b; }));
    }
    EXPECT_NEAR(value.sums.ratio(nullptr).log, plain_log_ratio(rows, own), 1e-12);
    EXPECT_NEAR(value.sums.ratio(nullptr).se, jackknife_se(alone), 1e-9);
    EXPECT_NEAR(value.sums.ratio(&sums.all()).log, plain_log_ratio(rows, own) - plain_log_ratio(rows, all), 1e-12);
    EXPECT_NEAR(value.sums.ratio(&sums.all()).se, jackknife_se(beside), 1e-9);
  }
  std::uint64_t binned = 0;
  for (std::size_t b = 0; b < 10; ++b) {
    const auto in = [&](const Row& row) {
      return (b == 0 || row.logit >= sums.edges()[b - 1]) && (b == 9 || row.logit < sums.edges()[b]);
    };
    EXPECT_NEAR(sums.bins()[b].ratio(nullptr).log, plain_log_ratio(rows, in), 1e-12);
    EXPECT_NEAR(static_cast<double>(sums.bins()[b].rows()), 500, 2);
    binned += sums.bins()[b].rows();
  }
  EXPECT_EQ(binned, rows.size());
}

TEST(DiagnoseSums, EqualScoresAreOneBinAndNoClicksNoRatio) {
  Calibration sums;
  sums.set_edges(std::vector<float>(100, 0.5f));
  EXPECT_EQ(sums.bins().size(), 2u);
  sums.add(0.5f, false, 0, nullptr);
  EXPECT_TRUE(std::isnan(sums.all().ratio(nullptr).log));
  EXPECT_TRUE(sums.values().empty());
}

TEST(DiagnoseSums, KeysBeyondTheMostAreNotSplit) {
  Calibration sums;
  sums.set_edges({0.0f, 1.0f});
  for (std::uint64_t key = 0; key < Calibration::most_values + 5; ++key) sums.add(0, true, 0, &key);
  EXPECT_EQ(sums.values().size(), Calibration::most_values);
  EXPECT_EQ(sums.unsplit(), 5u);
  EXPECT_EQ(sums.all().rows(), Calibration::most_values + 5);
}

double plain_sd(const std::vector<Row>& rows, std::uint32_t left_out) {
  double n = 0, mean = 0, squares = 0;
  for (const Row& row : rows) {
    if (row.bucket == left_out) continue;
    n += 1;
    mean += double{row.logit};
  }
  mean /= n;
  for (const Row& row : rows)
    if (row.bucket != left_out) squares += (double{row.logit} - mean) * (double{row.logit} - mean);
  return std::sqrt(squares / (n - 1));
}

TEST(DiagnoseSums, SpreadRatioLeavesABucketOutOfBothAtOnce) {
  const auto a = some_rows(3'000, 2), b = some_rows(2'000, 3);
  Spread wide, narrow;
  for (const Row& row : a) wide.add(row.logit, row.bucket);
  for (const Row& row : b) narrow.add(row.logit, row.bucket);
  const Evidence ratio = wide.over(narrow, "spread");
  EXPECT_EQ(ratio.name, "spread");
  EXPECT_NEAR(ratio.value, plain_sd(a, 99) / plain_sd(b, 99), 1e-9);
  std::vector<double> estimates;
  for (std::uint32_t bucket = 0; bucket < 60; ++bucket) estimates.push_back(plain_sd(a, bucket) / plain_sd(b, bucket));
  EXPECT_NEAR(ratio.high - ratio.value, 1.96 * jackknife_se(estimates), 1e-6);
}

// emb -> deep -> deeper, and wide beside them, of emb too; the logit reads both.
TEST(DiagnoseSums, ALayerIsHeldAgainstTheLastOneThatItIsComputedFrom) {
  format::ModelDesc desc;
  desc.values.resize(6);
  const auto node = [&](std::vector<std::uint32_t> inputs, std::uint32_t output) {
    format::NodeDesc made;
    made.inputs = std::move(inputs);
    made.outputs = {output};
    desc.nodes.push_back(made);
  };
  node({0}, 1);  // deep
  node({1}, 2);  // deeper
  node({0}, 3);  // wide
  node({2, 3}, 4);
  using Steps = std::vector<std::pair<std::size_t, std::size_t>>;
  EXPECT_EQ(layer_steps(desc, {0, 1, 2, 3, 4}), (Steps{{0, 1}, {1, 2}, {0, 3}, {3, 4}}));
  EXPECT_EQ(layer_steps(desc, {1, 3}), Steps{});  // neither is of the other
  EXPECT_EQ(layer_steps(desc, {}), Steps{});
}

}  // namespace
}  // namespace clicklens::lens
