// Models with fresh weights through the C ABI.
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

TEST(ModelC, UntrainedModelsScore) {
  const TinyHost host;
  clens_model* made = nullptr;
  EXPECT_EQ(clens_model_untrained(nullptr, 1, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_untrained(host.model(), 1, nullptr), CLENS_E_INVALID_ARGUMENT);
  std::vector<float> first;
  for (const std::uint64_t seed : {1u, 2u, 1u}) {
    ASSERT_EQ(clens_model_untrained(host.model(), seed, &made), CLENS_OK) << last_error();
    const HandleOf<clens_model> model(made);
    EXPECT_EQ(clens_model_verify_segments(model.get()), CLENS_OK) << last_error();
    clens_session* session = nullptr;
    ASSERT_EQ(clens_session_create(model.get(), host.inputs(), nullptr, &session), CLENS_OK) << last_error();
    const HandleOf<clens_session> owned(session);
    const std::vector<float> scores = host.run(session);
    EXPECT_NE(scores, host.run(host.session().get()));
    if (first.empty()) first = scores;
    EXPECT_EQ(bits(scores) == bits(first), seed == 1u);
  }
}

std::vector<float> scores_of(const TinyHost& host, clens_status (*make)(const clens_model*, std::size_t, clens_model**),
                             std::size_t layers) {
  clens_model* made = nullptr;
  EXPECT_EQ(make(host.model(), layers, &made), CLENS_OK) << last_error();
  const HandleOf<clens_model> model(made);
  clens_session* session = nullptr;
  EXPECT_EQ(clens_session_create(model.get(), host.inputs(), nullptr, &session), CLENS_OK) << last_error();
  const HandleOf<clens_session> owned(session);
  return host.run(session);
}

TEST(ModelC, RandomisedModelsKeepTheirFirstLayers) {
  const TinyHost host;
  const auto randomised = [](const clens_model* model, std::size_t layers, clens_model** out) {
    return clens_model_randomised(model, 3, layers, out);
  };
  const auto untrained = [](const clens_model* model, std::size_t, clens_model** out) {
    return clens_model_untrained(model, 3, out);
  };
  const auto whole = bits(scores_of(host, untrained, 0)), last = bits(scores_of(host, randomised, 1));
  const auto both = bits(scores_of(host, randomised, 2));  // the model has two linears
  EXPECT_NE(last, bits(host.run(host.session().get())));
  EXPECT_NE(both, last);
  EXPECT_NE(both, whole);  // tables are kept
  EXPECT_EQ(bits(scores_of(host, randomised, 3)), whole);
  EXPECT_EQ(bits(scores_of(host, randomised, SIZE_MAX)), whole);
  EXPECT_EQ(bits(scores_of(host, randomised, 0)), bits(host.run(host.session().get())));
}

TEST(ModelC, RandomisedModelsNeedAModelAndRoom) {
  const TinyHost host;
  clens_model* made = nullptr;
  EXPECT_EQ(clens_model_randomised(nullptr, 1, 1, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "model: NULL");
  EXPECT_EQ(clens_model_randomised(host.model(), 1, 1, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "out: NULL");
  EXPECT_EQ(made, nullptr);
}

}  // namespace
}  // namespace clicklens::testing
