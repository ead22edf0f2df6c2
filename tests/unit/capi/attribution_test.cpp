// Attribution through the C ABI: what is refused and by which name. What each number must be is in tests/golden and
// with the lens.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

class AttributionC : public ::testing::Test {
 protected:
  AttributionC() {
    const std::size_t layers[] = {tiny::hidden_relu};
    clens_explainer_options options = CLENS_EXPLAINER_OPTIONS_INIT;
    options.layers = layers;
    options.layer_count = 1;
    clens_explainer* made = nullptr;
    EXPECT_EQ(clens_explainer_create(host_.model(), host_.inputs(), &options, &made), CLENS_OK) << last_error();
    explainer_.reset(made);
  }
  clens_attribution out() {
    clens_attribution out = CLENS_ATTRIBUTION_INIT;
    out.values = values_.data();
    out.capacity = values_.size();
    return out;
  }
  // By size and by run alike, with these words.
  void refuse(const clens_attribution_spec& spec, clens_status wanted, const char* words, bool by_size = true) {
    std::size_t count = 0;
    if (by_size) {
      EXPECT_EQ(clens_explainer_size(explainer_.get(), &spec, host_.candidates(), &count), wanted) << words;
      EXPECT_NE(last_error().find(words), std::string::npos) << last_error() << " / " << words;
    }
    clens_attribution into = out();
    const clens_batch batch = host_.batch();
    EXPECT_EQ(clens_explainer_run(explainer_.get(), &batch, &spec, &into), wanted) << words;
    EXPECT_NE(last_error().find(words), std::string::npos) << last_error() << " / " << words;
  }
  static clens_attribution_spec of(std::uint32_t method) {
    clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
    spec.method = method;
    return spec;
  }

  TinyHost host_{{3, 0, 2, 30}};
  HandleOf<clens_explainer> explainer_;
  std::vector<float> values_ = std::vector<float>(2000, -7.0f);
  std::vector<float> rows_ = std::vector<float>(400, 0.5f);
};

TEST_F(AttributionC, PooledInputsAreTheNetworks) {
  const clens_batch batch = host_.batch();
  ASSERT_EQ(clens_explainer_inputs(explainer_.get(), &batch, values_.data(), values_.size()), CLENS_OK);
  for (std::size_t c = 0; c < host_.candidates(); ++c) {
    const std::vector<double> wanted = host_.pooled(c);
    for (std::size_t k = 0; k < 10; ++k) EXPECT_NEAR(double{values_[c * 10 + k]}, wanted[k], 1e-6) << c << " " << k;
  }
  EXPECT_EQ(values_[host_.candidates() * 10], -7.0f);
  EXPECT_EQ(clens_explainer_inputs(explainer_.get(), &batch, values_.data(), host_.candidates() * 10 - 1),
            CLENS_E_BUFFER_TOO_SMALL);
}

// Each candidate's own baseline; its own row leaves nothing to attribute.
TEST_F(AttributionC, EachCandidateMayHaveItsBaseline) {
  const clens_batch batch = host_.batch();
  std::vector<float> pooled(host_.candidates() * 10);
  ASSERT_EQ(clens_explainer_inputs(explainer_.get(), &batch, pooled.data(), pooled.size()), CLENS_OK);
  for (const std::uint32_t method : {CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS, CLENS_ATTRIBUTION_DEEPLIFT,
                                     CLENS_ATTRIBUTION_ABLATION, CLENS_ATTRIBUTION_CONDUCTANCE}) {
    clens_attribution_spec spec = of(method);
    spec.layer = tiny::hidden_relu;
    spec.baselines = pooled.data();
    spec.baseline_rows = host_.candidates();
    clens_attribution into = out();
    ASSERT_EQ(clens_explainer_run(explainer_.get(), &batch, &spec, &into), CLENS_OK) << last_error();
    std::size_t count = 0;
    ASSERT_EQ(clens_explainer_size(explainer_.get(), &spec, host_.candidates(), &count), CLENS_OK);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(values_[i], 0) << method << " " << i;
    EXPECT_EQ(values_[count], -7.0f);
    std::fill(values_.begin(), values_.end(), -7.0f);
  }
}

TEST_F(AttributionC, RefusesWhatTheSpecGetsWrong) {
  const auto ig = of(CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS);
  auto spec = of(CLENS_ATTRIBUTION_NEURON_GRADIENTS + 1);
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "unknown method");
  spec = ig, spec.level = CLENS_LEVEL_ID;
  std::size_t ids = 0;
  EXPECT_EQ(clens_explainer_size(explainer_.get(), &spec, host_.candidates(), &ids), CLENS_E_UNSUPPORTED);
  EXPECT_NE(last_error().find("spec.level: by id"), std::string::npos) << last_error();
  spec = of(CLENS_ATTRIBUTION_CONDUCTANCE), spec.level = CLENS_LEVEL_ID, spec.layer = tiny::hidden_relu;
  refuse(spec, CLENS_E_UNSUPPORTED, "spec.level: conductance");
  spec = ig, spec.flags = 2;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.flags");
  spec = ig, spec.flags = CLENS_ATTRIBUTION_GRADIENTS_ONLY;
  refuse(spec, CLENS_E_UNSUPPORTED, "spec.flags");
  spec = ig, spec.reserved = 1;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.reserved");
  spec = ig, spec.task = 1;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.task");
  spec = ig, spec.target = CLENS_TARGET_NEURON, spec.value = 99;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.value");
  spec = ig, spec.target = CLENS_TARGET_NEURON, spec.value = tiny::hidden_linear;
  refuse(spec, CLENS_E_BAD_STATE, "spec.value: 'hidden'");
  spec = ig, spec.steps = 1025;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.steps");
  spec = ig, spec.most_steps = 1025;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.steps");
  spec = ig, spec.tolerance = -1;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.tolerance");
  spec = ig, spec.tolerance = std::numeric_limits<double>::quiet_NaN();
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.tolerance");
  spec = ig, spec.baseline_rows = 1;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.baselines");
  spec = ig, spec.baselines = rows_.data(), spec.baseline_rows = std::numeric_limits<std::size_t>::max();
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.baselines");
  spec = ig, spec.baselines = rows_.data(), spec.baseline_rows = 2;  // of 35 candidates
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.baselines: 2 rows", false);
  spec = of(CLENS_ATTRIBUTION_CONDUCTANCE), spec.layer = 99;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.layer");
  spec.layer = tiny::hidden_linear;
  refuse(spec, CLENS_E_BAD_STATE, "spec.layer: 'hidden'");
  spec = of(CLENS_ATTRIBUTION_ADDITIVE), spec.target = CLENS_TARGET_PROBABILITY;
  refuse(spec, CLENS_E_UNSUPPORTED, "spec.target");
}

TEST_F(AttributionC, RefusesDrawsThatDoNotFit) {
  auto spec = of(CLENS_ATTRIBUTION_EXPECTED_GRADIENTS);
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "reference rows");
  spec.baselines = rows_.data();
  spec.baseline_rows = 2;
  spec.draws = (1u << 20) + 1;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.draws");
  spec.draws = 3;
  const std::uint32_t beyond[] = {0, 2};
  spec.draw_count = 2;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.draw_rows");
  spec.draw_rows = beyond;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.draw_fractions");
  spec.draw_fractions = rows_.data();
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.draw_rows[1]: 2 of 2");
  const std::uint32_t inside[] = {0, 1};
  spec.draw_rows = inside;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.draws: 3");

  spec = of(CLENS_ATTRIBUTION_SMOOTHGRAD);
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.spreads");
  spec.spreads = rows_.data();
  spec.spread_count = 10;
  spec.noise = -0.5;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.noise");
  spec.noise = 0;
  spec.draw_count = 1;
  refuse(spec, CLENS_E_INVALID_ARGUMENT, "spec.draw_noise");
}

TEST_F(AttributionC, RefusesRoomThatIsTooSmallBeforeAnyWork) {
  const clens_attribution_spec spec = of(CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS);
  const clens_batch batch = host_.batch();
  const auto run = [&](clens_attribution into) { return clens_explainer_run(explainer_.get(), &batch, &spec, &into); };
  clens_attribution into = out();
  into.capacity = host_.candidates() * 3 - 1;
  EXPECT_EQ(run(into), CLENS_E_BUFFER_TOO_SMALL);
  into = out();
  std::vector<clens_attribution_info> infos(host_.candidates());
  into.infos = infos.data();
  into.info_capacity = infos.size() - 1;
  EXPECT_EQ(run(into), CLENS_E_BUFFER_TOO_SMALL);
  into.info_capacity = infos.size();
  into.info_size = 12;
  EXPECT_EQ(run(into), CLENS_E_INVALID_ARGUMENT);
  into = out();
  into.errors = rows_.data();
  into.error_capacity = rows_.size();
  EXPECT_EQ(run(into), CLENS_E_UNSUPPORTED);
  for (const float value : values_) ASSERT_EQ(value, -7.0f);
  EXPECT_EQ(run(out()), CLENS_OK) << last_error();
}

// A caller whose header knew no `rest` has infos that end before it.
TEST_F(AttributionC, InfosOfAnOlderCallerAreNotWrittenBeyond) {
  constexpr std::size_t old_size = offsetof(clens_attribution_info, rest);
  std::vector<double> infos((host_.candidates() + 1) * old_size / sizeof(double), -7.0);
  clens_attribution_spec spec = of(CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS);
  clens_attribution into = out();
  into.infos = reinterpret_cast<clens_attribution_info*>(infos.data());
  into.info_capacity = host_.candidates();
  into.info_size = old_size;
  const clens_batch batch = host_.batch();
  ASSERT_EQ(clens_explainer_run(explainer_.get(), &batch, &spec, &into), CLENS_OK) << last_error();
  const std::size_t each = old_size / sizeof(double);
  std::vector<clens_attribution_info> whole(host_.candidates());
  into.infos = whole.data();
  into.info_size = sizeof whole[0];
  ASSERT_EQ(clens_explainer_run(explainer_.get(), &batch, &spec, &into), CLENS_OK) << last_error();
  for (std::size_t c = 0; c < host_.candidates(); ++c) {
    EXPECT_EQ(infos[c * each], whole[c].score);
    EXPECT_EQ(infos[c * each + 2], whole[c].sum);
    EXPECT_EQ(whole[c].rest, 0);
  }
  for (std::size_t i = host_.candidates() * each; i < infos.size(); ++i) EXPECT_EQ(infos[i], -7.0);
}

TEST_F(AttributionC, RefusesOptionsAndCountsWhatItMeets) {
  clens_explainer_options options = CLENS_EXPLAINER_OPTIONS_INIT;
  clens_explainer* made = nullptr;
  options.rows = 5;
  EXPECT_EQ(clens_explainer_create(host_.model(), host_.inputs(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  options.rows = 2048;
  EXPECT_EQ(clens_explainer_create(host_.model(), host_.inputs(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  options.rows = 0;
  options.layer_count = 2;
  EXPECT_EQ(clens_explainer_create(host_.model(), host_.inputs(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  const std::size_t twice[] = {tiny::hidden_relu, tiny::hidden_relu};
  options.layers = twice;
  EXPECT_EQ(clens_explainer_create(host_.model(), host_.inputs(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(made, nullptr);
  host_.ads[1] = 5000;  // the table has 50 rows
  const clens_batch batch = host_.batch();
  const clens_attribution_spec spec = of(CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS);
  clens_attribution into = out();
  ASSERT_EQ(clens_explainer_run(explainer_.get(), &batch, &spec, &into), CLENS_OK) << last_error();
  EXPECT_EQ(into.counts.unknown, 1u);
}

}  // namespace
}  // namespace clicklens::testing
