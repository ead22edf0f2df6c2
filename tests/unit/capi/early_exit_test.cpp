// Probes' logits and early exit through the C ABI.
#include <cmath>
#include <cstring>

#include "support/probing_host.h"

namespace clicklens::testing {
namespace {

struct Ran {
  std::vector<float> scores, probes;
  std::uint64_t exited = 99;
};

Ran run(const TinyHost& host, clens_session* session, clens_output_kind kind = CLENS_OUTPUT_LOGIT) {
  Ran ran{std::vector<float>(host.candidates()), std::vector<float>(host.candidates() * tiny_probes)};
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = static_cast<std::uint32_t>(kind);
  output.values = ran.scores.data();
  output.capacity = ran.scores.size();
  output.probe_logits = ran.probes.data();
  output.probe_capacity = ran.probes.size();
  const clens_batch batch = host.batch();
  EXPECT_EQ(clens_session_run(session, &batch, &output), CLENS_OK) << last_error();
  ran.exited = output.exited;
  return ran;
}

TEST(EarlyExitC, TheScoreOfWhatStopsIsTheProbes) {
  const TinyHost host({3, 0, 2, 40});
  const Ran full = run(host, session_with(host, probing_options(false)).get());
  const auto session = session_with(host, probing_options(true));
  const Ran some = run(host, session.get());
  EXPECT_EQ(full.exited, 0u);
  EXPECT_EQ(full.scores, host.run(host.session().get()));
  EXPECT_EQ(bits(some.probes), bits(full.probes));
  std::uint64_t exited = 0;
  for (std::size_t c = 0; c < host.candidates(); ++c) {
    const float logit = full.probes[c * tiny_probes];
    exited += logit < 0 ? 1 : 0;
    EXPECT_EQ(some.scores[c], logit < 0 ? logit : full.scores[c]) << c;
  }
  EXPECT_EQ(some.exited, exited);
  EXPECT_GT(exited, 0u);
  EXPECT_LT(exited, host.candidates());
  const Ran probable = run(host, session.get(), CLENS_OUTPUT_PROBABILITY);
  for (std::size_t c = 0; c < host.candidates(); ++c)
    EXPECT_NEAR(probable.scores[c], 1 / (1 + std::exp(-some.scores[c])), 1e-6f);
}

TEST(EarlyExitC, TheFlatFormScoresTheSameBits) {
  const TinyHost host({3, 0, 2, 40});
  const auto session = session_with(host, probing_options(true));
  const Ran wanted = run(host, session.get());
  const clens_batch batch = host.batch();
  std::size_t size = 0;
  ASSERT_EQ(clens_flat_size(session.get(), &batch, &size), CLENS_OK) << last_error();
  std::vector<std::uint64_t> flat(size / 8);
  ASSERT_EQ(clens_flat_write(session.get(), &batch, flat.data(), size), CLENS_OK) << last_error();
  std::vector<float> scores(host.candidates());
  ASSERT_EQ(clens_session_run_flat(session.get(), flat.data(), size, CLENS_OUTPUT_LOGIT, scores.data(), scores.size()),
            CLENS_OK)
      << last_error();
  EXPECT_EQ(bits(scores), bits(wanted.scores));
}

TEST(EarlyExitC, ProbeLogitsNeedRoomAndAProbe) {
  const TinyHost host;
  const auto session = session_with(host, probing_options(false));
  const clens_batch batch = host.batch();
  std::vector<float> probes(host.candidates() * tiny_probes, -7.0f);
  clens_output output = CLENS_OUTPUT_INIT;  // probes alone
  output.probe_logits = probes.data();
  output.probe_capacity = probes.size() - 1;
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_NE(last_error().find("output.probe_logits"), std::string::npos);
  EXPECT_EQ(probes, std::vector<float>(probes.size(), -7.0f));
  output.probe_capacity = probes.size();
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_OK) << last_error();
  EXPECT_EQ(clens_session_run(host.session().get(), &batch, &output), CLENS_E_BAD_STATE);
}

// A caller of the first version: its output ends before the fields.
TEST(EarlyExitC, AnOlderOutputIsLeftAlone) {
  const TinyHost host;
  const auto session = session_with(host, probing_options(true));
  const clens_batch batch = host.batch();
  std::vector<float> scores(host.candidates());
  clens_output output = CLENS_OUTPUT_INIT;
  output.struct_size = offsetof(clens_output, probe_logits);
  output.values = scores.data();
  output.capacity = scores.size();
  output.probe_logits = scores.data();  // not the library's to read
  output.exited = 77;
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_OK) << last_error();
  EXPECT_EQ(output.exited, 77u);
}

TEST(EarlyExitC, NeedsAProbe) {
  const TinyHost host;
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.exit_probe = 1;
  clens_session* session = nullptr;
  EXPECT_EQ(clens_session_create(host.model(), host.inputs(), &options, &session), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "options.exit_probe: 1, options.probe has 0");
}

}  // namespace
}  // namespace clicklens::testing
