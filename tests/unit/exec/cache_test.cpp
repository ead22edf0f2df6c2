// The candidate cache: whatever is cached, the bits are those of an uncached run.
#include <thread>

#include "support/made.h"
#include "support/probes.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using exec::CacheOptions;
using exec::CandidateCache;
using testing::expect_bits;
using testing::Made;
using testing::RandomBatch;
using testing::session_of;

class CacheTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, CacheTest, testing::seeds(1, 41));

std::unique_ptr<CandidateCache> cache_of(const Made& made, CacheOptions options) {
  options.rows = 64;
  auto cache = CandidateCache::create(made.model, RandomBatch::inputs(made.desc()), options);
  EXPECT_TRUE(cache.ok()) << cache.status().message();
  return cache.ok() ? std::move(*cache) : nullptr;
}

// Candidate i sits in row 63 - i.
std::vector<std::int64_t> places(std::size_t candidates) {
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < candidates; ++i) rows.push_back(63 - static_cast<std::int64_t>(i));
  return rows;
}

void fill(CandidateCache& cache, const RandomBatch& batch) {
  encode::Counts counts;
  const base::Status status = cache.fill(batch.ads(), places(batch.rows()).data(), counts);
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(cache.filled(), batch.rows());
}

// All, every third not, every third alone, none.
std::vector<std::vector<std::int64_t>> patterns(std::size_t candidates) {
  std::vector<std::vector<std::int64_t>> all(4, places(candidates));
  for (std::size_t i = 0; i < candidates; ++i) {
    if (i % 3 == 0) all[1][i] = -1;
    if (i % 3 != 0) all[2][i] = -1;
    all[3][i] = -1;
  }
  return all;
}

struct Case {
  explicit Case(std::uint32_t seed, const CacheOptions& options = {})
      : made(seed), batch(made.random.maker, made.desc(), {4, 0, 9, 1, 17, 3}), cache(cache_of(made, options)) {
    fill(*cache, batch);
  }
  Made made;
  RandomBatch batch;
  std::unique_ptr<CandidateCache> cache;
};

TEST_P(CacheTest, ScoresHaveTheBitsOfAnUncachedRun) {
  Case given(GetParam());
  const std::vector<float> expected = testing::logits(*session_of(given.made, {}), given.batch);
  for (const std::size_t tile : {5u, 96u}) {
    for (std::size_t strands = 1; strands <= 4; ++strands) {
      exec::SessionOptions options;
      options.cache = true;
      options.tile_rows = tile;
      options.strands = strands;
      const auto session = session_of(given.made, options);
      ASSERT_NE(session, nullptr);
      expect_bits(testing::logits(*session, given.batch), expected, "without a cache");
      for (const auto& rows : patterns(given.batch.rows())) {
        expect_bits(testing::logits(*session, given.batch.cached(*given.cache, rows)), expected, "shared");
        expect_bits(testing::logits(*session, given.batch.unshared().cached(*given.cache, rows)), expected, "alone");
      }
    }
  }
}

TEST_P(CacheTest, FillingInPartsOnStrandsGivesTheSameRows) {
  CacheOptions options;
  options.strands = 3;
  Case given(GetParam(), options);
  const auto alone = cache_of(given.made, {});
  fill(*alone, given.batch);
  ASSERT_EQ(alone->row_bytes(), given.cache->row_bytes());
  if (alone->row_bytes() == 0) return;  // nothing to keep
  for (const std::int64_t row : places(given.batch.rows())) {
    const std::size_t at = static_cast<std::size_t>(row) * alone->row_bytes();
    EXPECT_EQ(std::memcmp(alone->data() + at, given.cache->data() + at, alone->row_bytes()), 0) << row;
  }
}

// user . item, each of them a tower of its own.
testing::RandomModel two_towers(std::uint32_t seed) {
  testing::RandomModel random(seed);
  testing::ModelMaker maker(seed);
  const auto tower = [&](const char* name, format::Scope scope) {
    const std::uint32_t bag =
        maker.bag(maker.sparse(name, scope, 30, format::Pooling::sum, false), maker.table(30, 24));
    const std::uint32_t hidden = maker.activation(format::ActivationKind::relu, maker.linear(bag, 24, 40));
    return maker.linear(hidden, 40, 16);
  };
  const std::uint32_t user = tower("user", format::Scope::request);
  const std::uint32_t item = tower("item", format::Scope::candidate);
  maker.output("ctr", maker.node(format::SumOp{}, {maker.node(format::MultiplyOp{}, {user, item})}));
  random.maker = std::move(maker);
  return random;
}

// Sixteen floats an ad, and a session that computes nothing of the item's tower.
TEST(TwoTowers, TheItemsFallsAway) {
  Made made(two_towers(5));
  const RandomBatch batch(made.random.maker, made.desc(), {4, 9, 17, 3});
  const auto cache = cache_of(made, {});
  EXPECT_EQ(cache->row_bytes(), 16 * sizeof(float));
  fill(*cache, batch);
  const std::vector<float> expected = testing::logits(*session_of(made, {}), batch);
  exec::SessionOptions options;
  options.cache = true;
  const auto session = session_of(made, options);
  EXPECT_EQ(session->plan().per_tile.size(), 2u) << "a product and its sum";
  for (const auto& rows : patterns(batch.rows()))
    expect_bits(testing::logits(*session, batch.cached(*cache, rows)), expected, "two towers");
}

// A sum that only waits for the request's part is left in the cache, unless rows may leave the tile before.
TEST(JoinedSums, AreThoseOfLinearsWithARequestPart) {
  testing::RandomModel random(1);
  testing::ModelMaker maker(3);
  const auto pooled = [&](const std::string& name, format::Scope scope) {
    return maker.bag(maker.sparse(name, scope, 30, format::Pooling::sum, false), maker.table(30, 8));
  };
  const std::uint32_t user = pooled("user", format::Scope::request), ad = pooled("ad", format::Scope::candidate);
  std::uint32_t x = maker.linear(maker.node(format::ConcatOp{}, {user, ad}), 16, 12);
  x = maker.node(format::ActivationOp{format::ActivationKind::relu}, {x});
  maker.output("ctr", maker.linear(x, 12, 1));
  random.maker = std::move(maker);
  Made made(std::move(random));
  exec::SessionOptions options;
  options.cache = true;
  const auto joined = [&] {
    std::size_t count = 0;
    const auto session = session_of(made, options);
    for (const exec::CachedPlace& place : session->plan().cached) count += place.joined ? 1 : 0;
    return count;
  };
  EXPECT_EQ(joined(), 1u);
  options.probes = {{x, std::vector<float>(12, 0.5f), 0.0f}};
  EXPECT_EQ(joined(), 1u);
  options.exit = exec::ExitRule{0, 0.0f};
  EXPECT_EQ(joined(), 0u);
}

// Nothing depends on the candidate alone: rows are empty, and named all the same.
TEST(CacheOfNothing, ScoresAreThoseOfAnUncachedRun) {
  testing::RandomModel random(1);
  testing::ModelMaker maker(3);
  const std::uint32_t user =
      maker.bag(maker.sparse("user", format::Scope::request, 30, format::Pooling::sum, false), maker.table(30, 8));
  maker.output("ctr", maker.linear(user, 8, 1));
  random.maker = std::move(maker);
  Made made(std::move(random));
  const RandomBatch batch(made.random.maker, made.desc(), {4, 9});
  const auto cache = cache_of(made, {});
  EXPECT_EQ(cache->row_bytes(), 0u);
  fill(*cache, batch);
  exec::SessionOptions options;
  options.cache = true;
  const std::vector<float> expected = testing::logits(*session_of(made, {}), batch);
  expect_bits(testing::logits(*session_of(made, options), batch.cached(*cache, places(batch.rows()))), expected,
              "none");
}

// One thread fills rows while another's session reads others.
TEST(CacheThreads, FillingOtherRowsDisturbsNoRun) {
  Made made(two_towers(5));
  const RandomBatch batch(made.random.maker, made.desc(), {9, 11});
  const auto cache = cache_of(made, {});
  fill(*cache, batch);
  const std::vector<float> expected = testing::logits(*session_of(made, {}), batch);
  exec::SessionOptions options;
  options.cache = true;
  const auto session = session_of(made, options);
  const RandomBatch cached = batch.cached(*cache, places(batch.rows()));
  std::thread filler([&] {
    std::vector<std::int64_t> others;
    for (std::size_t i = 0; i < batch.rows(); ++i) others.push_back(static_cast<std::int64_t>(i));
    for (int i = 0; i < 50; ++i) {
      encode::Counts counts;
      EXPECT_TRUE(cache->fill(batch.ads(), others.data(), counts).ok());
    }
  });
  for (int i = 0; i < 50; ++i) expect_bits(testing::logits(*session, cached), expected, "while filling");
  filler.join();
  EXPECT_EQ(cache->filled(), 2 * batch.rows());
}

CacheOptions explainable() {
  CacheOptions options;
  options.explainable = true;
  return options;
}

TEST_P(CacheTest, CapturesProbesAndObservedValuesComeFromAnExplainableOne) {
  Case given(GetParam(), explainable());
  exec::SessionOptions options;
  for (std::uint32_t v = 0; v < given.made.desc().values.size(); ++v) options.captures.push_back(v);
  options.probes = testing::random_probes(given.made);
  const auto plain = session_of(given.made, options);
  options.cache = true;
  options.tile_rows = 7;
  const auto session = session_of(given.made, options);
  const auto wanted = testing::score(*plain, given.batch, exec::OutputKind::logit);
  for (const auto& rows : patterns(given.batch.rows())) {
    const RandomBatch cached = given.batch.cached(*given.cache, rows);
    const auto found = testing::score(*session, cached, exec::OutputKind::logit);
    expect_bits(found.scores, wanted.scores, "scores");
    expect_bits(found.probes, wanted.probes, "probes");
    for (const std::uint32_t value : options.captures)
      expect_bits(testing::captured(*session, cached, value), testing::captured(*plain, given.batch, value),
                  given.made.desc().values[value].name.c_str());
  }
}

// Pooled inputs and their gradients, by candidate.
class Inputs final : public exec::TileObserver {
 public:
  Inputs(const exec::Model& model, std::size_t rows) : model_(model), values(rows * model.input_width() * 2, -99.0f) {}
  base::Status tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept override {
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
      if (plan.inputs[i].empty()) continue;
      const exec::InputBlock& block = model_.inputs()[i];
      const kernels::Operand pooled = context.operand(plan.inputs[i].front(), ops::Level::row);
      const ops::Place& place = plan.input_gradients[i];
      for (std::size_t row = 0; row < context.rows; ++row) {
        float* out = values.data() + ((context.first_candidate + row) * model_.input_width() + block.begin) * 2;
        const float* e = pooled.data + (pooled.rows != nullptr ? pooled.rows[row] : row) * pooled.ld;
        for (std::size_t d = 0; d < block.width; ++d) {
          out[2 * d] = e[d];
          out[2 * d + 1] = place.count == 0 ? 0.0f : context.at(place)[row * place.ld + d];
        }
      }
    }
    return {};
  }

 private:
  const exec::Model& model_;

 public:
  std::vector<float> values;
};

TEST_P(CacheTest, GradientsComeFromAnExplainableOne) {
  Case given(GetParam(), explainable());
  const auto gradients = [&](const exec::SessionOptions& options, const RandomBatch& batch) {
    const auto session = session_of(given.made, options);
    Inputs inputs(*given.made.model, batch.rows());
    exec::Output output;
    const exec::GradientTarget target{given.made.desc().outputs[0].logit, 0, true};
    const base::Status status = session->explain(batch.batch(), target, output, inputs, false);
    EXPECT_TRUE(status.ok()) << status.message();
    return inputs.values;
  };
  exec::SessionOptions options;
  options.gradients = true;
  const std::vector<float> expected = gradients(options, given.batch);
  options.cache = true;
  options.tile_rows = 6;
  for (const auto& rows : patterns(given.batch.rows()))
    expect_bits(gradients(options, given.batch.cached(*given.cache, rows)), expected, "gradients");
}

TEST_P(CacheTest, RowsExitEarlyAsWithoutIt) {
  testing::RandomModel random(GetParam());
  random.maker.desc.outputs.resize(1);
  Made made(std::move(random));
  const RandomBatch batch(made.random.maker, made.desc(), {4, 0, 9, 1, 17, 3});
  const auto cache = cache_of(made, explainable());
  fill(*cache, batch);
  exec::SessionOptions options;
  options.probes = testing::random_probes(made);
  for (std::uint32_t probe = 0; probe < options.probes.size(); ++probe) {
    if (made.model->graph().values[options.probes[probe].value].scope() == graph::Scope::request) continue;
    options.exit = exec::ExitRule{probe, 0.0f};
    options.cache = false;
    const auto wanted = testing::score(*session_of(made, options), batch, exec::OutputKind::logit);
    options.cache = true;
    const auto session = session_of(made, options);
    for (const auto& rows : patterns(batch.rows())) {
      const auto found = testing::score(*session, batch.cached(*cache, rows), exec::OutputKind::logit);
      expect_bits(found.scores, wanted.scores, "scores");
      EXPECT_EQ(found.exited, wanted.exited);
    }
  }
}

}  // namespace
}  // namespace clicklens
