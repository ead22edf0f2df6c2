#include "encode/vocabulary.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "encode/vocabulary_builder.h"

namespace clicklens::encode {
namespace {

using format::KeyType;

std::unique_ptr<Encoder> open(KeyType type, const VocabularySegments& made) {
  auto encoder = Encoder::make({"vocabulary", format::VocabularyEncoder{type, made.size, made.slots, 0, 1}},
                               made.slot_bytes, made.text_bytes);
  EXPECT_TRUE(encoder.ok()) << encoder.status().message();
  return std::move(*encoder);
}

template <class Key>
std::vector<std::uint32_t> rows_of(const Encoder& encoder, const std::vector<Key>& keys) {
  std::vector<std::uint32_t> rows(keys.size());
  encoder.encode(std::span<const Key>(keys), rows.data());
  return rows;
}

std::vector<std::uint64_t> some_keys(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> keys = {0, 1, ~std::uint64_t{0}};
  while (keys.size() < count) keys.push_back(random());
  keys.resize(count);
  return keys;
}

TEST(Vocabulary, EveryKeyFindsItsRowAndNoOtherDoes) {
  for (const std::size_t count : {1u, 2u, 3u, 10u, 1000u, 20000u}) {
    const auto keys = some_keys(count, 1);
    const auto made = build_vocabulary(std::span<const std::uint64_t>(keys), {});
    ASSERT_TRUE(made.ok()) << made.status().message();
    EXPECT_LE(made->size * 3, made->slots * 2) << "at most 2/3 full";
    const auto encoder = open(KeyType::u64, *made);
    EXPECT_EQ(encoder->rows(), count);
    const auto rows = rows_of(*encoder, keys);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(rows[i], i);
    std::vector<std::uint64_t> others;
    for (std::uint64_t i = 0; i < 1000; ++i) others.push_back(0xABCD000000u + i);
    for (const std::uint32_t row : rows_of(*encoder, others)) EXPECT_EQ(row, unknown_row);
    EXPECT_EQ(rows_of(*encoder, std::vector<std::string_view>{"1"})[0], unknown_row);
  }
}

TEST(Vocabulary, StringsOfEveryLengthFindTheirRow) {
  std::vector<std::string> texts = {"", "a", "b", "ab", "aé", "日本"};
  for (std::size_t n = 3; n < 600; ++n) texts.push_back(std::string(n, static_cast<char>('a' + n % 26)));
  const std::vector<std::string_view> keys(texts.begin(), texts.end());
  const auto made = build_vocabulary(std::span<const std::string_view>(keys), {});
  ASSERT_TRUE(made.ok()) << made.status().message();
  const auto encoder = open(KeyType::string, *made);
  const auto rows = rows_of(*encoder, keys);
  for (std::size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(rows[i], i);
  const std::vector<std::string_view> others = {"c", "aa ", "日", std::string_view("\0", 1),
                                                std::string_view("a\0", 2)};
  for (const std::uint32_t row : rows_of(*encoder, others)) EXPECT_EQ(row, unknown_row);
  EXPECT_EQ(rows_of(*encoder, std::vector<std::uint64_t>{97})[0], unknown_row);
}

TEST(Vocabulary, LayoutIsTheDocumentedOne) {
  const std::vector<std::string_view> keys = {"seven", "of"};
  const std::vector<std::uint32_t> rows = {1, 0};
  const auto made = build_vocabulary(std::span<const std::string_view>(keys), rows);
  ASSERT_TRUE(made.ok());
  ASSERT_EQ(made->slots, 4u);
  const std::string text("\5\0\0\0seven\0\0\0\2\0\0\0of\0\0", 20);
  ASSERT_EQ(made->text_bytes.size(), text.size());
  EXPECT_EQ(std::memcmp(made->text_bytes.data(), text.data(), text.size()), 0);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::uint64_t hash = XXH3_64bits(keys[i].data(), keys[i].size());
    VocabularySlot slot;
    for (std::uint64_t probe = 0;; ++probe) {
      ASSERT_LT(probe, 4u);
      std::memcpy(&slot, made->slot_bytes.data() + (hash + probe) % 4 * 16, 16);
      if (slot.key_or_hash == hash) break;
      ASSERT_NE(slot.row_plus_one, 0u) << "a gap in the probe sequence";
    }
    EXPECT_EQ(slot.row_plus_one, rows[i] + 1);
    EXPECT_EQ(slot.text_words, i == 0 ? 0u : 3u);
  }
}

TEST(Vocabulary, RowsMayBeGivenAndShared) {
  const std::vector<std::uint64_t> keys = {10, 20, 30};
  const std::vector<std::uint32_t> rows = {2, 0, 2};
  const auto made = build_vocabulary(std::span<const std::uint64_t>(keys), rows);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(rows_of(*open(KeyType::u64, *made), keys), rows);
}

TEST(Vocabulary, TheSameKeysGiveTheSameBytes) {
  const auto keys = some_keys(500, 3);
  const auto one = build_vocabulary(std::span<const std::uint64_t>(keys), {});
  const auto two = build_vocabulary(std::span<const std::uint64_t>(keys), {});
  EXPECT_EQ(one->slot_bytes, two->slot_bytes);
}

TEST(Vocabulary, BuilderRefusesBadKeysAndRows) {
  using base::Code;
  const auto keys = [](std::vector<std::uint64_t> k, std::vector<std::uint32_t> rows) {
    return build_vocabulary(std::span<const std::uint64_t>(k), rows).status().code();
  };
  EXPECT_EQ(keys({}, {}), Code::invalid_argument);
  EXPECT_EQ(keys({5, 6, 5}, {}), Code::invalid_argument);
  EXPECT_EQ(keys({5, 6}, {0}), Code::invalid_argument);
  EXPECT_EQ(keys({5, 6}, {0, 2}), Code::invalid_argument);
  EXPECT_EQ(keys({5, 6}, {0, 1}), Code::ok);
  const auto strings = [](std::vector<std::string_view> k) {
    return build_vocabulary(std::span<const std::string_view>(k), {}).status().code();
  };
  EXPECT_EQ(strings({"a", "b", "a"}), Code::invalid_argument);
  EXPECT_EQ(strings({"a", "\xFF"}), Code::invalid_argument);
  EXPECT_EQ(strings({"a", "A"}), Code::ok);
}

TEST(Vocabulary, OpeningChecksSizes) {
  const auto keys = some_keys(100, 5);
  const auto made = build_vocabulary(std::span<const std::uint64_t>(keys), {});
  const auto opens = [&](std::uint64_t size, std::uint64_t slots, std::size_t bytes) {
    std::vector<std::byte> segment = made->slot_bytes;
    segment.resize(bytes);
    return Encoder::make({"v", format::VocabularyEncoder{KeyType::u64, size, slots, 0, 1}}, segment, {}).ok();
  };
  const std::uint64_t slots = made->slots;
  EXPECT_TRUE(opens(100, slots, slots * 16));
  EXPECT_FALSE(opens(0, slots, slots * 16));
  EXPECT_FALSE(opens(slots, slots, slots * 16));
  EXPECT_FALSE(opens(100, slots, slots * 16 - 1));
  EXPECT_FALSE(opens(100, slots, slots * 16 - 16));
  EXPECT_FALSE(opens(100, slots * 2, slots * 16));
  EXPECT_FALSE(opens(100, 192, 192 * 16));
  EXPECT_FALSE(opens(1, 0, 0));
  EXPECT_FALSE(opens(1, std::uint64_t{1} << 60, 0)) << "slots * 16 wraps";
}

// Whatever the segments say: no access outside them (sanitizers watch), no row at or above the bound,
// and an answer after a bounded number of probes.
TEST(Vocabulary, RandomSegmentsGiveBoundedRowsOnly) {
  std::mt19937_64 random(7);
  std::size_t known = 0;
  for (int round = 0; round < 300; ++round) {
    const std::uint64_t slots = std::uint64_t{1} << (1 + random() % 8);
    std::vector<std::byte> slot_bytes(slots * 16), text(random() % 64);
    for (auto& b : slot_bytes) b = static_cast<std::byte>(random());
    for (auto& b : text) b = static_cast<std::byte>(random() % 3);
    std::vector<std::string> keys;
    for (int i = 0; i < 50; ++i) keys.push_back(std::string(random() % 4, static_cast<char>(random() % 3)));
    const std::uint64_t size = 1 + random() % (slots - 1);
    for (std::uint64_t i = 0; i < slots; ++i) {  // make hashes match, so that texts are looked at
      const std::string& key = keys[i % keys.size()];
      const std::uint64_t hash = XXH3_64bits(key.data(), key.size());
      const auto row = static_cast<std::uint32_t>(random() % (2 * size + 1));
      const auto words = static_cast<std::uint32_t>(random() % 2 == 0 ? random() % 20 : random());
      std::memcpy(slot_bytes.data() + i * 16, &hash, 8);
      std::memcpy(slot_bytes.data() + i * 16 + 8, &row, 4);
      std::memcpy(slot_bytes.data() + i * 16 + 12, &words, 4);
    }
    auto encoder =
        Encoder::make({"v", format::VocabularyEncoder{KeyType::string, size, slots, 0, 1}}, slot_bytes, text);
    ASSERT_TRUE(encoder.ok());
    for (const std::uint32_t row : rows_of(**encoder, std::vector<std::string_view>(keys.begin(), keys.end()))) {
      ASSERT_TRUE(row < size || row == unknown_row);
      known += row < size ? 1 : 0;
    }
  }
  EXPECT_GT(known, 0u) << "the rounds must reach the comparison of texts";
}

}  // namespace
}  // namespace clicklens::encode
