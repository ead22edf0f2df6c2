// What an empty slice or vector is to hosts: no elements, and perhaps no address.
#include <gtest/gtest.h>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

TEST(EmptyC, ResultsNeedNoAddress) {
  const TinyHost host;
  const auto session = host.seeing_session();
  clens_batch batch = CLENS_BATCH_INIT;
  clens_output output = CLENS_OUTPUT_INIT;
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_OK) << last_error();
  std::uint64_t flat[100];
  ASSERT_EQ(clens_flat_write(session.get(), &batch, flat, sizeof flat), CLENS_OK) << last_error();
  EXPECT_EQ(clens_session_run_flat(session.get(), flat, sizeof flat, 0, nullptr, 0), CLENS_OK) << last_error();
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.method = CLENS_SALIENCY_GRADIENT_X_INPUT;
  for (const std::uint32_t level : {0u, 1u, 2u, 3u}) {
    spec.level = level;
    EXPECT_EQ(clens_saliency_run(session.get(), &batch, &spec, nullptr, 0, nullptr), CLENS_OK) << last_error();
  }
  batch = host.batch();
  EXPECT_EQ(clens_saliency_run(session.get(), &batch, &spec, nullptr, 0, nullptr), CLENS_E_BUFFER_TOO_SMALL);
}

}  // namespace
}  // namespace clicklens::testing
