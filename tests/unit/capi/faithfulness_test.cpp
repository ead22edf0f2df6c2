// Faithfulness of attributions through the C ABI: what is refused and by which name, before any work. What the numbers
// must be is in tests/golden.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

constexpr std::size_t width = 10;
constexpr float untouched = -7.0f;

class FaithfulnessC : public ::testing::Test {
 protected:
  FaithfulnessC() {
    const std::size_t layers[] = {tiny::hidden_relu};
    clens_explainer_options options = CLENS_EXPLAINER_OPTIONS_INIT;
    options.layers = layers;
    options.layer_count = 1;
    clens_explainer* made = nullptr;
    EXPECT_EQ(clens_explainer_create(host_.model(), host_.inputs(), &options, &made), CLENS_OK) << last_error();
    explainer_.reset(made);
    spec_.method = CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS;
    spec_.level = CLENS_LEVEL_DIMENSION;
    spec_.steps = 4;
    spec_.spreads = spreads_.data();
    spec_.spread_count = width;
  }
  clens_status run(const clens_attribution_spec& spec, const clens_faithfulness_spec& check, std::size_t capacity) {
    const clens_batch batch = host_.batch();
    return clens_explainer_faithfulness(explainer_.get(), &batch, &spec, &check, values_.data(), capacity);
  }
  void refuse(const clens_attribution_spec& spec, const clens_faithfulness_spec& check, clens_status wanted,
              const char* words) {
    EXPECT_EQ(run(spec, check, host_.candidates()), wanted) << words;
    EXPECT_NE(last_error().find(words), std::string::npos) << last_error() << " / " << words;
    for (const float value : values_) ASSERT_EQ(value, untouched) << words;
  }

  TinyHost host_{{3, 0, 2}};
  HandleOf<clens_explainer> explainer_;
  std::vector<float> values_ = std::vector<float>(host_.candidates() + 1, untouched);
  std::vector<float> spreads_ = std::vector<float>(width, 0.5f), moves_ = std::vector<float>(3 * width, 0.01f);
  clens_attribution_spec spec_ = CLENS_ATTRIBUTION_SPEC_INIT;
  clens_faithfulness_spec check_ = CLENS_FAITHFULNESS_SPEC_INIT;
};

// Of DeepLIFT, whose own network takes rows in pairs: the definition, with the network once more in double.
TEST_F(FaithfulnessC, InfidelityOfDeepLiftIsByPlainScores) {
  spec_.method = CLENS_ATTRIBUTION_DEEPLIFT;
  std::vector<float> parts(host_.candidates() * width);
  clens_attribution found = CLENS_ATTRIBUTION_INIT;
  found.values = parts.data();
  found.capacity = parts.size();
  const clens_batch batch = host_.batch();
  ASSERT_EQ(clens_explainer_run(explainer_.get(), &batch, &spec_, &found), CLENS_OK) << last_error();
  for (std::size_t i = 0; i < moves_.size(); ++i) moves_[i] = 0.3f * static_cast<float>(i % 7) - 0.8f;
  check_.perturbations = moves_.data();
  check_.perturbation_rows = 3;
  ASSERT_EQ(run(spec_, check_, host_.candidates()), CLENS_OK) << last_error();

  const auto w = host_.constant(0), b = host_.constant(1), v = host_.constant(2);  // the last bias cancels
  const auto logit = [&](const std::vector<double>& x) {
    double sum = 0;
    for (std::size_t h = 0; h < tiny::hidden; ++h) {
      double z = b[h];
      for (std::size_t c = 0; c < width; ++c) z += double{w[h * width + c]} * x[c];
      sum += double{v[h]} * std::fmax(z, 0.0);
    }
    return sum;
  };
  for (std::size_t row = 0; row < host_.candidates(); ++row) {
    const std::vector<double> x = host_.pooled(row);
    double wanted = 0;
    for (std::size_t draw = 0; draw < 3; ++draw) {
      std::vector<double> moved = x;
      double foretold = 0;
      for (std::size_t c = 0; c < width; ++c) {
        moved[c] -= double{moves_[draw * width + c]};
        foretold += double{moves_[draw * width + c]} * double{parts[row * width + c]};
      }
      wanted += std::pow(foretold - (logit(x) - logit(moved)), 2) / 3;
    }
    EXPECT_NEAR(values_[row], wanted, 1e-4 * std::fmax(1.0, wanted)) << row;
  }
}

TEST_F(FaithfulnessC, GivesANumberForEachCandidate) {
  for (const std::uint32_t kind : {CLENS_FAITHFULNESS_INFIDELITY, CLENS_FAITHFULNESS_SENSITIVITY}) {
    for (const bool given : {false, true}) {
      auto check = check_;
      check.kind = kind;
      if (given) check.perturbations = moves_.data(), check.perturbation_rows = 3;
      std::fill(values_.begin(), values_.end(), untouched);
      ASSERT_EQ(run(spec_, check, host_.candidates()), CLENS_OK) << last_error();
      for (std::size_t c = 0; c < host_.candidates(); ++c) EXPECT_GE(values_[c], 0) << kind << " " << c;
      EXPECT_EQ(values_.back(), untouched);
    }
  }
}

TEST_F(FaithfulnessC, DrawsAreTheSeeds) {
  std::vector<std::vector<float>> found;
  for (const std::uint64_t seed : {1u, 2u, 1u}) {
    check_.seed = seed;
    ASSERT_EQ(run(spec_, check_, host_.candidates()), CLENS_OK) << last_error();
    found.push_back(values_);
  }
  EXPECT_EQ(bits(found[0]), bits(found[2]));
  EXPECT_NE(bits(found[0]), bits(found[1]));
}

TEST_F(FaithfulnessC, RefusesWhatTheCheckGetsWrong) {
  auto check = check_;
  check.kind = CLENS_FAITHFULNESS_SENSITIVITY + 1;
  refuse(spec_, check, CLENS_E_INVALID_ARGUMENT, "check.kind");
  check = check_, check.kind = 256;  // no narrower type's 0
  refuse(spec_, check, CLENS_E_INVALID_ARGUMENT, "check.kind");
  check = check_, check.draws = (1u << 20) + 1;
  refuse(spec_, check, CLENS_E_INVALID_ARGUMENT, "check.draws");
  for (const double size : {-0.1, double{NAN}, double{INFINITY}}) {
    check = check_, check.size = size;
    refuse(spec_, check, CLENS_E_INVALID_ARGUMENT, "check.size");
  }
  check = check_, check.perturbation_rows = 3;
  refuse(spec_, check, CLENS_E_INVALID_ARGUMENT, "check.perturbations: NULL");
  check.perturbations = moves_.data();
  check.draws = 2;
  refuse(spec_, check, CLENS_E_INVALID_ARGUMENT, "check.draws: 2, with 3 perturbations");
  check.draws = 0;
  check.perturbation_rows = std::numeric_limits<std::size_t>::max();
  refuse(spec_, check, CLENS_E_INVALID_ARGUMENT, "check.perturbations");
  check = check_, check.struct_size = 12;
  refuse(spec_, check, CLENS_E_INVALID_ARGUMENT, "check.struct_size");
}

TEST_F(FaithfulnessC, RefusesWhatTheSpecGetsWrong) {
  auto spec = spec_;
  spec.spread_count = width - 1;
  refuse(spec, check_, CLENS_E_INVALID_ARGUMENT, "spec.spreads: 9 for 10");
  spec = spec_, spec.spreads = nullptr;
  refuse(spec, check_, CLENS_E_INVALID_ARGUMENT, "spec.spreads: NULL");
  for (const std::uint32_t method : {CLENS_ATTRIBUTION_CONDUCTANCE, CLENS_ATTRIBUTION_NEURON_GRADIENTS}) {
    spec = spec_, spec.method = method, spec.layer = tiny::hidden_relu;
    refuse(spec, check_, CLENS_E_UNSUPPORTED, "spec.method");
  }
  spec = spec_, spec.method = CLENS_ATTRIBUTION_SMOOTHGRAD, spec.flags = CLENS_ATTRIBUTION_GRADIENTS_ONLY;
  refuse(spec, check_, CLENS_E_UNSUPPORTED, "spec.method");
  spec = spec_, spec.task = 1;
  refuse(spec, check_, CLENS_E_INVALID_ARGUMENT, "spec.task");
  spec = spec_, spec.method = CLENS_ATTRIBUTION_NEURON_GRADIENTS + 1;
  refuse(spec, check_, CLENS_E_INVALID_ARGUMENT, "unknown method");
}

TEST_F(FaithfulnessC, RefusesRoomAndNulls) {
  EXPECT_EQ(run(spec_, check_, host_.candidates() - 1), CLENS_E_BUFFER_TOO_SMALL);
  for (const float value : values_) EXPECT_EQ(value, untouched);
  const clens_batch batch = host_.batch();
  const auto call = [&](clens_explainer* by, const clens_batch* rows, const clens_attribution_spec* spec,
                        const clens_faithfulness_spec* check, float* values) {
    return clens_explainer_faithfulness(by, rows, spec, check, values, host_.candidates());
  };
  EXPECT_EQ(call(nullptr, &batch, &spec_, &check_, values_.data()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(call(explainer_.get(), nullptr, &spec_, &check_, values_.data()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(call(explainer_.get(), &batch, nullptr, &check_, values_.data()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(call(explainer_.get(), &batch, &spec_, nullptr, values_.data()), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "check: NULL");
  EXPECT_EQ(call(explainer_.get(), &batch, &spec_, &check_, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "values: NULL");
}

}  // namespace
}  // namespace clicklens::testing
