// Saliency through the C ABI: levels add up, central differences agree, mistakes are named. What each number
// must be is tested with the lens itself.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

class SaliencyC : public ::testing::Test {
 protected:
  std::vector<float> run(const clens_saliency_spec& spec, clens_output* scores = nullptr) {
    std::size_t count = 0;
    EXPECT_EQ(clens_saliency_size(session_.get(), &batch_, &spec, &count, nullptr, 0), CLENS_OK) << last_error();
    std::vector<float> values(count + 1, -7.0f);
    EXPECT_EQ(clens_saliency_run(session_.get(), &batch_, &spec, values.data(), count, scores), CLENS_OK)
        << last_error();
    EXPECT_EQ(values.back(), -7.0f);
    values.pop_back();
    return values;
  }
  void refuse(const clens_saliency_spec& spec, clens_status wanted) {
    std::size_t count = 0;
    std::vector<float> values(1000);
    EXPECT_EQ(clens_saliency_size(session_.get(), &batch_, &spec, &count, nullptr, 0), wanted) << last_error();
    EXPECT_EQ(clens_saliency_run(session_.get(), &batch_, &spec, values.data(), values.size(), nullptr), wanted);
  }
  static clens_saliency_spec spec_of(clens_saliency_method method, clens_saliency_level level) {
    clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
    spec.method = static_cast<std::uint32_t>(method);
    spec.level = static_cast<std::uint32_t>(level);
    return spec;
  }

  TinyHost host_{{3, 0, 2, 30}};
  HandleOf<clens_session> session_ = host_.seeing_session();
  clens_batch batch_ = host_.batch();
};

TEST_F(SaliencyC, DimensionsAreTheGradientOfTheLogit) {
  const auto gradient = run(spec_of(CLENS_SALIENCY_GRADIENT_L1, CLENS_LEVEL_DIMENSION));
  ASSERT_EQ(gradient.size(), host_.candidates() * 10);
  for (std::size_t c = 0; c < host_.candidates(); ++c) {
    const std::vector<double> h = host_.hidden(c);
    for (std::size_t k = 0; k < 10; ++k) {
      double wanted = 0;  // W2 . (h > 0) . W1
      for (std::size_t j = 0; j < h.size(); ++j)
        if (h[j] > 0) wanted += double{host_.constant(2)[j]} * double{host_.constant(0)[j * 10 + k]};
      EXPECT_NEAR(double{gradient[c * 10 + k]}, wanted, 1e-6) << c << " " << k;
    }
  }
}

TEST_F(SaliencyC, LevelsAddUp) {
  const auto dimensions = run(spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_DIMENSION));
  const auto groups = run(spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP));
  const auto features = run(spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_FEATURE));
  EXPECT_EQ(groups, features);  // one feature a group here
  const auto ids = run(spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_ID));
  ASSERT_EQ(ids.size(), 2 * host_.candidates());
  const std::size_t begins[] = {0, 4, 8, 10};
  for (std::size_t c = 0; c < host_.candidates(); ++c) {
    for (std::size_t g = 0; g < 3; ++g) {
      double sum = 0;
      for (std::size_t k = begins[g]; k < begins[g + 1]; ++k) sum += double{dimensions[c * 10 + k]};
      EXPECT_NEAR(double{groups[c * 3 + g]}, sum, 1e-6);
      if (g == 2) continue;
      EXPECT_NEAR(double{ids[c * 2 + g]}, sum, 1e-6);
    }
  }
}

// Products in place of the shared group's gradient: off by rounding alone, and nothing else may be asked.
TEST_F(SaliencyC, SessionsOfGroupsGiveGroupsAlone) {
  const auto spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  const auto full = run(spec);
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.gradients = CLENS_GRADIENTS_GROUPS;
  session_ = host_.session(&options);
  ASSERT_NE(session_, nullptr);
  const auto groups = run(spec);
  ASSERT_EQ(groups.size(), full.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < full.size(); ++i) {
    EXPECT_NEAR(double{groups[i]}, double{full[i]}, 1e-6);
    if (groups[i] != full[i]) ++different;
  }
  EXPECT_GT(different, 0u);  // which shows that it is another sum
  std::vector<float> values(1000);
  for (const auto& refused : {spec_of(CLENS_SALIENCY_GRADIENT_L1, CLENS_LEVEL_GROUP),
                              spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_FEATURE),
                              spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_ID)}) {
    EXPECT_EQ(clens_saliency_run(session_.get(), &batch_, &refused, values.data(), values.size(), nullptr),
              CLENS_E_UNSUPPORTED);
    char message[256] = {};
    clens_session_error(session_.get(), message, sizeof message);
    EXPECT_NE(std::string(message).find("options.gradients"), std::string::npos) << message;
  }
  std::vector<double> sums(10);
  std::uint64_t rows = 0;
  EXPECT_EQ(clens_saliency_means(session_.get(), &batch_, sums.data(), sums.size(), &rows), CLENS_OK) << last_error();
}

TEST_F(SaliencyC, CentredTakesTheMeansOfAReference) {
  std::vector<double> sums(10);
  std::uint64_t rows = 100;
  ASSERT_EQ(clens_saliency_means(session_.get(), &batch_, sums.data(), sums.size(), &rows), CLENS_OK) << last_error();
  EXPECT_EQ(rows, 100 + host_.candidates());  // added to
  std::vector<double> wanted(10);
  for (std::size_t c = 0; c < host_.candidates(); ++c)
    for (std::size_t k = 0; k < 10; ++k) wanted[k] += host_.pooled(c)[k];
  for (std::size_t k = 0; k < 10; ++k) EXPECT_NEAR(sums[k], wanted[k], 1e-5);

  std::vector<float> means;
  for (const double sum : wanted) means.push_back(static_cast<float>(sum / static_cast<double>(host_.candidates())));
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  refuse(spec, CLENS_E_INVALID_ARGUMENT);  // no means
  spec.mean_count = means.size();
  refuse(spec, CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "spec.means: NULL");
  spec.means = means.data();
  const auto centred = run(spec);
  const auto gradient = run(spec_of(CLENS_SALIENCY_GRADIENT_L1, CLENS_LEVEL_DIMENSION));
  double total = 0;
  for (std::size_t c = 0; c < host_.candidates(); ++c) {
    double user = 0;
    for (std::size_t k = 0; k < 4; ++k) user += (host_.pooled(c)[k] - double{means[k]}) * double{gradient[c * 10 + k]};
    EXPECT_NEAR(double{centred[c * 3]}, user, 1e-5);
    total += std::abs(user);
  }
  EXPECT_GT(total, 0.01);

  EXPECT_EQ(clens_saliency_means(session_.get(), &batch_, sums.data(), 9, &rows), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_saliency_means(session_.get(), &batch_, nullptr, 10, &rows), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_saliency_means(session_.get(), &batch_, sums.data(), 10, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_saliency_means(nullptr, &batch_, sums.data(), 10, &rows), CLENS_E_INVALID_ARGUMENT);
}

TEST_F(SaliencyC, MeansNeedGradients) {
  const HandleOf<clens_session> plain = host_.session();
  std::vector<double> sums(10, 0.5);
  std::uint64_t rows = 3;
  EXPECT_EQ(clens_saliency_means(plain.get(), &batch_, sums.data(), sums.size(), &rows), CLENS_E_BAD_STATE);
  EXPECT_NE(last_error().find("options.gradients"), std::string::npos) << last_error();
  EXPECT_EQ(sums, std::vector<double>(10, 0.5));
  EXPECT_EQ(rows, 3u);
}

TEST_F(SaliencyC, ProbabilityWeighsRowsByTheirSlope) {
  clens_saliency_spec spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  const auto logit = run(spec);
  spec.target = CLENS_TARGET_PROBABILITY;
  const auto probability = run(spec);
  for (std::size_t c = 0; c < host_.candidates(); ++c) {
    const double p = 1 / (1 + std::exp(-host_.logit(c)));
    EXPECT_NEAR(double{probability[c * 3 + 1]}, double{logit[c * 3 + 1]} * p * (1 - p), 1e-6);
  }
}

TEST_F(SaliencyC, ANeuronMayBeTheTarget) {
  clens_saliency_spec spec = spec_of(CLENS_SALIENCY_GRADIENT_L2, CLENS_LEVEL_DIMENSION);
  spec.target = CLENS_TARGET_NEURON;
  spec.value = tiny::hidden_relu;
  spec.column = 3;
  const auto gradient = run(spec);
  for (std::size_t c = 0; c < host_.candidates(); ++c) {
    const bool active = host_.hidden(c)[3] > 0;
    for (std::size_t k = 0; k < 10; ++k)
      EXPECT_NEAR(double{gradient[c * 10 + k]}, active ? double{host_.constant(0)[30 + k]} : 0, 1e-6);
  }
  spec.column = 8;
  refuse(spec, CLENS_E_INVALID_ARGUMENT);
  spec.column = 0;
  spec.value = 7;
  refuse(spec, CLENS_E_INVALID_ARGUMENT);
  spec.value = std::numeric_limits<std::size_t>::max();
  refuse(spec, CLENS_E_INVALID_ARGUMENT);
}

TEST_F(SaliencyC, PerRequestAddsASharedFeaturesParts) {
  clens_saliency_spec spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  const auto each = run(spec);
  spec.flags = CLENS_SALIENCY_PER_REQUEST;
  const auto together = run(spec);
  const double sum = double{each[0]} + double{each[3]} + double{each[6]};
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(double{together[c * 3]}, sum, 1e-6);
  EXPECT_EQ(together[1], each[1]);
}

TEST_F(SaliencyC, OffsetsAndScoresComeToo) {
  const clens_saliency_spec spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_ID);
  std::vector<std::uint64_t> offsets(host_.candidates() + 1);
  std::size_t count = 0;
  ASSERT_EQ(clens_saliency_size(session_.get(), &batch_, &spec, &count, offsets.data(), offsets.size()), CLENS_OK);
  for (std::size_t c = 0; c < offsets.size(); ++c) EXPECT_EQ(offsets[c], 2 * c);
  EXPECT_EQ(clens_saliency_size(session_.get(), &batch_, &spec, &count, offsets.data(), offsets.size() - 1),
            CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_saliency_size(session_.get(), &batch_, &spec, &count, offsets.data(), 0), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_saliency_size(session_.get(), &batch_, &spec, nullptr, nullptr, 0), CLENS_E_INVALID_ARGUMENT);

  std::vector<float> scores(host_.candidates());
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.values = scores.data();
  output.capacity = scores.size();
  run(spec, &output);
  EXPECT_EQ(bits(scores), bits(host_.run(session_.get())));
}

TEST_F(SaliencyC, StrandsChangeNoBit) {
  const auto spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  const auto wanted = run(spec);
  session_ = host_.seeing_session(3);
  EXPECT_EQ(bits(run(spec)), bits(wanted));
}

TEST_F(SaliencyC, MistakesAreNamed) {
  auto spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  std::vector<float> values(1000);
  EXPECT_EQ(clens_saliency_run(nullptr, &batch_, &spec, values.data(), 1000, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_saliency_run(session_.get(), nullptr, &spec, values.data(), 1000, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_saliency_run(session_.get(), &batch_, nullptr, values.data(), 1000, nullptr),
            CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_saliency_run(session_.get(), &batch_, &spec, nullptr, 1000, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_saliency_run(session_.get(), &batch_, &spec, values.data(), host_.candidates() * 3 - 1, nullptr),
            CLENS_E_BUFFER_TOO_SMALL);
  spec.method = 4;
  refuse(spec, CLENS_E_INVALID_ARGUMENT);
  spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  spec.level = 4;
  refuse(spec, CLENS_E_INVALID_ARGUMENT);
  spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  spec.target = 3;
  refuse(spec, CLENS_E_INVALID_ARGUMENT);
  spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  spec.task = 1;
  refuse(spec, CLENS_E_INVALID_ARGUMENT);
  spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  spec.flags = 2;
  refuse(spec, CLENS_E_INVALID_ARGUMENT);
  refuse(spec_of(CLENS_SALIENCY_CENTRED, CLENS_LEVEL_ID), CLENS_E_UNSUPPORTED);

  session_ = host_.session();  // without gradients
  spec = spec_of(CLENS_SALIENCY_GRADIENT_X_INPUT, CLENS_LEVEL_GROUP);
  EXPECT_EQ(clens_saliency_run(session_.get(), &batch_, &spec, values.data(), 1000, nullptr), CLENS_E_BAD_STATE);
  EXPECT_EQ(session_error(session_.get()), last_error());
}

}  // namespace
}  // namespace clicklens::testing
