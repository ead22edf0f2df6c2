// The ring: what goes in comes out, in order, whole, or is refused; from one thread and from several.
#include "base/record_ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

namespace clicklens::base {
namespace {

std::unique_ptr<RecordRing> make(std::size_t capacity) {
  auto ring = RecordRing::create(capacity);
  EXPECT_TRUE(ring.ok());
  return std::move(*ring);
}

bool put(RecordRing& ring, std::uint64_t value, std::size_t words) {
  std::byte* room = ring.claim(words * 8);
  if (room == nullptr) return false;
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t seen = 0;
    std::memcpy(&seen, room + i * 8, 8);
    EXPECT_EQ(seen, 0u);
    const std::uint64_t word = value + i;
    std::memcpy(room + i * 8, &word, 8);
  }
  ring.publish(room, words * 8);
  return true;
}

std::uint64_t first_word(std::span<const std::byte> record) {
  std::uint64_t word = 0;
  std::memcpy(&word, record.data(), 8);
  return word;
}

TEST(RecordRing, RefusesOddSizes) {
  for (const std::size_t capacity : {std::size_t{0}, std::size_t{512}, std::size_t{1025}, std::size_t{3000}})
    EXPECT_FALSE(RecordRing::create(capacity).ok()) << capacity;
}

TEST(RecordRing, FillsUpAndGoesOnWhenEmptied) {
  const auto ring = make(1024);
  std::uint64_t written = 0, read = 0;
  for (int round = 0; round < 200; ++round) {
    const std::size_t words = 1 + static_cast<std::size_t>(round * 7 % 40);
    std::size_t fitted = 0;
    while (put(*ring, written, words)) {
      ++written;
      ++fitted;
    }
    ASSERT_GT(fitted, 0u) << round;
    ASSERT_LE(fitted, 1024 / ((words + 1) * 8));
    while (!ring->front().empty()) {
      const auto record = ring->front();
      ASSERT_EQ(record.size(), words * 8);
      for (std::size_t i = 0; i < words; ++i) ASSERT_EQ(first_word(record.subspan(i * 8)), read + i);
      ++read;
      ring->pop();
    }
    ASSERT_EQ(read, written);
  }
}

TEST(RecordRing, TakesItsLargestRecordWhereverItStands) {
  const auto ring = make(1024);
  for (std::size_t words = 1; words <= 64; ++words) {
    ASSERT_TRUE(put(*ring, words, words % 60 + 1));
    ring->pop();
    ASSERT_TRUE(put(*ring, 7, ring->largest() / 8)) << words;
    ASSERT_FALSE(ring->front().empty());
    ring->pop();
  }
}

TEST(RecordRing, AnUnpublishedRecordHoldsBackThoseBehindIt) {
  const auto ring = make(1024);
  std::byte* first = ring->claim(16);
  ASSERT_NE(first, nullptr);
  ASSERT_TRUE(put(*ring, 5, 2));
  EXPECT_TRUE(ring->front().empty());
  ring->publish(first, 16);
  EXPECT_EQ(ring->front().size(), 16u);
  ring->pop();
  EXPECT_EQ(first_word(ring->front()), 5u);
}

// Each producer's records come out whole and in its order, and none is lost but those refused.
TEST(RecordRing, ManyProducersOneConsumer) {
  constexpr std::size_t producers = 4;
  constexpr std::uint64_t each = 5'000;
  const auto ring = make(4096);
  std::vector<std::thread> threads;
  std::atomic<std::size_t> running{producers};
  for (std::size_t p = 0; p < producers; ++p)
    threads.emplace_back([&, p] {
      for (std::uint64_t i = 0; i < each; ++i) {
        const std::size_t words = 2 + (i * 13 + p) % 30;
        std::byte* room = nullptr;
        while ((room = ring->claim(words * 8)) == nullptr) std::this_thread::yield();
        const std::uint64_t head[2] = {p, i};
        std::memcpy(room, head, sizeof head);
        for (std::size_t w = 2; w < words; ++w) std::memcpy(room + w * 8, &i, 8);
        ring->publish(room, words * 8);
      }
      --running;
    });
  std::vector<std::uint64_t> next(producers, 0);
  std::uint64_t wrong = 0;
  for (bool last = false;;) {
    const auto record = ring->front();
    if (record.empty()) {
      if (last) break;
      last = running == 0;
      std::this_thread::yield();
      continue;
    }
    const std::uint64_t p = first_word(record), i = first_word(record.subspan(8));
    wrong += p >= producers || next[p]++ != i || record.size() != (2 + (i * 13 + p) % 30) * 8;
    for (std::size_t at = 16; at < record.size(); at += 8) wrong += first_word(record.subspan(at)) != i;
    ring->pop();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(next, std::vector<std::uint64_t>(producers, each));
}

}  // namespace
}  // namespace clicklens::base
