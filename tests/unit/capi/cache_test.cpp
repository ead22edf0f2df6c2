// The candidate cache through the C ABI.
#include <cmath>
#include <cstring>
#include <limits>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

clens_cache_options options_of(std::uint64_t rows) {
  clens_cache_options options = CLENS_CACHE_OPTIONS_INIT;
  options.rows = rows;
  return options;
}

// A host with its ads in a cache: candidate c in row c + 2, every third one left out.
struct CachedHost {
  explicit CachedHost(const clens_cache_options& options = options_of(60)) {
    clens_cache* made = nullptr;
    EXPECT_EQ(clens_cache_create(host.model(), host.inputs(), &options, &made), CLENS_OK) << last_error();
    cache.reset(made);
    for (std::size_t c = 0; c < host.candidates(); ++c) rows.push_back(static_cast<std::int64_t>(c) + 2);
    EXPECT_EQ(clens_cache_fill(cache.get(), &ads_, rows.data(), nullptr), CLENS_OK) << last_error();
    expected = host.run(host.session().get());
    for (std::size_t c = 0; c < host.candidates(); c += 3) {
      rows[c] = -1;
      fresh.push_back(host.ads[c]);
    }
    clens_column& ads = host.column(TinyHost::ad);
    ads.values = fresh.data();
    ads.value_count = fresh.size();
  }
  [[nodiscard]] HandleOf<clens_session> session(std::uint32_t gradients = 0) const {
    clens_session_options session = CLENS_SESSION_OPTIONS_INIT;
    session.cache = 1;
    session.gradients = gradients;
    return host.session(&session);
  }
  [[nodiscard]] clens_batch batch() const {
    clens_batch batch = host.batch();
    batch.cache = cache.get();
    batch.cache_rows = rows.data();
    return batch;
  }
  clens_status run(clens_session* session, std::vector<float>& scores) const {
    scores.assign(host.candidates(), -99.0f);
    clens_output output = CLENS_OUTPUT_INIT;
    output.kind = CLENS_OUTPUT_LOGIT;
    output.values = scores.data();
    output.capacity = scores.size();
    const clens_batch all = batch();
    return clens_session_run(session, &all, &output);
  }
  [[nodiscard]] clens_cache_info info() const {
    clens_cache_info info = CLENS_CACHE_INFO_INIT;
    EXPECT_EQ(clens_cache_describe(cache.get(), &info), CLENS_OK) << last_error();
    return info;
  }

  TinyHost host{{3, 0, 2, 40}};
  HandleOf<clens_cache> cache;
  std::vector<std::int64_t> rows;
  std::vector<std::uint32_t> fresh;
  std::vector<float> expected;

 private:
  clens_batch ads_ = [this] {
    clens_batch ads = host.batch();
    ads.requests = 0;
    ads.request_offsets = nullptr;
    return ads;
  }();
};

TEST(CacheC, ScoresAreThoseOfAnUncachedRun) {
  const CachedHost given;
  std::vector<float> scores;
  ASSERT_EQ(given.run(given.session().get(), scores), CLENS_OK) << last_error();
  EXPECT_EQ(std::memcmp(scores.data(), given.expected.data(), sizeof(float) * scores.size()), 0);
}

TEST(CacheC, SaysWhatItHoldsAndWhatThatTakes) {
  const CachedHost given;
  const clens_cache_info info = given.info();
  clens_model_info model = CLENS_MODEL_INFO_INIT;
  ASSERT_EQ(clens_model_describe(given.host.model(), &model), CLENS_OK);
  EXPECT_EQ(info.rows, 60u);
  EXPECT_EQ(info.filled, given.host.candidates());
  EXPECT_EQ(info.row_bytes, 64u) << "the candidate's part of a hidden layer of a few neurons";
  EXPECT_GE(info.bytes, info.rows * info.row_bytes);
  EXPECT_EQ(info.model_low, model.id_low);
  EXPECT_EQ(info.model_high, model.id_high);
}

TEST(CacheC, OfAnotherModelItIsStaleAndNothingIsScored) {
  const CachedHost given;
  clens_model* other = nullptr;
  ASSERT_EQ(clens_model_untrained(given.host.model(), 3, &other), CLENS_OK) << last_error();
  const HandleOf<clens_model> owner(other);
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.cache = 1;
  clens_session* session = nullptr;
  ASSERT_EQ(clens_session_create(other, given.host.inputs(), &options, &session), CLENS_OK) << last_error();
  const HandleOf<clens_session> session_owner(session);
  std::vector<float> scores;
  EXPECT_EQ(given.run(session, scores), CLENS_E_STALE);
  EXPECT_NE(session_error(session).find("another model"), std::string::npos) << session_error(session);
  EXPECT_EQ(scores, std::vector<float>(given.host.candidates(), -99.0f));
}

TEST(CacheC, OfAnotherPrecisionItIsStale) {
  clens_cache_options options = options_of(60);
  options.precision = CLENS_PRECISION_INT8;
  clens_cache* made = nullptr;
  CachedHost given;
  ASSERT_EQ(clens_cache_create(given.host.model(), given.host.inputs(), &options, &made), CLENS_OK) << last_error();
  given.cache.reset(made);
  std::vector<float> scores;
  EXPECT_EQ(given.run(given.session().get(), scores), CLENS_E_STALE);
  EXPECT_NE(last_error().find("another precision"), std::string::npos) << last_error();

  const std::size_t spared[] = {tiny::hidden_linear};
  options.full_precision = spared;
  options.full_precision_count = 1;
  EXPECT_EQ(clens_cache_create(given.host.model(), given.host.inputs(), &options, &made), CLENS_OK) << last_error();
  given.cache.reset(made);
  clens_session_options int8 = CLENS_SESSION_OPTIONS_INIT;
  int8.cache = 1;
  int8.precision = CLENS_PRECISION_INT8;
  EXPECT_EQ(given.run(given.host.session(&int8).get(), scores), CLENS_E_STALE);
}

// The logit's linear is float32 in any case: sparing it is no other precision.
TEST(CacheC, WhatIsSparedAnywayDoesNotCount) {
  const std::size_t spared[] = {tiny::logit};
  clens_cache_options options = options_of(60);
  options.full_precision = spared;
  options.full_precision_count = 1;
  const CachedHost given(options);
  std::vector<float> scores;
  EXPECT_EQ(given.run(given.session().get(), scores), CLENS_OK) << last_error();
}

TEST(CacheC, RowsThatHoldNothingAreRefused) {
  CachedHost given;
  const auto session = given.session();
  std::vector<float> scores;
  for (const std::int64_t row : {std::int64_t{0}, std::int64_t{59}, std::int64_t{60}, std::int64_t{-2},
                                 std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    given.rows[1] = row;
    EXPECT_EQ(given.run(session.get(), scores), CLENS_E_BAD_BATCH) << row;
    EXPECT_NE(session_error(session.get()).find("cache_rows[1]"), std::string::npos) << session_error(session.get());
    EXPECT_EQ(scores[0], -99.0f);
  }
}

TEST(CacheC, ColumnsHaveAnEntryForEachRowThatIsNotCached) {
  CachedHost given;
  const auto session = given.session();
  std::vector<float> scores;
  given.rows[1] = -1;  // one more than the ad column has
  EXPECT_EQ(given.run(session.get(), scores), CLENS_E_BAD_BATCH);
  EXPECT_NE(session_error(session.get()).find("ad"), std::string::npos) << session_error(session.get());
}

TEST(CacheC, OneWithoutTheOtherIsAMistake) {
  const CachedHost given;
  const auto session = given.session();
  clens_batch batch = given.batch();
  batch.cache_rows = nullptr;
  std::vector<float> scores(given.host.candidates());
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_E_INVALID_ARGUMENT);
  batch = given.batch();
  batch.cache = nullptr;
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_E_INVALID_ARGUMENT);
}

TEST(CacheC, SessionsMustHaveAskedForIt) {
  const CachedHost given;
  std::vector<float> scores;
  EXPECT_EQ(given.run(given.host.session().get(), scores), CLENS_E_BAD_STATE);
  EXPECT_NE(last_error().find("options.cache"), std::string::npos) << last_error();
}

TEST(CacheC, GradientsNeedAnExplainableOne) {
  const CachedHost lean;
  std::vector<float> scores;
  EXPECT_EQ(lean.run(lean.session(1).get(), scores), CLENS_E_BAD_STATE);
  EXPECT_NE(last_error().find("explainable"), std::string::npos) << last_error();

  clens_cache_options options = options_of(60);
  options.explainable = 1;
  const CachedHost given(options);
  EXPECT_GT(given.info().row_bytes, lean.info().row_bytes);
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.method = CLENS_SALIENCY_GRADIENT_X_INPUT;
  const auto explain = [&](clens_session* session, const clens_batch& batch) {
    std::vector<float> values(given.host.candidates() * 8, -99.0f);
    EXPECT_EQ(clens_saliency_run(session, &batch, &spec, values.data(), values.size(), nullptr), CLENS_OK)
        << last_error();
    return values;
  };
  const TinyHost uncached({3, 0, 2, 40});
  clens_session_options seeing = CLENS_SESSION_OPTIONS_INIT;
  seeing.gradients = 1;
  EXPECT_EQ(explain(given.session(1).get(), given.batch()), explain(uncached.session(&seeing).get(), uncached.batch()));

  const clens_batch batch = given.batch();
  spec.level = CLENS_LEVEL_ID;
  const auto session = given.session(1);
  std::size_t count = 0;
  EXPECT_EQ(clens_saliency_size(session.get(), &batch, &spec, &count, nullptr, 0), CLENS_E_UNSUPPORTED);
  std::uint8_t covered[1000];
  EXPECT_EQ(clens_saliency_coverage(session.get(), &batch, covered, sizeof covered), CLENS_E_UNSUPPORTED);
  EXPECT_EQ(clens_flat_size(session.get(), &batch, &count), CLENS_E_UNSUPPORTED);
}

TEST(CacheC, OptionsAreChecked) {
  const TinyHost host;
  const auto status = [&](const clens_cache_options& options) {
    clens_cache* cache = nullptr;
    const clens_status status = clens_cache_create(host.model(), host.inputs(), &options, &cache);
    EXPECT_EQ(cache == nullptr, status != CLENS_OK);
    clens_cache_release(cache);
    return status;
  };
  EXPECT_EQ(status(options_of(0)), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(status(options_of(std::uint64_t{1} << 31)), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(status(options_of(1)), CLENS_OK);
  clens_cache_options options = options_of(5);
  options.storage = 2;
  EXPECT_EQ(status(options), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("storage"), std::string::npos);
  options = options_of(5);
  options.precision = 4;
  EXPECT_EQ(status(options), CLENS_E_INVALID_ARGUMENT);
  options = options_of(5);
  options.strands = 257;
  EXPECT_EQ(status(options), CLENS_E_INVALID_ARGUMENT);
  clens_cache* cache = nullptr;
  EXPECT_EQ(clens_cache_create(host.model(), host.inputs(), nullptr, &cache), CLENS_E_INVALID_ARGUMENT);
  clens_cache_release(nullptr);
}

TEST(CacheC, OnlyCandidateFeaturesNeedInputs) {
  const TinyHost host;
  clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
  clens_inputs* inputs = nullptr;
  spec.name = "ad";
  spec.kind = CLENS_COLUMN_KEYS;
  ASSERT_EQ(clens_inputs_create(&spec, 1, &inputs), CLENS_OK);
  const HandleOf<clens_inputs> alone(inputs);
  spec.name = "user";
  ASSERT_EQ(clens_inputs_create(&spec, 1, &inputs), CLENS_OK);
  const HandleOf<clens_inputs> user(inputs);
  const clens_cache_options options = options_of(5);
  clens_cache* cache = nullptr;
  ASSERT_EQ(clens_cache_create(host.model(), alone.get(), &options, &cache), CLENS_OK) << last_error();
  clens_cache_release(cache);
  EXPECT_EQ(clens_cache_create(host.model(), user.get(), &options, &cache), CLENS_E_NOT_FOUND);
  EXPECT_NE(last_error().find("ad"), std::string::npos) << last_error();
}

TEST(CacheC, AFillThatFailsChangesNothing) {
  CachedHost given;
  const std::uint32_t ids[2] = {0, 1};
  clens_column column = CLENS_COLUMN_INIT;
  column.input = TinyHost::ad;
  column.kind = CLENS_COLUMN_KEYS;
  column.value_type = CLENS_TYPE_U32;
  column.values = ids;
  column.value_count = 2;
  clens_batch ads = CLENS_BATCH_INIT;
  ads.candidates = 2;
  ads.columns = &column;
  ads.column_count = 1;
  const std::uint64_t filled = given.info().filled;
  std::int64_t rows[2] = {3, 60};
  EXPECT_EQ(clens_cache_fill(given.cache.get(), &ads, rows, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("rows[1]"), std::string::npos) << last_error();
  rows[1] = 4;
  column.value_count = 1;
  EXPECT_EQ(clens_cache_fill(given.cache.get(), &ads, rows, nullptr), CLENS_E_BAD_BATCH);
  column.value_count = 2;
  ads.requests = 1;
  EXPECT_EQ(clens_cache_fill(given.cache.get(), &ads, rows, nullptr), CLENS_E_INVALID_ARGUMENT);
  ads.requests = 0;
  ads.candidates = 61;
  EXPECT_EQ(clens_cache_fill(given.cache.get(), &ads, nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(given.info().filled, filled);
  std::vector<float> scores;
  ASSERT_EQ(given.run(given.session().get(), scores), CLENS_OK) << last_error();
  EXPECT_EQ(scores, given.expected);

  ads.candidates = 2;
  clens_counts counts{};
  ASSERT_EQ(clens_cache_fill(given.cache.get(), &ads, nullptr, &counts), CLENS_OK) << last_error();
  EXPECT_EQ(given.info().filled, filled + 2) << "rows 0 and 1";
}

}  // namespace
}  // namespace clicklens::testing
