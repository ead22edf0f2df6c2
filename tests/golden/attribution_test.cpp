// Attribution against Captum (deterministic methods) and plain PyTorch loops (random ones, over the same draws),
// through the C API alone. make_attribution_golden.py made the networks, batches and numbers.
#include "attribution_support.h"

namespace clicklens::testing {
namespace {

class AttributionGolden : public AttributionNetworks {
 protected:
  AttributionGolden() : AttributionNetworks("attribution", {"l1", "l2"}) {}
};
INSTANTIATE_TEST_SUITE_P(Networks, AttributionGolden,
                         ::testing::Values("relu", "norm", "curves", "tasks", "first_order"));

TEST_P(AttributionGolden, IntegratedGradientsAreCaptums) {
  run(spec(CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, CLENS_LEVEL_DIMENSION, nullptr));
  expect("ig_zero", values_);
  for (std::size_t row = 0; row < rows_; ++row) {
    EXPECT_NEAR(infos_[row].score, expected_["logit"].values[row], 1e-5);
    // theirs is printed with seven digits, ours has the scores' rounding
    EXPECT_NEAR(infos_[row].gap, expected_["ig_zero_gap"].values[row], 1e-5);
    EXPECT_EQ(infos_[row].steps, 50u);
  }
  run(spec(CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, CLENS_LEVEL_DIMENSION));
  expect("ig_mean", values_);
  clens_attribution_spec probability = spec(CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, CLENS_LEVEL_DIMENSION);
  probability.target = CLENS_TARGET_PROBABILITY;
  run(probability);
  expect("ig_probability", values_);
}

TEST_P(AttributionGolden, DeepLiftAndAblationAreCaptums) {
  run(spec(CLENS_ATTRIBUTION_DEEPLIFT, CLENS_LEVEL_DIMENSION));
  expect("deeplift", values_);
  for (const clens_attribution_info& info : infos_) EXPECT_LT(info.gap, 1e-5);
  run(spec(CLENS_ATTRIBUTION_ABLATION, CLENS_LEVEL_GROUP));
  expect("ablation", values_);
}

TEST_P(AttributionGolden, LayersAreCaptums) {
  for (const auto& [name, value] : layers_) {
    clens_attribution_spec conductance = spec(CLENS_ATTRIBUTION_CONDUCTANCE, CLENS_LEVEL_GROUP);
    conductance.layer = value;
    run(conductance);
    expect("conductance_" + name, values_);
    clens_attribution_spec neurons = spec(CLENS_ATTRIBUTION_NEURON_GRADIENTS, CLENS_LEVEL_DIMENSION);
    neurons.flags = CLENS_ATTRIBUTION_GRADIENTS_ONLY;
    neurons.layer = value;
    run(neurons);
    expect("neurons_" + name, values_);
  }
}

TEST_P(AttributionGolden, RandomMethodsAreThoseOfAPlainLoopOverTheSameDraws) {
  clens_attribution_spec expected = spec(CLENS_ATTRIBUTION_EXPECTED_GRADIENTS, CLENS_LEVEL_GROUP, "references");
  std::vector<std::uint32_t> rows(arrays_["draw_rows"].values.begin(), arrays_["draw_rows"].values.end());
  expected.draw_rows = rows.data();
  expected.draw_fractions = floats("draw_fractions");
  expected.draw_count = rows.size();
  run(expected);
  expect("expected", values_);
  expect("expected_error", errors_);

  clens_attribution_spec smooth = spec(CLENS_ATTRIBUTION_SMOOTHGRAD, CLENS_LEVEL_GROUP);
  smooth.spreads = floats("spreads");
  smooth.spread_count = arrays_["spreads"].columns;
  smooth.noise = 0.15;
  smooth.draw_noise = floats("draw_noise");
  smooth.draw_count = arrays_["draw_noise"].rows;
  run(smooth);
  expect("smoothgrad", values_);
  expect("smoothgrad_error", errors_);
}

TEST_P(AttributionGolden, FaithfulnessIsCaptumsOverTheSameDraws) {
  clens_faithfulness_spec by = CLENS_FAITHFULNESS_SPEC_INIT;
  by.perturbations = floats("moves");
  by.perturbation_rows = arrays_["moves"].rows;
  clens_attribution_spec of = spec(CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, CLENS_LEVEL_GROUP);
  std::vector<float> found(rows_);
  const auto run = [&] {
    return clens_explainer_faithfulness(explainer_.get(), &batch_, &of, &by, found.data(), found.size());
  };
  ASSERT_EQ(run(), CLENS_OK) << last_error();
  expect("infidelity", found);
  by.kind = CLENS_FAITHFULNESS_SENSITIVITY;
  of.method = CLENS_ATTRIBUTION_DEEPLIFT;
  ASSERT_EQ(run(), CLENS_OK) << last_error();
  expect("sensitivity", found);
}

// Where it is defined, and refused by the name of the operator where it is not.
TEST_P(AttributionGolden, AdditivePartsAreTheScore) {
  const clens_attribution_spec additive = spec(CLENS_ATTRIBUTION_ADDITIVE, CLENS_LEVEL_GROUP, nullptr);
  const std::string name = GetParam();
  if (name == "curves" || name == "tasks") {
    clens_attribution out = CLENS_ATTRIBUTION_INIT;
    std::vector<float> values(64);
    out.values = values.data();
    out.capacity = values.size();
    EXPECT_EQ(clens_explainer_run(explainer_.get(), &batch_, &additive, &out), CLENS_E_UNSUPPORTED);
    EXPECT_NE(last_error().find("operator tanh"), std::string::npos) << last_error();
    return;
  }
  run(additive);
  for (std::size_t row = 0; row < rows_; ++row) {
    EXPECT_LT(infos_[row].gap, 1e-5);
    EXPECT_NE(infos_[row].bias, 0);
    EXPECT_NEAR(infos_[row].sum + infos_[row].bias, expected_["logit"].values[row],
                1e-5 * (1 + std::abs(expected_["logit"].values[row])));
  }
}

}  // namespace
}  // namespace clicklens::testing
