// Profiles of sessions that serve: the bytes of an offline pass over the same rows, however runs and collections meet.
#include "lens/collector.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cfenv>
#include <thread>

#include "profile_support.h"

namespace clicklens::lens {
namespace {

using testing::saved;
using testing::Traffic;
using testing::TrafficBatch;
using testing::TrafficModel;

class Collecting : public ::testing::Test {
 protected:
  // A session that serves, and what it collects.
  struct Live {
    std::unique_ptr<exec::Session> session;
    std::unique_ptr<Collector> collector;

    [[nodiscard]] base::Status run(const TrafficBatch& batch, std::vector<float>& scores) const {
      const exec::Batch view = batch.batch();
      scores.resize(batch.size() * 2);
      exec::Output output;
      output.values = scores.data();
      output.capacity = scores.size();
      return collector->run(view, batch.rows(false).request_keys, output);
    }
    void run(const Traffic& traffic, std::size_t begin, std::size_t end, std::size_t step) const {
      std::vector<float> scores;
      for (std::size_t at = begin; at < end; at += step) {
        const TrafficBatch batch(traffic, at, std::min(at + step, end));
        const base::Status status = run(batch, scores);
        ASSERT_TRUE(status.ok()) << status.message();
      }
    }
  };
  [[nodiscard]] Live live(const ProfileOptions& options, std::size_t rows = 90, std::size_t tile_rows = 0,
                          std::size_t strands = 1, std::size_t waiting = Collector::default_waiting) const {
    Live made{made_.session(options, tile_rows, strands), nullptr};
    auto collector = Collector::create(made_.model(), *made.session, options, rows, waiting);
    EXPECT_TRUE(collector.ok()) << collector.status().message();
    made.collector = std::move(*collector);
    return made;
  }
  [[nodiscard]] std::vector<std::byte> offline(const ProfileOptions& options) const {
    const auto profile = made_.profile(options);
    const auto session = made_.session(options);
    testing::add(*profile, *session, traffic_, 0, traffic_.requests.size(), 100, false);
    return saved(*profile);
  }

  TrafficModel made_;
  Traffic traffic_{600, 5};
};

TEST_F(Collecting, EveryRowHasTheBytesOfAnOfflinePass) {
  const ProfileOptions options = made_.everything();
  const std::vector<std::byte> wanted = offline(options);
  for (const std::size_t strands : {1u, 3u}) {
    const Live served = live(options, 90, strands == 1 ? 0 : 90, strands);
    const auto profile = made_.profile(options);
    for (std::size_t at = 0; at < traffic_.requests.size(); at += 150) {
      served.run(traffic_, at, std::min<std::size_t>(at + 150, traffic_.requests.size()), 9);
      ASSERT_TRUE(served.collector->collect(*profile).ok());
    }
    EXPECT_EQ(profile->skipped(), 0u);
    EXPECT_EQ(saved(*profile), wanted) << strands;
  }
}

// Several tiles of a run on several strands; more rows of a run than fit a tile of a backward.
TEST_F(Collecting, StrandsPutTheirRowsSideBySide) {
  const ProfileOptions options = made_.everything();
  const Live served = live(options, 1000, 16, 3);
  const auto profile = made_.profile(options);
  served.run(traffic_, 0, traffic_.requests.size(), 120);
  ASSERT_TRUE(served.collector->collect(*profile).ok());
  EXPECT_EQ(saved(*profile), offline(options));
}

// Room for one run, for some, for all: who adds rows up, and how many together, changes no bit.
TEST_F(Collecting, RowsAddUpWhereverTheyWaited) {
  ProfileOptions options = made_.everything();
  options.every = 3;
  const std::vector<std::byte> wanted = offline(options);
  for (const std::size_t waiting : {1u, 70u, 4096u})
    for (const std::size_t settled : {0u, 1u, 4u}) {  // runs from one settling to the next
      const Live served = live(options, 40, 0, 1, waiting);
      const auto profile = made_.profile(options);
      std::uint64_t rows = 0;
      for (std::size_t at = 0, run = 1; at < traffic_.requests.size(); at += 9, ++run) {
        served.run(traffic_, at, std::min<std::size_t>(at + 9, traffic_.requests.size()), 9);
        if (settled != 0 && run % settled == 0) rows += served.collector->settle();
      }
      const auto collected = served.collector->collect(*profile);
      ASSERT_TRUE(collected.ok());
      EXPECT_EQ(*collected, profile->rows());
      EXPECT_EQ(rows > 0, settled != 0) << waiting << ", " << settled;
      EXPECT_EQ(saved(*profile), wanted) << waiting << ", " << settled;
    }
}

TEST_F(Collecting, SettledRowsAreNotSettledAgain) {
  const ProfileOptions options = made_.everything();
  const Live served = live(options);
  served.run(traffic_, 0, 20, 10);
  EXPECT_GT(served.collector->settle(), 0u);
  EXPECT_EQ(served.collector->settle(), 0u);
  const auto profile = made_.profile(options);
  const auto rows = served.collector->collect(*profile);
  ASSERT_TRUE(rows.ok());
  EXPECT_GT(*rows, 0u);
  EXPECT_EQ(*rows, profile->seen());
}

// Backwards and sums run on whatever thread asks, or has no room left.
TEST_F(Collecting, RoundsAsRunsDo) {
  const ProfileOptions options = made_.everything();
  const std::vector<std::byte> wanted = offline(options);
  for (const std::size_t waiting : {90u, 4096u}) {
    const Live served = live(options, 90, 0, 1, waiting);
    const auto profile = made_.profile(options);
    ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
    served.run(traffic_, 0, traffic_.requests.size(), 9);
    const auto rows = served.collector->collect(*profile);
    std::fesetround(FE_TONEAREST);
    ASSERT_TRUE(rows.ok());
    EXPECT_EQ(saved(*profile), wanted) << waiting;
  }
}

TEST_F(Collecting, PickedRowsAreThoseOfAnOfflinePass) {
  ProfileOptions options = made_.everything();
  options.every = 7;
  const Live served = live(options, 32);
  const auto profile = made_.profile(options);
  served.run(traffic_, 0, traffic_.requests.size(), 10);
  const auto rows = served.collector->collect(*profile);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(*rows, profile->rows());
  EXPECT_EQ(saved(*profile), offline(options));
  EXPECT_EQ(*served.collector->collect(*profile), 0u);
}

TEST_F(Collecting, BeyondWhatARunMayProfileRowsAreCounted) {
  ProfileOptions options;
  const Live served = live(options, 3);
  const auto profile = made_.profile(options);
  served.run(traffic_, 0, 100, 10);
  ASSERT_TRUE(served.collector->collect(*profile).ok());
  EXPECT_EQ(profile->rows(), 30u);
  EXPECT_EQ(profile->rows() + profile->skipped(), profile->seen());
}

TEST_F(Collecting, ScoresAreThoseOfAnUnwatchedSession) {
  const ProfileOptions options = made_.everything();
  const Live served = live(options, 96);
  const TrafficBatch batch(traffic_, 0, 25);
  std::vector<float> watched, plain(batch.size() * 2);
  ASSERT_TRUE(served.run(batch, watched).ok());
  exec::Output output;
  output.values = plain.data();
  output.capacity = plain.size();
  ASSERT_TRUE(made_.session({})->run(batch.batch(), output).ok());
  EXPECT_EQ(watched, plain);
}

TEST_F(Collecting, AFailedRunIsNotSeen) {
  ProfileOptions options;
  const Live served = live(options);
  const auto profile = made_.profile(options);
  const TrafficBatch batch(traffic_, 0, 60);
  exec::Batch strict = batch.batch();
  strict.strict = true;
  std::vector<float> scores(batch.size() * 2);
  exec::Output output;
  output.values = scores.data();
  output.capacity = scores.size();
  EXPECT_EQ(served.collector->run(strict, nullptr, output).code(), base::Code::bad_value);
  ASSERT_TRUE(served.collector->collect(*profile).ok());
  EXPECT_EQ(profile->seen(), 0u);
}

TEST_F(Collecting, WhatDoesNotFitStays) {
  ProfileOptions options, other;
  other.every = 2;
  const Live served = live(options);
  served.run(traffic_, 0, 20, 10);
  const auto wrong = made_.profile(other), right = made_.profile(options);
  EXPECT_EQ(served.collector->collect(*wrong).status().code(), base::Code::invalid_argument);
  ASSERT_TRUE(served.collector->collect(*right).ok());
  EXPECT_GT(right->rows(), 0u);
  EXPECT_EQ(right->skipped(), 0u);
}

// Under load: what several sessions collect while they run adds up to the offline pass. Meant for the thread sanitizer.
TEST_F(Collecting, WhileSessionsRun) {
  const ProfileOptions options = made_.everything();
  constexpr std::size_t sessions = 3, rounds = 2;
  std::vector<Live> served;
  for (std::size_t i = 0; i < sessions; ++i) served.push_back(live(options, 90));
  const auto profile = made_.profile(options);
  std::atomic<std::size_t> running = sessions;
  std::atomic<bool> failed = false;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < sessions; ++i)
    threads.emplace_back([&, i] {
      const std::size_t n = traffic_.requests.size(), begin = n * i / sessions, end = n * (i + 1) / sessions;
      std::vector<float> scores;
      for (std::size_t round = 0; round < rounds; ++round)
        for (std::size_t at = begin; at < end; at += 9) {
          const TrafficBatch batch(traffic_, at, std::min(at + 9, end));
          if (!served[i].run(batch, scores).ok()) failed = true;
        }
      --running;
    });
  std::thread settling([&] {
    while (running > 0)
      for (const Live& one : served) one.collector->settle();
  });
  while (running > 0)
    for (const Live& one : served)
      if (!one.collector->collect(*profile).ok()) failed = true;
  settling.join();
  for (std::thread& thread : threads) thread.join();
  for (const Live& one : served) ASSERT_TRUE(one.collector->collect(*profile).ok());
  EXPECT_FALSE(failed);
  const auto wanted = made_.profile(options);
  const auto session = made_.session(options);
  for (std::size_t round = 0; round < rounds; ++round)
    testing::add(*wanted, *session, traffic_, 0, traffic_.requests.size(), 100, false);
  EXPECT_EQ(saved(*profile), saved(*wanted));
}

TEST_F(Collecting, RefusesWhatCannotBe) {
  ProfileOptions options = made_.everything();
  const auto session = made_.session(options);
  const auto code = [&](exec::Session& of, std::size_t rows, std::size_t waiting = 1) {
    return Collector::create(made_.model(), of, options, rows, waiting).status().code();
  };
  EXPECT_EQ(code(*session, 0), base::Code::invalid_argument);
  EXPECT_EQ(code(*session, Collector::most_rows + 1), base::Code::invalid_argument);
  EXPECT_EQ(code(*session, 1, 0), base::Code::invalid_argument);
  EXPECT_EQ(code(*session, 1, Collector::most_waiting + 1), base::Code::invalid_argument);
  ProfileOptions scores;
  scores.sections = format::profile_scores;
  EXPECT_EQ(code(*made_.session(scores), 10), base::Code::invalid_argument);  // no gradients
  options.sections = format::profile_neurons;
  EXPECT_EQ(code(*made_.session(scores), 10), base::Code::bad_state);  // layers are not observed
}

}  // namespace
}  // namespace clicklens::lens
