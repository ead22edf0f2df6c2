// Lenses over candidates that come from a cache: the bytes of an uncached run.
#include "lens/neurons.h"
#include "lens/saliency.h"
#include "neurons_support.h"
#include "support/made.h"
#include "support/seeds.h"

namespace clicklens::lens {
namespace {

using testing::Made;
using testing::RandomBatch;
using testing::saved;

// A model, candidates, and an explainable cache of all of them; every third is to be computed anyway.
struct CachedCase {
  explicit CachedCase(std::uint32_t seed) : made(seed), batch(made.random.maker, made.desc(), {4, 0, 9, 1, 17, 3}) {
    exec::CacheOptions options;
    options.rows = batch.rows();
    options.explainable = true;
    auto filled = exec::CandidateCache::create(made.model, RandomBatch::inputs(made.desc()), options);
    EXPECT_TRUE(filled.ok()) << filled.status().message();
    cache = std::move(*filled);
    encode::Counts counts;
    EXPECT_TRUE(cache->fill(batch.ads(), nullptr, counts).ok());
    for (std::size_t i = 0; i < batch.rows(); ++i) rows.push_back(i % 3 == 1 ? -1 : static_cast<std::int64_t>(i));
    session_options.tile_rows = 8;
  }
  [[nodiscard]] RandomBatch cached() const { return batch.cached(*cache, rows); }

  Made made;
  RandomBatch batch;
  std::unique_ptr<exec::CandidateCache> cache;
  std::vector<std::int64_t> rows;
  exec::SessionOptions session_options;
};

class CachedLens : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, CachedLens, testing::seeds(1, 13));

TEST_P(CachedLens, NeuronsSeeTheSameRows) {
  CachedCase given(GetParam());
  std::vector<std::uint32_t> values;
  for (std::uint32_t v = 0; v < given.made.desc().values.size(); ++v) values.push_back(v);
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < given.rows.size(); ++i) labels.push_back(i % 4 == 0);
  given.session_options.observed = values;
  const auto watch = [&](const RandomBatch& of, bool cached) {
    given.session_options.cache = cached;
    const auto session = testing::session_of(given.made, given.session_options);
    auto neurons = Neurons::create(given.made.model, {values, 0, 1, 100, 64, format::neurons_scores});
    EXPECT_TRUE(neurons.ok()) << neurons.status().message();
    const base::Status status = (*neurons)->add(*session, of.batch(), {labels.data(), nullptr, nullptr, {}});
    EXPECT_TRUE(status.ok()) << status.message();
    return saved(**neurons);
  };
  EXPECT_EQ(watch(given.cached(), true), watch(given.batch, false));
}

// Full gradients and group gradients.
TEST_P(CachedLens, SaliencyHasTheSameBits) {
  CachedCase given(GetParam());
  const std::vector<float> means(given.made.model->input_width(), 0.125f);
  given.session_options.gradients = true;
  const auto explain = [&](const RandomBatch& of, bool cached) {
    given.session_options.cache = cached;
    const auto session = testing::session_of(given.made, given.session_options);
    SaliencySpec spec;
    spec.means = means;
    std::vector<float> values(given.batch.rows() * given.made.model->groups().size());
    exec::Output scores;
    const base::Status status = saliency(*session, of.batch(), spec, values, scores);
    EXPECT_TRUE(status.ok()) << status.message();
    return values;
  };
  for (const bool groups : {false, true}) {
    given.session_options.group_gradients = groups;
    testing::expect_bits(explain(given.cached(), true), explain(given.batch, false), groups ? "groups" : "full");
  }
}

}  // namespace
}  // namespace clicklens::lens
