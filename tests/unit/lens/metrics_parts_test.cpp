// The pieces of the metrics, where a case is easier to see alone.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "lens/metrics_auc.h"
#include "lens/metrics_bins.h"
#include "lens/metrics_cox.h"
#include "lens/metrics_jackknife.h"
#include "lens/metrics_loss.h"
#include "lens/metrics_rows.h"

namespace clicklens::lens {
namespace {

SortedRows sorted(const std::vector<float>& logits, const std::vector<int>& labels) {
  MetricsRows rows;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    rows.push_back(MetricsRow::make(logits[i], labels[i] != 0, static_cast<std::uint32_t>(i % 64), std::nullopt));
  }
  return SortedRows(std::move(rows), 64);
}

TEST(MetricsRow, OrdersAsFloatsDoAndGivesThemBack) {
  const std::array ascending{-3e38f, -2.0f, -1e-45f, 0.0f, 1e-45f, 0.5f, 2.0f, 3e38f};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const MetricsRow row = MetricsRow::make(ascending[i], i % 2 == 0, 199, 7);
    EXPECT_EQ(row.logit(), ascending[i]);
    EXPECT_EQ(row.is_click(), i % 2 == 0);
    EXPECT_EQ(row.bucket(), 199u);
    EXPECT_TRUE(row.is_grouped());
    if (i == 0) continue;
    EXPECT_GT(row.order, MetricsRow::make(ascending[i - 1], false, 0, std::nullopt).order);
  }
}

TEST(Mix, IsSplitMix64) {
  // First outputs of Vigna's splitmix64.c from the states 0 and 1234567.
  EXPECT_EQ(mix(0), 0xE220A8397B1DCDAFull);
  EXPECT_EQ(mix(1234567), 6457827717110365317ull);
}

TEST(Jackknife, GivesTheStandardErrorOfAMean) {
  // Means of 1..5 without one each: the jackknife of a mean is s / sqrt(n).
  const std::array estimates{3.5, 3.25, 3.0, 2.75, 2.5};
  EXPECT_NEAR(jackknife_se(estimates), std::sqrt(2.5 / 5), 1e-15);
  EXPECT_TRUE(std::isnan(jackknife_se(std::array{1.0})));
  EXPECT_TRUE(std::isnan(jackknife_se(std::array{1.0, std::nan("")})));
}

// Counting every pair, with a bucket's rows left out by hand.
double brute_auc(const std::vector<Cell>& rows, std::uint32_t without) {
  double won = 0, pairs = 0;
  for (const Cell& click : rows) {
    for (const Cell& other : rows) {
      if (click.clicks == 0 || other.others == 0 || click.bucket == without || other.bucket == without) continue;
      won += click.logit > other.logit ? 1 : click.logit == other.logit ? 0.5 : 0;
      pairs += 1;
    }
  }
  return won / pairs;
}

TEST(AucCounter, DeleteOneIsTheAucOfTheRowsLeft) {
  std::mt19937 random(1);
  std::vector<Cell> rows;
  for (int i = 0; i < 120; ++i) {
    const bool click = random() % 3 == 0;
    rows.push_back(Cell{double(i / 6), click ? 1u : 0u, click ? 0u : 1u, static_cast<std::uint32_t>(random() % 5)});
  }
  AucCounter counter(5);
  for (std::size_t i = 0; i < rows.size(); i += 6) counter.add_tie(std::span(rows).subspan(i, 6));
  EXPECT_DOUBLE_EQ(counter.auc(), brute_auc(rows, 99));
  const std::vector<double> left = counter.delete_one();
  ASSERT_EQ(left.size(), 5u);
  for (std::uint32_t b = 0; b < 5; ++b) EXPECT_DOUBLE_EQ(left[b], brute_auc(rows, b));
}

TEST(AucCounter, CountsMorePairsThan64BitsHold) {
  const std::uint64_t many = 1ull << 40;
  AucCounter counter(2);
  counter.add_tie(std::array{Cell{0, 0, many, 0}, Cell{0, many, 0, 1}});
  counter.add_tie(std::array{Cell{1, many, 0, 0}, Cell{1, 0, many, 1}});
  EXPECT_EQ(counter.auc(), 0.5);
  EXPECT_EQ(counter.delete_one(), (std::vector<double>{0.0, 1.0}));
}

TEST(WideSum, KeepsWhatADoubleLoses) {
  WideSum sum;
  sum.add(1e16);
  for (int i = 0; i < 1000; ++i) sum.add(0.001);
  sum.add(-1e16);
  EXPECT_NEAR(sum.value(), 1.0, 1e-12);
}

TEST(Loss, HoldsAtTheEnds) {
  const auto loss = [](double logit, bool click) {
    LossSums sums(2, 1);
    sums.add(logit, click ? 1 : 0, click ? 0 : 1, 0);
    return sums.logloss().value;
  };
  EXPECT_DOUBLE_EQ(loss(-700, false), std::exp(-700.0));
  EXPECT_DOUBLE_EQ(loss(700, true), std::exp(-700.0));
  EXPECT_DOUBLE_EQ(loss(0, true), std::log(2.0));
  EXPECT_EQ(loss(1e300, false), 1e300);
}

TEST(BinEdges, PutEveryFloatInABin) {
  const BinEdges edges{1024};
  EXPECT_EQ(edges.bin(-3e38f), 0u);
  EXPECT_EQ(edges.bin(std::nextafter(-32.0f, -40.0f)), 0u);
  EXPECT_EQ(edges.bin(-32.0f), 1u);
  EXPECT_EQ(edges.bin(std::nextafter(32.0f, 0.0f)), edges.count() - 2);
  EXPECT_EQ(edges.bin(32.0f), edges.count() - 1);
  EXPECT_EQ(edges.bin(3e38f), edges.count() - 1);
  EXPECT_EQ(edges.middle(0), -32.0);
  EXPECT_EQ(edges.middle(edges.count() - 1), 32.0);
  std::mt19937 random(2);
  std::uniform_real_distribution<float> uniform(-32, 32);
  for (int i = 0; i < 1000; ++i) {
    const float logit = uniform(random);
    EXPECT_LE(std::abs(edges.middle(edges.bin(logit)) - double{logit}), 1.0 / 2048);
  }
}

TEST(Cox, HasNoFitWhereTheClassesArePartedOrAlone) {
  const auto slope = [](const std::vector<float>& logits, const std::vector<int>& labels) {
    return fit_cox(sorted(logits, labels), 1).slope;
  };
  EXPECT_TRUE(std::isnan(slope({1, 2, 3, 4}, {0, 0, 1, 1})));
  EXPECT_TRUE(std::isnan(slope({1, 2, 3, 4}, {1, 1, 0, 0})));
  EXPECT_TRUE(std::isnan(slope({1, 2, 2, 4}, {0, 0, 1, 1})));  // they touch
  EXPECT_TRUE(std::isnan(slope({2, 2, 2, 2}, {0, 1, 1, 0})));
  EXPECT_TRUE(std::isnan(slope({1, 2, 3, 4}, {1, 1, 1, 1})));
  EXPECT_TRUE(std::isnan(slope({}, {})));
  EXPECT_TRUE(std::isfinite(slope({1, 2, 3, 4}, {0, 1, 0, 1})));
}

TEST(Cox, TwoLogitsHaveAClosedForm) {
  // 1 of 4 clicks at logit -1, 3 of 5 at logit 2: the line goes through both log odds.
  const CoxFit fit = fit_cox(sorted({-1, -1, -1, -1, 2, 2, 2, 2, 2}, {1, 0, 0, 0, 1, 1, 1, 0, 0}), 1);
  const double low = std::log(1.0 / 3), high = std::log(3.0 / 2);
  EXPECT_NEAR(fit.slope, (high - low) / 3, 1e-12);
  EXPECT_NEAR(fit.intercept, low + (high - low) / 3, 1e-12);
  const CoxFit weighted = fit_cox(sorted({-1, -1, -1, -1, 2, 2, 2, 2, 2}, {1, 0, 0, 0, 1, 1, 1, 0, 0}), 0.5);
  EXPECT_NEAR(weighted.slope, fit.slope, 1e-12);
  EXPECT_NEAR(weighted.intercept, fit.intercept - std::log(2.0), 1e-12);
}

TEST(Cox, ConvergesWhateverTheScaleOfLogits) {
  std::mt19937_64 random(3);
  std::normal_distribution<float> normal;
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<float> logits, scaled;
  std::vector<int> labels;
  for (int i = 0; i < 2000; ++i) {
    const float z = normal(random);
    logits.push_back(z);
    scaled.push_back(z * 1048576.0f);
    labels.push_back(uniform(random) < 1 / (1 + std::exp(4.0 - 3.0 * z)) ? 1 : 0);
  }
  const CoxFit fit = fit_cox(sorted(logits, labels), 1), wide = fit_cox(sorted(scaled, labels), 1);
  EXPECT_NEAR(fit.slope, 3.0, 0.8);
  EXPECT_NEAR(wide.slope * 1048576.0, fit.slope, 1e-9);
  EXPECT_NEAR(wide.intercept, fit.intercept, 1e-9);
}

TEST(Cox, OneRowFromBeingPartedStillHasAFit) {
  std::vector<float> logits;
  std::vector<int> labels;
  for (int i = 0; i < 1000; ++i) {
    logits.push_back(static_cast<float>(i) * 0.01f);
    labels.push_back(i >= 500 ? 1 : 0);
  }
  std::swap(labels[499], labels[500]);
  const CoxFit fit = fit_cox(sorted(logits, labels), 1);
  EXPECT_GT(fit.slope, 50);
  EXPECT_TRUE(std::isfinite(fit.slope));
}

}  // namespace
}  // namespace clicklens::lens
