// A session with a profile runs as quietly as one without, whoever collects meanwhile; and profiles survive a heap that
// refuses.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "alloc_heap.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

class Profiled {
 public:
  explicit Profiled(std::uint32_t every, std::uint32_t strands = 1) {
    clens_model_info info = CLENS_MODEL_INFO_INIT;
    EXPECT_EQ(clens_model_describe(host.model(), &info), CLENS_OK);
    means_.resize(info.input_width);
    options.sections = CLENS_PROFILE_SCORES | CLENS_PROFILE_FEATURES | CLENS_PROFILE_NEURONS | CLENS_PROFILE_SALIENCY;
    options.values = values_;
    options.value_count = 1;
    options.means = means_.data();
    options.mean_count = means_.size();
    options.every = every;
    options.sample_rows = 40;
    session_options.strands = strands;
    session_options.gradients = CLENS_GRADIENTS_FULL;
    session_options.profile = &options;
    scores_.resize(host.candidates());
    for (std::size_t r = 0; r < 64; ++r) keys_.push_back(r * 977);
  }
  void open() { session = host.session(&session_options); }
  clens_status run() {
    clens_batch batch = host.batch();
    batch.request_keys = keys_.data();
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores_.data();
    output.capacity = scores_.size();
    return clens_session_run(session.get(), &batch, &output);
  }
  clens_status create(clens_profile** out) { return clens_profile_create(host.model(), &options, out); }

  TinyHost host{{90, 0, 3, 120}};
  clens_profile_options options = CLENS_PROFILE_OPTIONS_INIT;
  clens_session_options session_options = CLENS_SESSION_OPTIONS_INIT;
  HandleOf<clens_session> session;

 private:
  std::size_t values_[1] = {tiny::hidden_relu};
  std::vector<float> means_, scores_;
  std::vector<std::uint64_t> keys_;
};

TEST(ProfileQuiet, RunsAllocateNothingAndTakeNoLock) {
  for (const std::uint32_t every : {1u, 10u}) {
    Profiled host(every);
    host.open();
    clens_profile* profile = nullptr;
    ASSERT_EQ(host.create(&profile), CLENS_OK);
    std::int64_t requests = -1, locks = -1;
    bool good = true;
    for (int round = 0; round < 3; ++round) {
      {
        const ArmedHeap armed;
        const std::int64_t before = locks_taken();
        for (int i = 0; i < 20; ++i) good = host.run() == CLENS_OK && good;
        locks = locks_taken() - before;
        good = clens_profile_settle(host.session.get(), nullptr) == CLENS_OK && good;
        requests = ArmedHeap::requests();
      }
      EXPECT_TRUE(good);
      EXPECT_EQ(requests, 0) << every << ", round " << round;
      EXPECT_EQ(locks, 0);
      std::uint64_t rows = 0;
      ASSERT_EQ(clens_profile_collect(host.session.get(), profile, &rows), CLENS_OK);
      EXPECT_GT(rows, 0u);
    }
    clens_profile_info info = CLENS_PROFILE_INFO_INIT;
    ASSERT_EQ(clens_profile_describe(profile, &info), CLENS_OK);
    EXPECT_EQ(info.seen, 60u * host.host.candidates());
    EXPECT_EQ(info.labelled, 0u);
    clens_profile_release(profile);
  }
}

// Every request refused once, from the session to the file: a status, no leak, and what was there stays sound.
TEST(ProfileQuiet, ARefusedRequestIsAStatus) {
  Profiled host(3);
  host.open();
  const std::int64_t before = blocks_in_use();
  for (std::int64_t refused = 0;; ++refused) {
    ASSERT_LT(refused, 10'000);
    clens_profile *profile = nullptr, *loaded = nullptr;
    static std::uint8_t bytes[8 << 20];
    std::size_t size = 0;
    bool met = false, out_of_memory = true;
    for (int i = 0; i < 2; ++i) ASSERT_EQ(host.run(), CLENS_OK);
    {
      const ArmedHeap armed(refused);
      clens_status status = host.create(&profile);
      if (status == CLENS_OK) status = clens_profile_collect(host.session.get(), profile, nullptr);
      if (status == CLENS_OK) status = clens_profile_merge(profile, profile);
      if (status == CLENS_OK) status = clens_profile_size(profile, &size);
      if (status == CLENS_OK) status = clens_profile_save(profile, bytes, sizeof bytes);
      if (status == CLENS_OK) status = clens_profile_load(host.host.model(), bytes, size, &loaded);
      met = ArmedHeap::has_refused();
      out_of_memory = status == CLENS_E_OUT_OF_MEMORY;
    }
    EXPECT_EQ(met, out_of_memory) << refused;
    EXPECT_EQ(host.run(), CLENS_OK) << refused;
    clens_profile_release(profile);
    clens_profile_release(loaded);
    if (!met) break;
  }
  EXPECT_EQ(blocks_in_use(), before);
}

TEST(ProfileQuiet, CollectingMeanwhileLosesNothing) {
  Profiled host(2);
  host.open();
  clens_profile* profile = nullptr;
  ASSERT_EQ(host.create(&profile), CLENS_OK);
  constexpr int runs = 300;
  std::atomic<bool> running = true, good = true;
  std::thread serving([&] {
    for (int i = 0; i < runs; ++i)
      if (host.run() != CLENS_OK) good = false;
    running = false;
  });
  while (running)
    if (clens_profile_collect(host.session.get(), profile, nullptr) != CLENS_OK) good = false;
  serving.join();
  ASSERT_EQ(clens_profile_collect(host.session.get(), profile, nullptr), CLENS_OK);
  EXPECT_TRUE(good);
  clens_profile_info info = CLENS_PROFILE_INFO_INIT;
  ASSERT_EQ(clens_profile_describe(profile, &info), CLENS_OK);
  EXPECT_EQ(info.seen, runs * host.host.candidates());
  EXPECT_EQ(info.skipped % runs, 0u);  // the same rows are picked in every run
  clens_profile_release(profile);
}

}  // namespace
}  // namespace clicklens::testing
