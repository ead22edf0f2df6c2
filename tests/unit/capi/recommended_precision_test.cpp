// A recommended precision: written by refining, taken by sessions and caches that ask for it, forgotten by other edits.
#include <gtest/gtest.h>

#include <clicklens/refine.hpp>

#include "kernels/dispatch.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

bool bf16_kernels() {
  const auto table = kernels::active_table();
  return table.ok() && (*table)->linear_bf16 != nullptr;
}

class RecommendedPrecisionTest : public ::testing::Test {
 protected:
  RecommendedPrecisionTest() : host_({3, 0, 2, 40}), model_(host_.path()), refiner_(model_) {}

  [[nodiscard]] Model written() const {
    refiner_.write(path_.c_str());
    return Model(path_.c_str());
  }
  [[nodiscard]] std::vector<float> run(const Model& model, clens_precision precision,
                                       const std::vector<std::size_t>& kept = {}) const {
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.precision = static_cast<std::uint32_t>(precision);
    options.full_precision = kept.data();
    options.full_precision_count = kept.size();
    clens_session* session = nullptr;
    EXPECT_EQ(clens_session_create(model.get(), host_.inputs(), &options, &session), CLENS_OK) << last_error();
    const HandleOf<clens_session> owner(session);
    return host_.run(session);
  }

  const TinyHost host_;
  const Model model_;
  Refiner refiner_;
  TemporaryPath path_{"recommended.clens"};
};

TEST_F(RecommendedPrecisionTest, FilesWithoutOneAreFloat32) {
  EXPECT_EQ(recommended_precision(model_).precision, std::uint32_t{CLENS_PRECISION_F32});
  EXPECT_EQ(run(model_, CLENS_PRECISION_RECOMMENDED), run(model_, CLENS_PRECISION_F32));
}

TEST_F(RecommendedPrecisionTest, SessionsRunInIt) {
  refiner_.recommend_precision(CLENS_PRECISION_INT8);
  EXPECT_STREQ(refiner_.edit(0).name, "precision");
  EXPECT_STREQ(refiner_.edit(0).text, "precision int8");
  EXPECT_EQ(refiner_.edit(0).same_bits, 1u);
  const Model model = written();
  EXPECT_EQ(recommended_precision(model).precision, std::uint32_t{CLENS_PRECISION_INT8});
  const std::vector<float> int8 = run(model, CLENS_PRECISION_INT8), f32 = run(model, CLENS_PRECISION_F32);
  EXPECT_NE(int8, f32);
  EXPECT_EQ(run(model, CLENS_PRECISION_RECOMMENDED), int8);
  EXPECT_EQ(f32, run(model_, CLENS_PRECISION_F32));
}

TEST_F(RecommendedPrecisionTest, LinearsMayStayInFloat32) {
  const std::vector<std::size_t> kept = {tiny::hidden_linear};
  refiner_.recommend_precision(CLENS_PRECISION_INT8, kept);
  const Model model = written();
  EXPECT_EQ(recommended_precision(model).full_precision, kept);
  EXPECT_EQ(run(model, CLENS_PRECISION_RECOMMENDED), run(model, CLENS_PRECISION_F32));  // the only one there is
  std::uint32_t precision = 0;
  std::size_t count = 0;
  EXPECT_EQ(clens_model_recommended_precision(model.get(), &precision, nullptr, 0, &count), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(count, 1u);
}

TEST_F(RecommendedPrecisionTest, Bf16IsFloat32WhereThereIsNone) {
  refiner_.recommend_precision(CLENS_PRECISION_BF16);
  const Model model = written();
  const bool there = bf16_kernels();
  EXPECT_EQ(recommended_precision(model).precision, std::uint32_t{there ? CLENS_PRECISION_BF16 : CLENS_PRECISION_F32});
  EXPECT_EQ(run(model, CLENS_PRECISION_RECOMMENDED), run(model, there ? CLENS_PRECISION_BF16 : CLENS_PRECISION_F32));
}

TEST_F(RecommendedPrecisionTest, AnEditThatFollowsForgetsIt) {
  refiner_.recommend_precision(CLENS_PRECISION_INT8);
  refiner_.recommend_precision(CLENS_PRECISION_INT8, {tiny::hidden_linear});  // in place of the first
  EXPECT_EQ(recommended_precision(refiner_.model()).full_precision.size(), 1u);
  const Model before = written();
  refiner_.set_tables(CLENS_ROW_F16);
  EXPECT_EQ(recommended_precision(written()).precision, std::uint32_t{CLENS_PRECISION_F32});
  EXPECT_EQ(recommended_precision(before).precision, std::uint32_t{CLENS_PRECISION_INT8});
  const TemporaryPath narrow("narrow.clens");
  ASSERT_EQ(clens_refine_tables(before.get(), CLENS_ROW_BF16, nullptr, 0, narrow.c_str(), nullptr), CLENS_OK);
  EXPECT_EQ(recommended_precision(Model(narrow.c_str())).precision, std::uint32_t{CLENS_PRECISION_F32});
}

TEST_F(RecommendedPrecisionTest, CachesAreFilledInIt) {
  refiner_.recommend_precision(CLENS_PRECISION_INT8);
  const Model model = written();
  const auto cache_of = [&](clens_precision precision) {
    clens_cache_options options = CLENS_CACHE_OPTIONS_INIT;
    options.rows = 4;
    options.precision = static_cast<std::uint32_t>(precision);
    clens_cache* cache = nullptr;
    EXPECT_EQ(clens_cache_create(model.get(), host_.inputs(), &options, &cache), CLENS_OK) << last_error();
    return HandleOf<clens_cache>(cache);
  };
  const auto run_with = [&](clens_precision of_session, clens_precision of_cache) {
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.precision = static_cast<std::uint32_t>(of_session);
    options.cache = 1;
    clens_session* session = nullptr;
    EXPECT_EQ(clens_session_create(model.get(), host_.inputs(), &options, &session), CLENS_OK) << last_error();
    const HandleOf<clens_session> owner(session);
    const HandleOf<clens_cache> cache = cache_of(of_cache);
    const std::vector<std::int64_t> none(host_.candidates(), -1);
    clens_batch batch = host_.batch();
    batch.cache = cache.get();
    batch.cache_rows = none.data();
    std::vector<float> logits(host_.candidates());
    clens_output output = CLENS_OUTPUT_INIT;
    output.kind = CLENS_OUTPUT_LOGIT;
    output.values = logits.data();
    output.capacity = logits.size();
    return clens_session_run(session, &batch, &output);
  };
  EXPECT_EQ(run_with(CLENS_PRECISION_INT8, CLENS_PRECISION_RECOMMENDED), CLENS_OK) << last_error();
  EXPECT_EQ(run_with(CLENS_PRECISION_RECOMMENDED, CLENS_PRECISION_RECOMMENDED), CLENS_OK) << last_error();
  EXPECT_EQ(run_with(CLENS_PRECISION_F32, CLENS_PRECISION_RECOMMENDED), CLENS_E_STALE);
  clens_cache_options options = CLENS_CACHE_OPTIONS_INIT;
  options.rows = 4;
  options.precision = CLENS_PRECISION_RECOMMENDED;
  const std::size_t kept = tiny::hidden_linear;
  options.full_precision = &kept;
  options.full_precision_count = 1;
  clens_cache* cache = nullptr;
  EXPECT_EQ(clens_cache_create(model.get(), host_.inputs(), &options, &cache), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("options.full_precision"), std::string::npos) << last_error();
}

TEST_F(RecommendedPrecisionTest, RefusesWhatSessionsRefuse) {
  const auto refuse = [&](clens_precision precision, const std::vector<std::size_t>& kept, const char* text) {
    try {
      refiner_.recommend_precision(precision, kept);
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), CLENS_E_INVALID_ARGUMENT);
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
  };
  refuse(CLENS_PRECISION_RECOMMENDED, {}, "precision: 3");
  refuse(CLENS_PRECISION_INT8, {1000}, "1000");
  refuse(CLENS_PRECISION_INT8, {tiny::user_bag}, "which no linear makes");
  refuse(CLENS_PRECISION_INT8, {tiny::hidden_linear, tiny::hidden_linear}, "twice");
  EXPECT_EQ(refiner_.edits(), 0u);
}

}  // namespace
}  // namespace clicklens::testing
