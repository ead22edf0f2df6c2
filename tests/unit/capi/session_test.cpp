// Sessions: scores against a reference in double, kinds of output, captures, strands, lifetimes.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "support/sanitizer.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

constexpr double tolerance = 1e-6;  // a dozen roundings of numbers below 4

TEST(SessionC, ScoresWhatTheNetworkSays) {
  const TinyHost host({3, 0, 2, 40});
  const auto session = host.session();
  const std::vector<float> logits = host.run(session.get());
  const std::vector<float> probabilities = host.run(session.get(), CLENS_OUTPUT_PROBABILITY);
  for (std::size_t c = 0; c < host.candidates(); ++c) {
    EXPECT_NEAR(double{logits[c]}, host.logit(c), tolerance) << c;
    EXPECT_NEAR(double{probabilities[c]}, 1 / (1 + std::exp(-host.logit(c))), tolerance) << c;
  }
  EXPECT_GT(clens_session_bytes(session.get()), 0u);
  EXPECT_EQ(clens_session_bytes(nullptr), 0u);
  clens_session_release(nullptr);
}

TEST(SessionC, RowStrideLeavesTheRestAlone) {
  const TinyHost host;
  const auto session = host.session();
  const std::vector<float> wanted = host.run(session.get());
  std::vector<float> values(3 * host.candidates() - 2, -7.0f);
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.values = values.data();
  output.capacity = values.size();
  output.row_stride = 3;
  const clens_batch batch = host.batch();
  ASSERT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_OK) << last_error();
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], i % 3 == 0 ? wanted[i / 3] : -7.0f) << i;
}

TEST(SessionC, TooSmallABufferIsRefusedBeforeAnyWork) {
  const TinyHost host;
  const auto session = host.session();
  std::vector<float> values(host.candidates(), -7.0f);
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = values.data();
  output.capacity = values.size() - 1;
  const clens_batch batch = host.batch();
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(session_error(session.get()), last_error());
  EXPECT_EQ(values, std::vector<float>(host.candidates(), -7.0f));
}

TEST(SessionC, MistakesAreNamed) {
  const TinyHost host;
  const auto session = host.session();
  const clens_batch batch = host.batch();
  std::vector<float> values(host.candidates());
  clens_output output = CLENS_OUTPUT_INIT;
  EXPECT_EQ(clens_session_run(nullptr, &batch, &output), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "session: NULL");
  EXPECT_EQ(session_error(session.get()), "");
  EXPECT_EQ(clens_session_run(session.get(), nullptr, &output), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(session_error(session.get()), "batch: NULL");
  EXPECT_EQ(clens_session_run(session.get(), &batch, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(session_error(session.get()), "output: NULL");
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(session_error(session.get()), "output.values: NULL");
  output.values = values.data();
  output.capacity = values.size();
  output.kind = 2;
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_E_INVALID_ARGUMENT);
  output.kind = 0;
  output.reserved = 1;
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_E_INVALID_ARGUMENT);
  output.reserved = 0;
  EXPECT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_OK);
  EXPECT_EQ(session_error(session.get()), "output.reserved: must be 0");  // a success leaves it alone
  EXPECT_EQ(clens_session_error(nullptr, nullptr, 0), 0u);
}

clens_status create(const TinyHost& host, const clens_session_options& options) {
  clens_session* session = nullptr;
  const clens_status status = clens_session_create(host.model(), host.inputs(), &options, &session);
  EXPECT_EQ(session != nullptr, status == CLENS_OK);
  clens_session_release(session);
  return status;
}

TEST(SessionC, OptionsAreChecked) {
  const TinyHost host;
  clens_session* session = nullptr;
  EXPECT_EQ(clens_session_create(nullptr, host.inputs(), nullptr, &session), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_session_create(host.model(), nullptr, nullptr, &session), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_session_create(host.model(), host.inputs(), nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  EXPECT_EQ(create(host, options), CLENS_OK);
  options.reserved = 1;
  EXPECT_EQ(create(host, options), CLENS_E_INVALID_ARGUMENT);
  options = CLENS_SESSION_OPTIONS_INIT;
  options.tile_rows = 1025;
  EXPECT_EQ(create(host, options), CLENS_E_INVALID_ARGUMENT);
  options = CLENS_SESSION_OPTIONS_INIT;
  options.strands = 100000;
  EXPECT_EQ(create(host, options), CLENS_E_INVALID_ARGUMENT);
  options = CLENS_SESSION_OPTIONS_INIT;
  options.capture_count = 1;
  EXPECT_EQ(create(host, options), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "options.captures: NULL");
  std::size_t captures[] = {7, 7};
  options.captures = captures;
  EXPECT_EQ(create(host, options), CLENS_E_INVALID_ARGUMENT);
  captures[0] = std::numeric_limits<std::size_t>::max();
  EXPECT_EQ(create(host, options), CLENS_E_INVALID_ARGUMENT);
  captures[0] = captures[1] = 3;
  options.capture_count = 2;
  EXPECT_EQ(create(host, options), CLENS_E_INVALID_ARGUMENT);
  options = CLENS_SESSION_OPTIONS_INIT;
  options.observed_count = 1;
  EXPECT_EQ(create(host, options), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "options.observed: NULL");
  options.observed = captures;
  EXPECT_EQ(create(host, options), CLENS_OK);
  options.observed_count = 2;
  EXPECT_EQ(create(host, options), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "session: observes value 3 twice");
}

TEST(SessionC, CapturesRowsOfTheValuesOwnScope) {
  const TinyHost host({3, 0, 2, 20});
  const auto session = host.seeing_session();
  std::vector<float> hidden(host.candidates() * 9 - 1, -7.0f);  // the last row needs no more than its columns
  std::vector<float> bags(host.users.size() * tiny::dim);
  clens_capture captures[2] = {};
  captures[0].value = tiny::user_bag;
  captures[0].data = bags.data();
  captures[0].capacity = bags.size();
  captures[1].value = tiny::hidden_relu;
  captures[1].data = hidden.data();
  captures[1].capacity = hidden.size();
  captures[1].row_stride = 9;
  clens_output output = CLENS_OUTPUT_INIT;  // no scores: captures alone
  output.captures = captures;
  output.capture_count = 2;
  const clens_batch batch = host.batch();
  ASSERT_EQ(clens_session_run(session.get(), &batch, &output), CLENS_OK) << last_error();
  EXPECT_EQ(captures[0].rows, host.users.size());
  EXPECT_EQ(captures[0].scope, static_cast<std::uint32_t>(CLENS_SCOPE_REQUEST));
  EXPECT_EQ(captures[1].rows, host.candidates());
  EXPECT_EQ(captures[1].scope, static_cast<std::uint32_t>(CLENS_SCOPE_PAIR));
  for (std::size_t c = 0; c < host.candidates(); ++c) {
    const std::vector<double> x = host.pooled(c);
    const std::vector<double> h = host.hidden(c);
    for (std::size_t d = 0; d < tiny::dim; ++d) EXPECT_EQ(double{bags[host.request_of(c) * tiny::dim + d]}, x[d]);
    for (std::size_t j = 0; j < h.size(); ++j) EXPECT_NEAR(double{hidden[c * 9 + j]}, h[j], tolerance);
    if (c + 1 < host.candidates()) {
      EXPECT_EQ(hidden[c * 9 + 8], -7.0f);
    }
  }
}

TEST(SessionC, CaptureMistakesAreRefused) {
  const TinyHost host;
  const auto session = host.seeing_session();
  std::vector<float> room(100);
  clens_capture captures[3] = {};
  for (clens_capture& capture : captures) capture = {tiny::hidden_relu, room.data(), room.size(), 0, 0, 0, 0};
  clens_output output = CLENS_OUTPUT_INIT;
  const clens_batch batch = host.batch();
  const auto run = [&](std::size_t count) {
    output.capture_count = count;
    return clens_session_run(session.get(), &batch, &output);
  };
  EXPECT_EQ(run(1), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "output.captures: NULL");
  output.captures = captures;
  EXPECT_EQ(run(1), CLENS_OK);
  EXPECT_EQ(run(2), CLENS_E_INVALID_ARGUMENT);  // one value twice
  EXPECT_EQ(run(3), CLENS_E_INVALID_ARGUMENT);  // more than the session has
  captures[0].reserved = 1;
  EXPECT_EQ(run(1), CLENS_E_INVALID_ARGUMENT);
  captures[0].reserved = 0;
  captures[0].value = tiny::ad_bag;
  EXPECT_EQ(run(1), CLENS_E_BAD_STATE);
  captures[0].value = std::numeric_limits<std::size_t>::max();
  EXPECT_EQ(run(1), CLENS_E_BAD_STATE);
  captures[0].value = tiny::hidden_relu;
  captures[0].capacity = host.candidates() * tiny::hidden - 1;
  EXPECT_EQ(run(1), CLENS_E_BUFFER_TOO_SMALL);
  captures[0].row_stride = 9;
  captures[0].capacity = (host.candidates() - 1) * 9 + tiny::hidden - 1;
  EXPECT_EQ(run(1), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_NE(last_error().find("'hidden relu'"), std::string::npos);
  captures[0].data = nullptr;
  EXPECT_EQ(run(1), CLENS_OK);
  output.capture_size = sizeof(clens_capture) - 1;
  EXPECT_EQ(run(1), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("output.capture_size"), std::string::npos);
}

void in_turn(void* count, std::size_t n, clens_task task, void* context) {
  ++*static_cast<int*>(count);
  for (std::size_t i = n; i-- > 0;) task(context, i);
}

TEST(SessionC, StrandsChangeNoBit) {
  const TinyHost host({3, 0, 2, 150, 45});
  const std::vector<float> wanted = host.run(host.session().get());
  for (const std::uint32_t strands : {2u, 3u, 4u}) {
    const auto helped = host.seeing_session(strands);
    EXPECT_EQ(bits(host.run(helped.get())), bits(wanted));
    EXPECT_EQ(bits(host.run(helped.get())), bits(wanted));
    int calls = 0;
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.strands = strands;
    options.parallel_for = in_turn;
    options.parallel_host = &calls;
    options.tile_rows = 10;
    EXPECT_EQ(bits(host.run(host.session(&options).get())), bits(wanted));
    EXPECT_EQ(calls, 1);
  }
}

TEST(SessionC, ManyThreadsShareAModel) {
  const TinyHost host({30, 7, 64});
  const std::vector<float> wanted = host.run(host.session().get());
  std::vector<std::vector<float>> got(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < got.size(); ++t)
    threads.emplace_back([&host, &got, t] {
      for (int repeat = 0; repeat < 5; ++repeat) {
        const auto session = host.seeing_session(t % 2 == 0 ? 1 : 2);
        got[t] = host.run(session.get());
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const auto& scores : got) EXPECT_EQ(bits(scores), bits(wanted));
}

TEST(SessionC, MovesBetweenThreads) {
  const TinyHost host;
  auto session = host.session();
  const std::vector<float> wanted = host.run(session.get());
  std::thread([&] {
    EXPECT_EQ(host.run(session.get()), wanted);
    session.reset();
  }).join();
}

TEST(SessionC, ErrorsAreOfTheThreadAndOfTheSession) {
  const TinyHost host;
  const auto session = host.session();
  clens_output output = CLENS_OUTPUT_INIT;
  EXPECT_EQ(clens_session_run(session.get(), nullptr, &output), CLENS_E_INVALID_ARGUMENT);
  std::thread([&] {
    EXPECT_EQ(last_error(), "");
    EXPECT_EQ(session_error(session.get()), "batch: NULL");
  }).join();
}

TEST(SessionC, HelperThreadsDoNotSurviveFork) {
  if (testing::under_tsan) GTEST_SKIP() << "ThreadSanitizer does not follow a fork with threads";
  const TinyHost host({40, 60});
  const auto session = host.seeing_session(2);
  const std::vector<float> wanted = host.run(session.get());
  std::vector<float> values(host.candidates());
  const clens_batch batch = host.batch();
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = values.data();
  output.capacity = values.size();
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // releasing must not wait for threads that are not there
    const bool refused = clens_session_run(session.get(), &batch, &output) == CLENS_E_BAD_STATE;
    clens_session_release(const_cast<clens_session*>(session.get()));
    _exit(refused ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(host.run(session.get()), wanted);
}

}  // namespace
}  // namespace clicklens::testing
