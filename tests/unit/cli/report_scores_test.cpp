#include "commands/report_scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace clicklens::cli {
namespace {

std::uint64_t rows(const ReportFigures::Histogram& histogram, std::size_t label) {
  const auto& counts = histogram.counts[label];
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

TEST(ReportScores, OfNoRowsNothing) {
  const ReportFigures::Scores scores = ScoreBins::describe({});
  for (std::size_t split = 0; split < 2; ++split) {
    EXPECT_TRUE(scores.histograms[split].counts[0].empty());
    EXPECT_TRUE(scores.calibration[split].empty());
  }
}

TEST(ReportScores, BinsHoldTheirLogits) {
  std::array<ScoreBins, 2> splits;
  splits[0].add({-1.0f, -0.76f, -0.75f}, {0, 1, 1});
  splits[1].add({0.3f}, {0});
  const ReportFigures::Scores scores = ScoreBins::describe(splits);
  const ReportFigures::Histogram& train = scores.histograms[0];
  EXPECT_EQ(train.from, -1);
  EXPECT_EQ(train.width, 0.25);
  EXPECT_EQ(train.counts[0], (std::vector<std::uint64_t>{1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(train.counts[1], (std::vector<std::uint64_t>{1, 1, 0, 0, 0, 0}));
  EXPECT_EQ(scores.histograms[1].from, -1);  // both splits on the same axis
  EXPECT_EQ(scores.histograms[1].counts[0], (std::vector<std::uint64_t>{0, 0, 0, 0, 0, 1}));
}

TEST(ReportScores, ExtremesAreInTheEndBinsAndWhatIsNotFiniteInNone) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  std::array<ScoreBins, 2> splits;
  splits[0].add({-1e30f, 1e30f, inf, -inf, std::nanf("")}, {0, 1, 1, 1, 0});
  const ReportFigures::Scores scores = ScoreBins::describe(splits);
  EXPECT_EQ(rows(scores.histograms[0], 0), 1u);
  EXPECT_EQ(rows(scores.histograms[0], 1), 1u);
  EXPECT_EQ(scores.histograms[0].counts[0].front(), 1u);
  EXPECT_EQ(scores.histograms[0].counts[1].back(), 1u);
  ASSERT_EQ(scores.calibration[0].size(), 2u);
  EXPECT_EQ(scores.calibration[0].back().predicted, 1);
}

TEST(ReportScores, CalibrationHasEveryRowInPartsOfLikeScores) {
  std::array<ScoreBins, 2> splits;
  std::vector<float> logits;
  std::vector<std::uint8_t> labels;
  double expected = 0;
  for (int i = 0; i < 1000; ++i) {
    logits.push_back(static_cast<float>(i) / 100 - 5);
    labels.push_back(i % 7 == 0 ? 1 : 0);
    expected += 1 / (1 + std::exp(-static_cast<double>(logits.back())));
  }
  splits[1].add(logits, labels);
  const auto points = ScoreBins::describe(splits).calibration[1];
  EXPECT_GE(points.size(), 18u);
  EXPECT_LE(points.size(), 20u);
  std::uint64_t rows = 0, clicks = 0;
  double predicted = 0, before = 0;
  for (const auto& point : points) {
    EXPECT_GT(point.predicted, before);
    EXPECT_LE(point.low, point.observed);
    EXPECT_GE(point.high, point.observed);
    EXPECT_LE(point.rows, 60u);
    before = point.predicted;
    rows += point.rows;
    clicks += point.clicks;
    predicted += point.predicted * static_cast<double>(point.rows);
  }
  EXPECT_EQ(rows, 1000u);
  EXPECT_EQ(clicks, 143u);
  EXPECT_NEAR(predicted, expected, 1e-9);
}

// Half of the rows have one score: they are one point, and the others' points are as large as ever.
TEST(ReportScores, ManyRowsOfOneScoreAreOnePoint) {
  std::array<ScoreBins, 2> splits;
  splits[0].add(std::vector<float>(1000, -3.0f), std::vector<std::uint8_t>(1000, 0));
  for (int i = 0; i < 1000; ++i) splits[0].add({static_cast<float>(i) / 250 - 2}, {1});
  const auto points = ScoreBins::describe(splits).calibration[0];
  EXPECT_EQ(points.front().rows, 1000u);
  for (std::size_t i = 1; i + 1 < points.size(); ++i) EXPECT_GE(points[i].rows, 100u);
}

// Wilson's interval of 1 in 10, from tables.
TEST(ReportScores, IntervalsAreWilsons) {
  std::array<ScoreBins, 2> splits;
  splits[0].add(std::vector<float>(10, -2.0f), {1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  const auto points = ScoreBins::describe(splits).calibration[0];
  ASSERT_EQ(points.size(), 1u);
  EXPECT_NEAR(points[0].low, 0.01788, 1e-4);
  EXPECT_NEAR(points[0].high, 0.40415, 1e-4);
}

// Rounding puts Wilson's bound beyond the rate itself for one count in sixteen; bars from rate to bound must not be
// negative.
TEST(ReportScores, AnIntervalHoldsItsRate) {
  for (const std::uint8_t label : std::initializer_list<std::uint8_t>{0, 1})
    for (std::size_t rows = 1; rows < 400; ++rows) {
      std::array<ScoreBins, 2> splits;
      splits[0].add(std::vector<float>(rows, 0.0f), std::vector<std::uint8_t>(rows, label));
      const ReportFigures::Scores scores = ScoreBins::describe(splits);
      ASSERT_EQ(scores.calibration[0].size(), 1u);
      const ReportFigures::CalibrationPoint& point = scores.calibration[0].front();
      EXPECT_LE(point.low, point.observed) << rows;
      EXPECT_GE(point.high, point.observed) << rows;
      EXPECT_LT(point.low, point.high);
    }
}

}  // namespace
}  // namespace clicklens::cli
