// The neuron lens against NumPy, SciPy, scikit-learn and exact fractions, whose numbers
// tests/golden/neurons/make_neurons.py wrote down.
#include <gtest/gtest.h>

#include <cmath>

#include "neurons_support.h"

namespace clicklens::lens {
namespace {

constexpr std::size_t probability_count = 6;

struct Column {
  std::uint64_t active;
  double mean, sd, minimum, maximum, click_mean, other_mean, label_correlation, score_correlation, auc;
  double mean_se, sd_se, active_ratio_se, label_correlation_se, auc_se;
  double quantiles[probability_count];
};
struct Whole {
  double effective_rank, share0, share1, cka, spread_ratio, covariance_distance, angle0, angle1;
};

#include "../../golden/neurons/cases.inc"

template <class T, std::size_t n>
std::vector<T> list(const T (&numbers)[n]) {
  return {numbers, numbers + n};
}

class NeuronsGolden : public ::testing::Test {
 protected:
  static constexpr std::size_t x_width = 6, y_width = 3, unfit_for_bins = 4;

  NeuronsGolden() {
    const testing::ChosenRows rows{list(first_x), list(first_y), list(first_logits), list(first_labels),
                                   list(first_clusters)};
    const testing::ChosenRows later{list(second_x), list(second_y), list(second_logits), list(second_labels),
                                    list(second_clusters)};
    const auto session = values_.session();
    rows.add_all(*first_, *session);
    later.add_all(*second_, *session);
  }

  testing::ChosenValues values_{x_width, y_width};
  NeuronsOptions options_{{}, 0, 1, 4096, 64, format::neurons_scores | format::neurons_clustered};
  std::unique_ptr<Neurons> first_ = values_.neurons(options_), second_ = values_.neurons(options_);
};

TEST_F(NeuronsGolden, MomentsAreRoundedOnce) {
  for (std::size_t c = 0; c < x_width; ++c) {
    SCOPED_TRACE(c);
    const NeuronFigures found = first_->figures(0, c);
    EXPECT_EQ(found.rows, std::size(first_logits));
    EXPECT_EQ(found.active, columns[c].active);
    EXPECT_EQ(found.mean, columns[c].mean);
    EXPECT_DOUBLE_EQ(found.sd, columns[c].sd);
    EXPECT_EQ(found.minimum, columns[c].minimum);
    EXPECT_EQ(found.maximum, columns[c].maximum);
    EXPECT_EQ(found.click_mean, columns[c].click_mean);
    EXPECT_EQ(found.other_mean, columns[c].other_mean);
  }
}

TEST_F(NeuronsGolden, CorrelationsAgree) {
  for (std::size_t c = 0; c < x_width; ++c) {
    SCOPED_TRACE(c);
    const NeuronFigures found = first_->figures(0, c);
    EXPECT_NEAR(found.label_correlation, columns[c].label_correlation, 1e-9);
    EXPECT_NEAR(found.score_correlation, columns[c].score_correlation, 1e-9);
  }
}

TEST_F(NeuronsGolden, AucIsWithinItsBoundAndExactOnDistinctBins) {
  for (std::size_t c = 0; c < x_width; ++c) {
    SCOPED_TRACE(c);
    const BinnedAuc found = first_->figures(0, c).auc;
    EXPECT_LE(std::abs(found.value - columns[c].auc), found.error_bound + 1e-15);
    EXPECT_LT(found.error_bound, c == unfit_for_bins ? 0.51 : 0.2);
  }
  EXPECT_NEAR(first_->figures(0, 5).auc.value, columns[5].auc, 1e-12);
}

TEST_F(NeuronsGolden, QuantilesLieInTheirBins) {
  for (std::size_t c = 0; c < x_width; ++c) {
    for (std::size_t i = 0; i < probability_count; ++i) {
      SCOPED_TRACE(::testing::Message() << c << " " << probabilities[i]);
      const Quantile found = first_->quantile(0, c, probabilities[i]);
      EXPECT_LE(found.low, columns[c].quantiles[i]);
      EXPECT_GE(found.high, columns[c].quantiles[i]);
      EXPECT_LE(found.low, found.middle);
      EXPECT_GE(found.high, found.middle);
      EXPECT_LE(found.high - found.low, 0.25 * std::abs(found.middle) + 1e-6);
    }
  }
}

TEST_F(NeuronsGolden, ClusteredErrorsAgreeWithEveryStatisticDoneAgain) {
  for (std::size_t c = 0; c < x_width; ++c) {
    SCOPED_TRACE(c);
    const ColumnErrors found = first_->figures(0, c).errors;
    const Column& wanted = columns[c];
    const double fine = c == 3 ? 1e-4 : 1e-6;  // units of 2^-38 beside squares of 1e-6
    EXPECT_NEAR(found.mean, wanted.mean_se, fine * wanted.mean_se);
    EXPECT_NEAR(found.sd, wanted.sd_se, 20 * fine * wanted.sd_se);
    EXPECT_NEAR(found.active_ratio, wanted.active_ratio_se, 1e-9);
    EXPECT_NEAR(found.label_correlation, wanted.label_correlation_se, 20 * fine * wanted.label_correlation_se);
    EXPECT_NEAR(found.auc, wanted.auc_se, 1e-9);
  }
}

TEST_F(NeuronsGolden, LayersAsAWhole) {
  const LayerAnalysis& found = first_->analysis(0);
  EXPECT_NEAR(found.effective_rank, whole.effective_rank, 1e-9);
  EXPECT_NEAR(found.share[0], whole.share0, 1e-12);
  EXPECT_NEAR(found.share[1], whole.share1, 1e-12);
  for (std::size_t i = 0; i < 2 * x_width; ++i) EXPECT_NEAR(found.components[i], components[i], 1e-9) << i;
  double cka = 0;
  std::uint64_t rows = 0;
  ASSERT_TRUE(linear_cka(*first_, 0, *first_, 1, cka, rows).ok());
  EXPECT_EQ(rows, std::size(first_logits));
  EXPECT_NEAR(cka, whole.cka, 1e-9);
}

TEST_F(NeuronsGolden, TwoDays) {
  const auto change = compare(*first_, *second_, 0);
  ASSERT_TRUE(change.ok()) << change.status().message();
  EXPECT_NEAR(change->spread_ratio, whole.spread_ratio, 1e-12);
  EXPECT_NEAR(change->covariance_distance, whole.covariance_distance, 1e-9);
  EXPECT_NEAR(change->angles[0], whole.angle0, 1e-7);
  EXPECT_NEAR(change->angles[1], whole.angle1, 1e-7);
  EXPECT_GT(change->covariance_null, 0);
}

}  // namespace
}  // namespace clicklens::lens
