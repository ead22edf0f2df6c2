// Lenses over candidates that come from a cache: the bytes of an uncached run.
#include "lens/neurons.h"
#include "lens/saliency.h"
#include "neurons_support.h"
#include "support/made.h"

namespace clicklens::lens {
namespace {

using testing::Made;
using testing::RandomBatch;
using testing::saved;

class CachedLens : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, CachedLens, ::testing::Range(1u, 13u));

TEST_P(CachedLens, NeuronsSeeTheSameRows) {
  Made made(GetParam());
  const RandomBatch batch(made.random.maker, made.desc(), {4, 0, 9, 1, 17, 3});
  exec::CacheOptions options;
  options.rows = batch.rows();
  options.explainable = true;
  auto cache = exec::CandidateCache::create(made.model, RandomBatch::inputs(made.desc()), options);
  ASSERT_TRUE(cache.ok()) << cache.status().message();
  encode::Counts counts;
  ASSERT_TRUE((*cache)->fill(batch.ads(), nullptr, counts).ok());
  std::vector<std::int64_t> rows;
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < batch.rows(); ++i) {
    rows.push_back(i % 3 == 1 ? -1 : static_cast<std::int64_t>(i));
    labels.push_back(i % 4 == 0);
  }
  exec::SessionOptions session_options;
  std::vector<std::uint32_t> values;
  for (std::uint32_t v = 0; v < made.desc().values.size(); ++v) values.push_back(v);
  session_options.observed = values;
  session_options.tile_rows = 8;
  const auto watch = [&](const RandomBatch& of, bool cached) {
    session_options.cache = cached;
    const auto session = testing::session_of(made, session_options);
    auto neurons = Neurons::create(made.model, {values, 0, 1, 100, 64, format::neurons_scores});
    EXPECT_TRUE(neurons.ok()) << neurons.status().message();
    const base::Status status = (*neurons)->add(*session, of.batch(), {labels.data(), nullptr, nullptr, {}});
    EXPECT_TRUE(status.ok()) << status.message();
    return saved(**neurons);
  };
  EXPECT_EQ(watch(batch.cached(**cache, rows), true), watch(batch, false));
}

// Full gradients and group gradients.
TEST_P(CachedLens, SaliencyHasTheSameBits) {
  Made made(GetParam());
  const RandomBatch batch(made.random.maker, made.desc(), {4, 0, 9, 1, 17, 3});
  exec::CacheOptions options;
  options.rows = batch.rows();
  options.explainable = true;
  auto cache = exec::CandidateCache::create(made.model, RandomBatch::inputs(made.desc()), options);
  ASSERT_TRUE(cache.ok()) << cache.status().message();
  encode::Counts counts;
  ASSERT_TRUE((*cache)->fill(batch.ads(), nullptr, counts).ok());
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < batch.rows(); ++i) rows.push_back(i % 3 == 1 ? -1 : static_cast<std::int64_t>(i));
  const std::vector<float> means(made.model->input_width(), 0.125f);
  exec::SessionOptions session_options;
  session_options.gradients = true;
  session_options.tile_rows = 8;
  const auto explain = [&](const RandomBatch& of, bool cached) {
    session_options.cache = cached;
    const auto session = testing::session_of(made, session_options);
    SaliencySpec spec;
    spec.means = means;
    std::vector<float> values(batch.rows() * made.model->groups().size());
    exec::Output scores;
    const base::Status status = saliency(*session, of.batch(), spec, values, scores);
    EXPECT_TRUE(status.ok()) << status.message();
    return values;
  };
  for (const bool groups : {false, true}) {
    session_options.group_gradients = groups;
    testing::expect_bits(explain(batch.cached(**cache, rows), true), explain(batch, false), groups ? "groups" : "full");
  }
}

}  // namespace
}  // namespace clicklens::lens
