// Probes inside a session: their logits have the bits of a plain chain, whatever else the session does, and change
// nothing of it.
#include "kernels/dispatch.h"
#include "support/probes.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using testing::expect_bits;
using testing::logits;
using testing::Made;
using testing::RandomBatch;
using testing::session_of;

class ProbeLogits : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ProbeLogits, testing::seeds(1, 21));

TEST_P(ProbeLogits, HaveTheBitsOfAChain) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {4, 0, 9, 1, 0, 17});
  const auto probes = testing::random_probes(made);
  const std::vector<float> expected = testing::expected_logits(made, batch, probes);
  const std::vector<float> scores = logits(*session_of(made, {}), batch);
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    if (!kernels::supported(isa)) continue;
    for (std::size_t strands = 1; strands <= 4; ++strands) {
      exec::SessionOptions options;
      options.kernels = kernels::table_for(isa);
      options.strands = strands;
      options.tile_rows = strands % 2 == 0 ? 0 : 2 * strands + 3;
      options.gradients = strands == 2;
      options.probes = probes;
      if (strands > 2) options.captures = {0, made.desc().outputs[0].logit};
      const auto session = session_of(made, options);
      ASSERT_NE(session, nullptr);
      const testing::Scored shared = testing::score(*session, batch, exec::OutputKind::logit);
      expect_bits(shared.probes, expected, "shared");
      expect_bits(shared.scores, scores, "scores");
      EXPECT_EQ(shared.exited, 0u);
      expect_bits(testing::score(*session, batch.unshared(), exec::OutputKind::logit, false).probes, expected,
                  "unshared");
      expect_bits(logits(*session, batch), scores, "without probes");
    }
  }
}

TEST(ProbeLogitsOf, NotANumberAreCanonical) {
  Made made(1);
  for (float& v : made.random.maker.tables[0]) v = std::bit_cast<float>(0xFFC12345u);
  made.random.maker.replace_table(0, made.random.maker.tables[0]);
  made.model = made.random.maker.open();
  const RandomBatch batch(made.random.maker, made.desc(), {30});
  exec::SessionOptions options;
  options.probes = testing::random_probes(made);
  const testing::Scored scored = testing::score(*session_of(made, options), batch, exec::OutputKind::logit);
  std::size_t found = 0;
  for (const float logit : scored.probes) {
    if (!std::isnan(logit)) continue;
    EXPECT_EQ(std::bit_cast<std::uint32_t>(logit), 0x7FC00000u);
    ++found;
  }
  EXPECT_GT(found, 0u);
}

TEST(ProbeLogitsOf, OptionsAndRoomAreChecked) {
  Made made(1);
  const RandomBatch batch(made.random.maker, made.desc(), {5});
  const auto probes = testing::random_probes(made);
  const auto status = [&](const std::vector<exec::ProbeWeights>& given) {
    exec::SessionOptions options;
    options.probes = given;
    return exec::Session::create(made.model, RandomBatch::inputs(made.desc()), options).status();
  };
  EXPECT_TRUE(status(probes).ok());
  EXPECT_TRUE(status({probes[0], probes[0]}).ok());
  for (const auto& change : std::vector<void (*)(exec::ProbeWeights&)>{
           [](exec::ProbeWeights& probe) { probe.value = 99999; },
           [](exec::ProbeWeights& probe) { probe.weights.push_back(0); },
           [](exec::ProbeWeights& probe) { probe.weights[0] = std::numeric_limits<float>::infinity(); },
           [](exec::ProbeWeights& probe) { probe.bias = std::numeric_limits<float>::quiet_NaN(); }}) {
    auto changed = probes;
    change(changed[1]);
    EXPECT_EQ(status(changed).code(), base::Code::invalid_argument);
    EXPECT_NE(std::string(status(changed).message()).find("probe 1"), std::string::npos);
  }

  exec::SessionOptions options;
  options.probes = probes;
  const auto session = session_of(made, options);
  std::vector<float> room(5 * probes.size(), -99.0f);
  exec::Output output;
  output.probe_logits = room.data();
  output.probe_capacity = room.size() - 1;
  EXPECT_EQ(session->run(batch.batch(), output).code(), base::Code::buffer_too_small);
  EXPECT_EQ(room, std::vector<float>(room.size(), -99.0f));
  output.probe_capacity = room.size();
  EXPECT_TRUE(session->run(batch.batch(), output).ok());
  EXPECT_EQ(session_of(made, {})->run(batch.batch(), output).code(), base::Code::bad_state);
}

}  // namespace
}  // namespace clicklens
