// Deltas through the C API: made, described, applied, written, published.
#include <gtest/gtest.h>

#include <atomic>
#include <clicklens/delta.hpp>
#include <clicklens/slot.hpp>
#include <thread>

#include "support/tiny_delta.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

class DeltaC : public ::testing::Test {
 protected:
  DeltaC() {
    EXPECT_TRUE(write_model(tiny_model(), first_.c_str()).ok());
    EXPECT_TRUE(write_model(tiny_next(), second_.c_str()).ok());
    base_ = std::make_unique<Model>(first_.str());
    whole_ = std::make_unique<Model>(second_.str());
    info_ = Delta::make(*base_, *whole_, path_.str(), 1.0);
  }
  static Inputs sent() {  // in the host's order
    return Inputs({{"ad", CLENS_COLUMN_KEYS},
                   {"unused", CLENS_COLUMN_KEYS},
                   {"match", CLENS_COLUMN_FLOATS},
                   {"user", CLENS_COLUMN_KEYS}});
  }
  [[nodiscard]] std::vector<float> scores(const Model& model) const {
    const Session session(model, sent());
    return host_.run(session.get());
  }

  TemporaryPath first_{"first.clens"}, second_{"second.clens"}, path_{"delta.clensd"};
  TinyHost host_{{3, 0, 2}};
  std::unique_ptr<Model> base_, whole_;
  clens_delta_info info_ = CLENS_DELTA_INFO_INIT;
};

TEST_F(DeltaC, SaysWhatItDoes) {
  EXPECT_EQ(info_.base_low, base_->describe().id_low);
  EXPECT_EQ(info_.result_high, whole_->describe().id_high);
  EXPECT_EQ(info_.result_size, whole_->describe().file_size);
  EXPECT_EQ(info_.file_size, read_bytes(path_.str()).size());
  EXPECT_EQ(info_.changed_rows, 3u);
  EXPECT_EQ(info_.appended_rows, 1u);
  EXPECT_EQ(info_.overlaid_segments, 2u);
  EXPECT_EQ(info_.replaced_segments, 1u);
  EXPECT_EQ(info_.kept_segments, tiny_next().segments.size() - 3);
  EXPECT_GT(info_.share, 0.0);
  EXPECT_LT(info_.share, 0.5);
  const clens_delta_info again = Delta(path_.str()).describe();
  EXPECT_EQ(again.share, info_.share);
  EXPECT_EQ(again.changed_rows, info_.changed_rows);
  EXPECT_EQ(again.file_size, info_.file_size);
}

TEST_F(DeltaC, AppliedItIsTheOtherModel) {
  const Delta delta(path_.str());
  for (const std::uint64_t copied_below : {std::uint64_t{0}, std::uint64_t{1}}) {
    const Model applied = delta.apply(*base_, copied_below);
    EXPECT_EQ(applied.describe().id_low, whole_->describe().id_low);
    EXPECT_EQ(applied.describe().id_high, whole_->describe().id_high);
    EXPECT_EQ(applied.describe().file_size, whole_->describe().file_size);
    EXPECT_EQ(clens_model_verify_segments(applied.get()), CLENS_OK);
    EXPECT_EQ(clens_model_warm(applied.get()), CLENS_OK);
    EXPECT_EQ(scores(applied), scores(*whole_));
    EXPECT_NE(scores(applied), scores(*base_));
  }
}

TEST_F(DeltaC, WrittenItIsTheOtherFile) {
  const TemporaryPath out("out.clens");
  Delta(path_.str()).write(*base_, out.str());
  EXPECT_EQ(read_bytes(out.str()), read_bytes(second_.str()));
  EXPECT_THROW(Delta(path_.str()).write(*whole_, out.str()), Error);
  EXPECT_EQ(read_bytes(out.str()), read_bytes(second_.str())) << "what was there stays";
}

TEST_F(DeltaC, OutlivesBaseDeltaAndFile) {
  std::unique_ptr<Model> applied;
  {
    const Delta delta(path_.str());
    applied = std::make_unique<Model>(delta.apply(*base_, 1));
  }
  const std::vector<float> wanted = scores(*whole_);
  base_.reset();
  std::filesystem::remove(path_.str());
  EXPECT_EQ(scores(*applied), wanted);
}

TEST_F(DeltaC, AnotherBaseIsStale) {
  const Delta delta(path_.str());
  clens_model* out = nullptr;
  EXPECT_EQ(clens_delta_apply(delta.get(), whole_->get(), nullptr, &out), CLENS_E_STALE);
  EXPECT_EQ(out, nullptr);
  EXPECT_NE(last_error().find("made for a base of model id"), std::string::npos) << last_error();
}

TEST_F(DeltaC, ArgumentsAreChecked) {
  const Delta delta(path_.str());
  clens_delta* opened = nullptr;
  clens_model* out = nullptr;
  clens_delta_info info = CLENS_DELTA_INFO_INIT;
  const TemporaryPath other("other.clensd");
  EXPECT_EQ(clens_delta_open(nullptr, nullptr, &opened), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_open(path_.c_str(), nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_open("/no/such/file", nullptr, &opened), CLENS_E_IO);
  EXPECT_EQ(clens_delta_open(first_.c_str(), nullptr, &opened), CLENS_E_BAD_FILE);
  clens_limits limits = CLENS_LIMITS_INIT;
  limits.flatbuffer_bytes = 16;
  EXPECT_EQ(clens_delta_open(path_.c_str(), &limits, &opened), CLENS_E_LIMIT_EXCEEDED);
  EXPECT_EQ(opened, nullptr);
  EXPECT_EQ(clens_delta_describe(nullptr, &info), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_describe(delta.get(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_apply(nullptr, base_->get(), nullptr, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_apply(delta.get(), nullptr, nullptr, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_apply(delta.get(), base_->get(), nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_write(delta.get(), base_->get(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_make(nullptr, whole_->get(), other.c_str(), nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_make(base_->get(), nullptr, other.c_str(), nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_delta_make(base_->get(), whole_->get(), nullptr, nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  clens_delta_options options = CLENS_DELTA_OPTIONS_INIT;
  for (const double share : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    options.most_share = share;
    EXPECT_EQ(clens_delta_make(base_->get(), whole_->get(), other.c_str(), &options, nullptr),
              CLENS_E_INVALID_ARGUMENT);
  }
  const TemporaryPath third("third.clens");
  ASSERT_TRUE(write_model(tiny_model(2), third.c_str()).ok());
  EXPECT_EQ(clens_delta_make(base_->get(), Model(third.str()).get(), other.c_str(), nullptr, nullptr),
            CLENS_E_LIMIT_EXCEEDED)
      << "a tenth, unless more is asked for";
  EXPECT_FALSE(std::filesystem::exists(other.str()));
  clens_delta_release(nullptr);
}

// Threads score while versions over one base come and go: each run has the scores of one of them.
TEST_F(DeltaC, PublishedThroughASlotWhileOthersScore) {
  Slot slot(sent(), 2);
  const Delta delta(path_.str());
  const std::vector<float> before = scores(*base_), after = scores(*whole_);
  slot.publish(*base_);
  std::atomic<bool> done{false};
  std::atomic<int> mixed{0}, runs{0};
  std::vector<std::thread> serving;
  for (std::size_t thread = 0; thread < 2; ++thread)
    serving.emplace_back([&, thread] {
      while (!done) {
        const Seat seat = slot.enter(thread);
        const std::vector<float> found = host_.run(seat.session());
        if (found != (seat.version() % 2 == 1 ? before : after)) ++mixed;
        ++runs;
      }
    });
  for (int version = 2; version <= 40; ++version) {
    if (version % 2 == 1)
      slot.publish(*base_);
    else
      slot.publish(delta.apply(*base_, 1));
  }
  while (runs < 100) std::this_thread::yield();
  done = true;
  for (std::thread& thread : serving) thread.join();
  EXPECT_EQ(mixed, 0);
}

}  // namespace
}  // namespace clicklens::testing
