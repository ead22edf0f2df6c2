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

}  // namespace
}  // namespace clicklens::testing
