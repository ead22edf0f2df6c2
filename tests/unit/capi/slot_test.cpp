// Slots: whoever enters gets all of one version; what cannot be served is refused and changes nothing; no profiled row
// is lost to a publication.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <clicklens/slot.hpp>
#include <thread>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

class SlotC : public ::testing::Test {
 protected:
  SlotC() : inputs_(sent()) {
    EXPECT_TRUE(write_model(tiny_model(2), path_.c_str()).ok());
    other_ = std::make_unique<Model>(path_.str());
    Session before(own(), inputs_), after(*other_, inputs_);
    scores_[0] = host_.run(before.get());
    scores_[1] = host_.run(after.get());
    EXPECT_NE(scores_[0], scores_[1]);
  }

  static Inputs sent() {
    return Inputs({{"ad", CLENS_COLUMN_KEYS},
                   {"unused", CLENS_COLUMN_KEYS},
                   {"match", CLENS_COLUMN_FLOATS},
                   {"user", CLENS_COLUMN_KEYS}});
  }
  // The host's model, once more.
  [[nodiscard]] Model own() const { return Model(host_.path()); }
  std::vector<float> run(const Seat& seat) const { return host_.run(seat.session()); }

  TinyHost host_{{3, 0, 2}};
  TemporaryPath path_{"other.clens"};
  Inputs inputs_;
  std::unique_ptr<Model> other_;
  std::vector<float> scores_[2];  // logits of the host's model, of the other one
};

TEST_F(SlotC, ServesWhatWasPublishedLast) {
  Slot slot(inputs_, 2);
  clens_seat seat = CLENS_SEAT_INIT;
  EXPECT_EQ(clens_slot_enter(slot.get(), 0, &seat), CLENS_E_BAD_STATE) << "nothing was published";
  EXPECT_EQ(slot.describe().version, 0u);
  EXPECT_EQ(slot.publish(own()), 1u);
  {
    const Seat first = slot.enter(0);
    EXPECT_EQ(first.version(), 1u);
    EXPECT_EQ(first.cache(), nullptr);
    EXPECT_EQ(run(first), scores_[0]);
    EXPECT_EQ(slot.describe().entered, 1u);
  }
  EXPECT_EQ(slot.publish(*other_), 2u);
  const Seat second = slot.enter(1);
  EXPECT_EQ(run(second), scores_[1]);
  const clens_slot_info info = slot.describe();
  EXPECT_EQ(info.seats, 2u);
  EXPECT_EQ(info.version, 2u);
  EXPECT_EQ(info.draining, 0u);
  EXPECT_EQ(info.model_low, other_->describe().id_low);
}

TEST_F(SlotC, WhoEnteredBeforeKeepsItsVersion) {
  Slot slot(inputs_, 2, 1);
  slot.publish(own());
  {
    const Seat old = slot.enter(0);
    slot.publish(*other_);  // waits a millisecond for seat 0, in vain
    EXPECT_EQ(slot.describe().draining, 1u);
    EXPECT_EQ(run(old), scores_[0]);
    EXPECT_EQ(run(slot.enter(1)), scores_[1]);
  }
  EXPECT_EQ(slot.publish(*other_), 3u);
  EXPECT_EQ(slot.describe().draining, 0u);
}

TEST_F(SlotC, BatchesAreCheckedByWhatAVersionReads) {
  Slot slot(inputs_, 1);
  const std::vector<std::uint32_t> ids(host_.candidates() + 1, 1);
  const auto serves = [&](std::size_t offsets) {
    std::vector<std::int64_t> ends(offsets);
    for (std::size_t i = 0; i < offsets; ++i) ends[i] = static_cast<std::int64_t>(std::min(i, ids.size()));
    Batch batch(host_.candidates());
    batch.requests(host_.offsets).keys(3, host_.users).keys(0, ids, &ends).floats(2, host_.matches);
    std::vector<float> scores(host_.candidates());
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores.data();
    output.capacity = scores.size();
    slot.enter(0).run(batch, output);
  };
  for (const Model& model : {own(), *other_}) {
    slot.publish(model);
    EXPECT_NO_THROW(serves(host_.candidates() + 1));
    EXPECT_THROW(serves(host_.candidates()), Error);
    EXPECT_THROW(serves(1), Error);
  }
  EXPECT_THROW(slot.enter(7), Error);
}

TEST_F(SlotC, SeatsAreChecked) {
  Slot slot(inputs_, 1);
  slot.publish(own());
  clens_seat seat = CLENS_SEAT_INIT;
  EXPECT_EQ(clens_slot_enter(slot.get(), 1, &seat), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "seat: 1, the slot has 1");
  EXPECT_EQ(clens_slot_leave(slot.get(), 0), CLENS_E_BAD_STATE);
  ASSERT_EQ(clens_slot_enter(slot.get(), 0, &seat), CLENS_OK);
  EXPECT_EQ(clens_slot_enter(slot.get(), 0, &seat), CLENS_E_BAD_STATE) << "twice";
  EXPECT_EQ(clens_slot_leave(slot.get(), 0), CLENS_OK);
  seat.struct_size = 3;
  EXPECT_EQ(clens_slot_enter(slot.get(), 0, &seat), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(slot.describe().entered, 0u) << "a refused entry leaves the seat free";
  EXPECT_EQ(clens_slot_enter(nullptr, 0, &seat), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_slot_enter(slot.get(), 0, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_slot_leave(nullptr, 0), CLENS_E_INVALID_ARGUMENT);
  clens_slot_options none = CLENS_SLOT_OPTIONS_INIT;
  none.seats = 0;
  clens_slot* made = nullptr;
  EXPECT_EQ(clens_slot_create(inputs_.get(), &none, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(made, nullptr);
}

TEST_F(SlotC, RefusalsChangeNothing) {
  Slot slot(inputs_, 1);
  slot.publish(own());
  // A table's bytes that changed: seen by the checksums alone.
  std::vector<std::byte> bytes = read_bytes(path_.str());
  bytes[bytes.size() - 70] ^= std::byte{1};
  const TemporaryPath damaged("damaged.clens");
  write_bytes(damaged.str(), bytes);
  clens_publication publication = CLENS_PUBLICATION_INIT;
  const Model broken(damaged.str());
  publication.model = broken.get();
  EXPECT_EQ(clens_slot_publish(slot.get(), &publication, nullptr), CLENS_E_CHECKSUM_MISMATCH);
  // Options that no session can have.
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  const std::size_t no_value = 999;
  options.captures = &no_value;
  options.capture_count = 1;
  publication.model = other_->get();
  publication.session = &options;
  EXPECT_EQ(clens_slot_publish(slot.get(), &publication, nullptr), CLENS_E_INVALID_ARGUMENT);
  publication.session = nullptr;
  publication.flags = 8;
  EXPECT_EQ(clens_slot_publish(slot.get(), &publication, nullptr), CLENS_E_INVALID_ARGUMENT);
  publication.flags = 0;
  publication.model = nullptr;
  EXPECT_EQ(clens_slot_publish(slot.get(), &publication, nullptr), CLENS_E_INVALID_ARGUMENT);

  const clens_slot_info info = slot.describe();
  EXPECT_EQ(info.published, 1u);
  EXPECT_EQ(info.refused, 4u);
  EXPECT_EQ(run(slot.enter(0)), scores_[0]);
  // A host that has not what the model requires.
  Slot poor(Inputs({{"match", CLENS_COLUMN_FLOATS}}), 1);
  EXPECT_THROW(poor.publish(own()), Error);
  EXPECT_EQ(poor.describe().version, 0u);
}

TEST_F(SlotC, ACacheComesAndGoesWithItsModel) {
  Slot slot(inputs_, 1);
  clens_cache_options room = CLENS_CACHE_OPTIONS_INIT;
  room.rows = host_.candidates();
  Cache cache(own(), inputs_, room);
  Batch ads(host_.candidates());
  ads.keys(TinyHost::ad, host_.ads);
  cache.fill(ads);
  clens_session_options reading = CLENS_SESSION_OPTIONS_INIT;
  EXPECT_THROW(slot.publish(own(), reading, cache), Error) << "sessions that cannot read it";
  reading.cache = 1;
  EXPECT_THROW(slot.publish(*other_, reading, cache), Error) << "another model's";
  ASSERT_NE(cache.get(), nullptr) << "still the caller's";
  slot.publish(own(), reading, cache);
  EXPECT_EQ(cache.get(), nullptr);
  const Seat seat = slot.enter(0);
  ASSERT_NE(seat.cache(), nullptr);
  std::vector<std::int64_t> rows(host_.candidates());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i);
  const std::vector<std::uint32_t> none;
  Batch batch(host_.candidates());
  batch.requests(host_.offsets)
      .keys(TinyHost::user, host_.users)
      .keys(TinyHost::ad, none)
      .floats(TinyHost::match, host_.matches)
      .cached(seat.cache(), rows);
  std::vector<float> scores(host_.candidates());
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.values = scores.data();
  output.capacity = scores.size();
  seat.run(batch, output);
  EXPECT_EQ(scores, scores_[0]);
}

// Every run has all the scores of the version that it entered, while versions come and go: two files that differ in one
// segment, each opened over the version before it. Meanwhile somebody collects and asks.
TEST_F(SlotC, RunsAreOfOneVersionUnderPublications) {
  constexpr std::size_t threads = 2;
  constexpr std::uint64_t publications = 300;
  TinyModel sibling = tiny_model();
  sibling.segments.back()[3] ^= std::byte{0x80};  // a sign
  const TemporaryPath sibling_path("sibling.clens");
  ASSERT_TRUE(write_model(sibling, sibling_path.c_str()).ok());
  scores_[1] = host_.run(Session(Model(sibling_path.str()), inputs_).get());
  ASSERT_NE(scores_[0], scores_[1]);
  clens_profile_options profiled = CLENS_PROFILE_OPTIONS_INIT;
  profiled.sections = CLENS_PROFILE_SCORES;
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.profile = &profiled;

  Slot slot(inputs_, threads);
  Model serving = own();  // odd versions are the host's model
  slot.publish(serving, &options);
  std::atomic<bool> over = false;
  std::atomic<std::uint64_t> mixed = 0, runs = 0, latest = 0;
  std::vector<std::thread> scoring;
  for (std::size_t t = 0; t < threads; ++t)
    scoring.emplace_back([&, t] {
      std::uint64_t before = 0;
      while (!over.load(std::memory_order_relaxed)) {
        const Seat seat = slot.enter(t);
        if (run(seat) != scores_[1 - seat.version() % 2] || seat.version() < before) ++mixed;
        before = seat.version();
        ++runs;
      }
      if (before > latest) latest = before;
    });
  std::uint64_t rows = 0;
  Profile profile(nullptr);
  const auto collect = [&] {
    while (slot.collect(profile)) rows += profile.describe().rows;
  };
  std::thread collecting([&] {
    while (!over) {
      slot.settle();
      collect();
      EXPECT_EQ(slot.describe().refused, 0u);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  for (std::uint64_t p = 2; p <= publications; ++p) {
    clens_model_options over_serving = CLENS_MODEL_OPTIONS_INIT;
    over_serving.base = serving.get();
    serving = Model(p % 2 == 0 ? sibling_path.c_str() : host_.path(), &over_serving);
    EXPECT_EQ(slot.publish(serving, &options), p);
  }
  while (runs < publications) std::this_thread::yield();
  over = true;
  for (std::thread& thread : scoring) thread.join();
  collecting.join();
  collect();
  EXPECT_EQ(mixed, 0u);
  EXPECT_GT(latest, 1u);
  EXPECT_EQ(rows + slot.describe().lost_rows, runs * host_.candidates());
  EXPECT_EQ(slot.describe().draining, 0u);
}

TEST_F(SlotC, NoProfiledRowIsLost) {
  Slot slot(inputs_, 2);
  clens_profile_options scores = CLENS_PROFILE_OPTIONS_INIT;
  scores.sections = CLENS_PROFILE_SCORES;
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.profile = &scores;
  Profile profile(nullptr);
  EXPECT_EQ(slot.settle(), 0u) << "no version yet";
  slot.publish(own());
  EXPECT_EQ(slot.settle(), 0u) << "a version without a profile";
  slot.publish(own(), &options);
  EXPECT_FALSE(slot.collect(profile)) << "no row yet";
  run(slot.enter(0));
  run(slot.enter(1));
  EXPECT_EQ(slot.settle(), 2 * host_.candidates());
  run(slot.enter(1));
  slot.publish(*other_, &options);
  run(slot.enter(1));
  std::uint64_t version = 0;
  ASSERT_TRUE(slot.collect(profile, &version));
  EXPECT_EQ(version, 2u);
  EXPECT_EQ(profile.describe().rows, 3 * host_.candidates());
  ASSERT_TRUE(slot.collect(profile, &version));
  EXPECT_EQ(version, 3u);
  EXPECT_EQ(profile.describe().rows, host_.candidates());
  EXPECT_FALSE(slot.collect(profile));
  EXPECT_EQ(slot.describe().lost_rows, 0u);
}

}  // namespace
}  // namespace clicklens::testing
