// Early exit: rows that stop have the bits of the probe, rows that go on those of a run without exit.
#include <limits>

#include "kernels/dispatch.h"
#include "support/probes.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using exec::OutputKind;
using testing::expect_bits;
using testing::Made;
using testing::RandomBatch;
using testing::Scored;
using testing::session_of;

testing::RandomModel one_task(std::uint32_t seed) {
  testing::RandomModel random(seed);
  random.maker.desc.outputs.resize(1);
  return random;
}

float sigmoid(float x) {
  kernels::MapArgs map;
  map.a = {&x, 1, nullptr};
  map.y = &x;
  map.ldy = map.rows = map.cols = 1;
  kernels::table_for(kernels::Isa::scalar)->sigmoid(map);
  return x;
}

float lowest() {
  return std::numeric_limits<float>::lowest();
}

struct ExitCase {
  explicit ExitCase(std::uint32_t seed)
      : made(one_task(seed)),
        batch(made.random.maker, made.desc(), {4, 0, 9, 1, 0, 17, 3}),
        probes(testing::random_probes(made)),
        probe_logits(testing::expected_logits(made, batch, probes)),
        scores(testing::logits(*session_of(made, {}), batch)) {}

  [[nodiscard]] float logit(std::size_t row, std::size_t probe) const {
    return probe_logits[row * probes.size() + probe];
  }
  [[nodiscard]] bool may_exit(std::size_t probe) const {
    return made.model->graph().values[probes[probe].value].scope() != graph::Scope::request;
  }
  // A bound that about half of the rows are below.
  [[nodiscard]] float median(std::size_t probe) const {
    std::vector<float> sorted;
    for (std::size_t row = 0; row < batch.rows(); ++row)
      if (std::isfinite(logit(row, probe))) sorted.push_back(logit(row, probe));
    if (sorted.empty()) return 0;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
  [[nodiscard]] exec::SessionOptions options(std::size_t probe, float bound) const {
    exec::SessionOptions options;
    options.probes = probes;
    options.exit = exec::ExitRule{static_cast<std::uint32_t>(probe), bound};
    return options;
  }

  // What a session that exits by `probe` must give.
  [[nodiscard]] Scored expected(const exec::Session& session, std::size_t probe, float bound, OutputKind kind) const {
    Scored wanted{scores, probe_logits, 0};
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const bool exits = logit(row, probe) < bound;
      wanted.exited += exits ? 1 : 0;
      if (exits) wanted.scores[row] = logit(row, probe);
      if (kind == OutputKind::probability) wanted.scores[row] = sigmoid(wanted.scores[row]);
      for (std::size_t i = 0; exits && i < probes.size(); ++i)
        if (session.plan().probes[i].late) wanted.probes[row * probes.size() + i] = std::nanf("");
    }
    return wanted;
  }

  Made made;
  RandomBatch batch;
  std::vector<exec::ProbeWeights> probes;
  std::vector<float> probe_logits, scores;
};

void expect_case(const ExitCase& of, std::size_t probe, float bound, const exec::SessionOptions& options,
                 const RandomBatch& batch) {
  const auto session = session_of(of.made, options);
  ASSERT_NE(session, nullptr);
  EXPECT_FALSE(session->plan().probes[probe].late);
  for (const OutputKind kind : {OutputKind::logit, OutputKind::probability}) {
    const Scored wanted = of.expected(*session, probe, bound, kind);
    const Scored found = testing::score(*session, batch, kind);
    EXPECT_EQ(found.exited, wanted.exited);
    expect_bits(found.scores, wanted.scores, "scores");
    expect_bits(found.probes, wanted.probes, "probes");
  }
}

class EarlyExit : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, EarlyExit, testing::seeds(1, 31));

TEST_P(EarlyExit, EveryLayerAndBound) {
  const ExitCase of(GetParam());
  for (std::size_t probe = 0; probe < of.probes.size(); ++probe) {
    if (!of.may_exit(probe)) continue;
    for (const float bound : {of.median(probe), lowest(), std::numeric_limits<float>::max()}) {
      exec::SessionOptions options = of.options(probe, bound);
      options.tile_rows = 6;
      expect_case(of, probe, bound, options, of.batch);
      expect_case(of, probe, bound, of.options(probe, bound), of.batch.unshared());
    }
  }
}

TEST_P(EarlyExit, InstructionSetsTilesAndStrands) {
  const ExitCase of(GetParam());
  std::size_t probe = GetParam() % of.probes.size();
  while (!of.may_exit(probe)) probe = (probe + 1) % of.probes.size();
  const float bound = of.median(probe);
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    if (!kernels::supported(isa)) continue;
    for (std::size_t strands = 1; strands <= 4; ++strands) {
      exec::SessionOptions options = of.options(probe, bound);
      options.kernels = kernels::table_for(isa);
      options.strands = strands;
      options.tile_rows = 2 * strands + 1;
      expect_case(of, probe, bound, options, of.batch);
    }
  }
}

TEST_P(EarlyExit, CapturesWhatIsMadeBefore) {
  const ExitCase of(GetParam());
  for (std::size_t probe = 0; probe < of.probes.size(); ++probe) {
    if (!of.may_exit(probe)) continue;
    const auto without = session_of(of.made, of.options(probe, 0));
    for (std::uint32_t v = 0; v < of.made.desc().values.size(); ++v) {
      exec::SessionOptions options = of.options(probe, of.median(probe));
      options.captures = {v};
      options.tile_rows = 5;
      auto session = exec::Session::create(of.made.model, RandomBatch::inputs(of.made.desc()), options);
      const bool late = without->plan().probes[of.probes.size() - 1 - v].late;  // there is one of every value
      EXPECT_EQ(session.ok(), !late) << session.status().message();
      if (late) {
        EXPECT_EQ(session.status().code(), base::Code::unsupported);
        continue;
      }
      exec::SessionOptions all;
      all.captures = {v};
      const auto full = session_of(of.made, all);
      expect_bits(testing::captured(**session, of.batch, v), testing::captured(*full, of.batch, v), "captured");
    }
  }
}

TEST(EarlyExitOf, NotANumberGoesOn) {
  testing::ModelMaker maker(3);
  const std::uint32_t bag = maker.bag(maker.sparse("ad", format::Scope::candidate, 4), maker.table(4, 2));
  const float nan = std::nanf("");
  maker.replace_table(0, {nan, 1, 1, 1, 2, 2, nan, nan});
  maker.output("click", maker.linear(bag, 2, 1));
  const auto model = maker.open();
  exec::SessionOptions options;
  options.probes = {{bag, {1, 1}, 0}};
  options.exit = exec::ExitRule{0, std::numeric_limits<float>::max()};
  auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
  ASSERT_TRUE(session.ok()) << session.status().message();
  const std::uint32_t ids[] = {0, 1, 2, 3, 1};
  encode::Column column;
  column.kind = encode::ColumnKind::rows;
  column.value_type = encode::ValueType::u32;
  column.values = ids;
  column.value_count = 5;
  exec::Batch batch;
  batch.candidates = 5;
  batch.columns = {&column, 1};
  float scores[5];
  exec::Output output;
  output.kind = OutputKind::logit;
  output.values = scores;
  output.capacity = 5;
  ASSERT_TRUE((*session)->run(batch, output).ok());
  EXPECT_EQ(output.exited, 3u);
  EXPECT_EQ(output.counts.non_finite, 2u);
  EXPECT_TRUE(std::isnan(scores[0]) && std::isnan(scores[3]));
  EXPECT_EQ(scores[1], 2.0f);
  EXPECT_EQ(scores[2], 4.0f);
  EXPECT_EQ(scores[4], 2.0f);
}

TEST(EarlyExitOf, WhatItCannotDoIsRefused) {
  const ExitCase of(1);
  std::size_t probe = 0;
  while (!of.may_exit(probe)) ++probe;
  const auto code = [&](const exec::SessionOptions& options) {
    return exec::Session::create(of.made.model, RandomBatch::inputs(of.made.desc()), options).status().code();
  };
  const exec::SessionOptions good = of.options(probe, 0.0f);
  EXPECT_EQ(code(good), base::Code::ok);
  exec::SessionOptions options = good;
  options.gradients = true;
  EXPECT_EQ(code(options), base::Code::unsupported);
  options = good;
  options.observed = {0};
  EXPECT_EQ(code(options), base::Code::unsupported);
  options = good;
  options.exit->probe = static_cast<std::uint32_t>(of.probes.size());
  EXPECT_EQ(code(options), base::Code::invalid_argument);
  options = good;
  options.exit->bound = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(code(options), base::Code::invalid_argument);
  for (std::size_t i = 0; i < of.probes.size(); ++i)
    EXPECT_EQ(code(of.options(i, 0.0f)), of.may_exit(i) ? base::Code::ok : base::Code::unsupported);

  struct Nobody final : exec::TileObserver {
    base::Status tile(const exec::Plan&, const ops::StepContext&, std::size_t) noexcept override { return {}; }
  } observer;
  EXPECT_EQ(session_of(of.made, good)->observe(of.batch.batch(), observer).code(), base::Code::unsupported);

  testing::RandomModel two(2);
  two.maker.desc.outputs.push_back(two.maker.desc.outputs[0]);
  two.maker.desc.outputs.back().name = "again";
  const auto model = two.maker.open();
  options = {};
  const std::uint32_t logit = model->desc().outputs[0].logit;
  options.probes = {{logit, {1.0f}, 0.0f}};
  options.exit = exec::ExitRule{0, 0.0f};
  EXPECT_EQ(exec::Session::create(model, RandomBatch::inputs(model->desc()), options).status().code(),
            base::Code::unsupported);
}

}  // namespace
}  // namespace clicklens
