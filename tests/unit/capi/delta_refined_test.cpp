// A base that was refined from a model in a caller's memory: what a delta makes of it does not need that memory.
#include <gtest/gtest.h>

#include <cstring>

#include "base/memory.h"
#include "support/tiny_delta.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

TEST(DeltaRefined, OfACallersMemoryIsCopied) {
  const std::vector<std::byte> bytes = model_bytes(tiny_model());
  auto memory = base::AlignedBlock::allocate(bytes.size());
  ASSERT_TRUE(memory.ok());
  std::memcpy(memory->data(), bytes.data(), bytes.size());
  clens_model *base = nullptr, *refined = nullptr, *result = nullptr, *applied = nullptr, *opened = nullptr;
  ASSERT_EQ(clens_model_open_memory(memory->data(), memory->size(), nullptr, &base), CLENS_OK) << last_error();
  clens_refiner* refiner = nullptr;
  ASSERT_EQ(clens_refiner_create(base, &refiner), CLENS_OK) << last_error();
  const char* const dropped[] = {"match"};
  const std::vector<float> means(2 * tiny::dim + tiny::dense_width);
  ASSERT_EQ(clens_refiner_drop_groups(refiner, dropped, 1, means.data(), means.size()), CLENS_OK) << last_error();
  ASSERT_EQ(clens_refiner_model(refiner, &refined), CLENS_OK) << last_error();
  const TemporaryPath next("next.clens"), path("refined.clensd");
  ASSERT_TRUE(write_model(tiny_next(), next.c_str()).ok());
  ASSERT_EQ(clens_model_open(next.c_str(), nullptr, &result), CLENS_OK);
  clens_delta_options all = CLENS_DELTA_OPTIONS_INIT;
  all.most_share = 1;
  ASSERT_EQ(clens_delta_make(refined, result, path.c_str(), &all, nullptr), CLENS_OK) << last_error();
  clens_delta* delta = nullptr;
  ASSERT_EQ(clens_delta_open(path.c_str(), nullptr, &delta), CLENS_OK) << last_error();
  clens_apply_options apart = CLENS_APPLY_OPTIONS_INIT;
  apart.copied_below = 1;
  ASSERT_EQ(clens_delta_apply(delta, refined, &apart, &applied), CLENS_OK) << last_error();
  // Nor does a file that is opened over it.
  clens_model_options over = CLENS_MODEL_OPTIONS_INIT;
  over.base = refined;
  ASSERT_EQ(clens_model_open(next.c_str(), &over, &opened), CLENS_OK) << last_error();

  clens_model_release(refined);
  clens_refiner_release(refiner);
  clens_model_release(base);
  std::memset(memory->data(), 0, memory->size());
  EXPECT_EQ(clens_model_verify_segments(applied), CLENS_OK) << last_error();
  EXPECT_EQ(clens_model_verify_segments(opened), CLENS_OK) << last_error();
  clens_model_release(applied);
  clens_model_release(opened);
  clens_model_release(result);
  clens_delta_release(delta);
}

}  // namespace
}  // namespace clicklens::testing
