// Attribution of single ids against Captum and plain PyTorch loops over every id's own table row, through the C API
// alone. make_attribution_ids_golden.py made the networks, batches and numbers: sums, means and roots, weights of 0 and
// below, maxima, sequences and their mask, ids that are unknown, missing, cut, or twice in a bag.
#include "attribution_support.h"

namespace clicklens::testing {
namespace {

class AttributionIdsGolden : public AttributionNetworks {
 protected:
  AttributionIdsGolden() : AttributionNetworks("attribution_ids", {"l1", "l2"}) {}

  void SetUp() override {
    AttributionNetworks::SetUp();
    if (HasFatalFailure()) return;
    clens_session* session = nullptr;
    ASSERT_EQ(clens_session_create(model_.get(), inputs_.get(), nullptr, &session), CLENS_OK) << last_error();
    session_.reset(session);
    clens_saliency_spec by = CLENS_SALIENCY_SPEC_INIT;
    by.method = CLENS_SALIENCY_GRADIENT_X_INPUT;
    by.level = CLENS_LEVEL_ID;
    offsets_.resize(rows_ + 1);
    ASSERT_EQ(clens_saliency_size(session, &batch_, &by, &ids_, offsets_.data(), offsets_.size()), CLENS_OK);
    ASSERT_EQ(ids_, expected_["ig_mean"].values.size());
  }
  clens_attribution_spec of(std::uint32_t method, const char* baselines = "mean") {
    return spec(method, CLENS_LEVEL_ID, baselines);
  }
  // Ids of all candidates, each held to its candidate's largest; with `rest`, also what no id carries.
  void hold(const std::string& name, const std::vector<float>& found, bool rest, std::size_t each = 1) {
    ASSERT_EQ(expected_.count(name), 1u) << name;
    const std::vector<double>& wanted = expected_[name].values;
    ASSERT_EQ(found.size(), wanted.size()) << name;
    for (std::size_t row = 0; row < rows_; ++row) {
      double largest = 0;
      const std::size_t begin = offsets_[row] * each, end = offsets_[row + 1] * each;
      for (std::size_t i = begin; i < end; ++i) largest = std::max(largest, std::abs(wanted[i]));
      for (std::size_t i = begin; i < end; ++i)
        EXPECT_NEAR(double{found[i]}, wanted[i], attribution_tolerance * largest) << name << " row " << row << " " << i;
      if (rest) {
        const double left = expected_[name + "_rest"].values[row];
        EXPECT_NEAR(infos_[row].rest, left, attribution_tolerance * std::max(largest, std::abs(left))) << name << row;
      }
    }
  }
  // Ids and the rest are all of the sum, which is all of the score.
  void hold_complete(double gap) {
    for (std::size_t row = 0; row < rows_; ++row) {
      double sum = infos_[row].rest, size = std::abs(sum);
      for (std::size_t i = offsets_[row]; i < offsets_[row + 1]; ++i) {
        sum += double{values_[i]};
        size += std::abs(double{values_[i]});
      }
      EXPECT_NEAR(sum, infos_[row].sum, 2e-6 * size) << row;
      EXPECT_NEAR(sum, infos_[row].score - infos_[row].baseline, gap * size) << row;
    }
  }

  struct ReleaseSession {
    void operator()(clens_session* session) const noexcept { clens_session_release(session); }
  };
  std::unique_ptr<clens_session, ReleaseSession> session_;
  std::vector<std::uint64_t> offsets_;
  std::size_t ids_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Networks, AttributionIdsGolden, ::testing::Values("relu", "curves"));

TEST_P(AttributionIdsGolden, BagsArePooledAsTheyAreThere) {
  std::vector<float> pooled(expected_["pooled"].values.size());
  ASSERT_EQ(clens_explainer_inputs(explainer_.get(), &batch_, pooled.data(), pooled.size()), CLENS_OK) << last_error();
  expect("pooled", pooled);
}

TEST_P(AttributionIdsGolden, PathsAndChordsAreCaptums) {
  for (const char* baselines : {static_cast<const char*>(nullptr), "mean"}) {
    const std::string name = baselines == nullptr ? "zero" : "mean";
    run(of(CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, baselines), ids_);
    hold("ig_" + name, values_, true);
    hold_complete(0.05);
    run(of(CLENS_ATTRIBUTION_DEEPLIFT, baselines), ids_);
    hold("deeplift_" + name, values_, true);
    hold_complete(1e-5);
  }
}

TEST_P(AttributionIdsGolden, AblationTakesOneIdAway) {
  run(of(CLENS_ATTRIBUTION_ABLATION), ids_);
  hold("ablation", values_, false);
  for (const clens_attribution_info& info : infos_) EXPECT_TRUE(std::isnan(info.rest));
}

TEST_P(AttributionIdsGolden, RandomMethodsAreThoseOfAPlainLoopOverTheSameDraws) {
  clens_attribution_spec expected = of(CLENS_ATTRIBUTION_EXPECTED_GRADIENTS, "references");
  const std::vector<std::uint32_t> rows(arrays_["draw_rows"].values.begin(), arrays_["draw_rows"].values.end());
  expected.draw_rows = rows.data();
  expected.draw_fractions = floats("draw_fractions");
  expected.draw_count = rows.size();
  run(expected, ids_);
  hold("expected", values_, true);
  hold("expected_error", errors_, false);

  const std::vector<float> spreads(arrays_["mean"].columns, 1.0f);
  clens_attribution_spec smooth = of(CLENS_ATTRIBUTION_SMOOTHGRAD);
  smooth.spreads = spreads.data();
  smooth.spread_count = spreads.size();
  smooth.noise = 0.15;
  smooth.draw_noise = floats("draw_noise");
  smooth.draw_count = arrays_["draw_noise"].rows;
  run(smooth, ids_);
  hold("smoothgrad", values_, true);
  hold("smoothgrad_error", errors_, false);
}

TEST_P(AttributionIdsGolden, NeuronsHaveTheirIds) {
  clens_attribution_spec neurons = of(CLENS_ATTRIBUTION_NEURON_GRADIENTS);
  neurons.layer = layers_["l1"];
  const std::size_t width = expected_["neurons_l1"].values.size() / ids_;
  ASSERT_EQ(width, 8u);
  run(neurons, ids_ * width);
  hold("neurons_l1", values_, false, width);
  neurons.flags = CLENS_ATTRIBUTION_GRADIENTS_ONLY;
  run(neurons, ids_ * width);
  hold("slopes_l1", values_, false, width);
}

TEST_P(AttributionIdsGolden, AdditivePartsAreTheScore) {
  const clens_attribution_spec additive = of(CLENS_ATTRIBUTION_ADDITIVE, nullptr);
  if (std::string(GetParam()) == "curves") return;  // refused, as by group
  run(additive, ids_);
  hold("additive", values_, true);
  for (std::size_t row = 0; row < rows_; ++row) {
    double sum = infos_[row].rest + infos_[row].bias;
    for (std::size_t i = offsets_[row]; i < offsets_[row + 1]; ++i) sum += double{values_[i]};
    EXPECT_NEAR(sum, infos_[row].score, 1e-5 * (1 + std::abs(infos_[row].score)));
    EXPECT_LT(infos_[row].gap, 1e-5);
  }
}

}  // namespace
}  // namespace clicklens::testing
