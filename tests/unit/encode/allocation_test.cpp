// Encoding allocates nothing, whatever it meets.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "encode/vocabulary_builder.h"
#include "sparse_data.h"

namespace {
std::atomic<std::size_t> allocations{0};
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept {
  std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}

namespace clicklens::encode {
namespace {

// Short, cut, long, null, unknown and bad ids and weights, in entries beyond the chunk's capacity too.
std::vector<Entry> everything() {
  std::vector<Entry> entries;
  for (std::size_t n = 0; n < 80; n += 3) {
    std::vector<Id> ids;
    for (std::size_t i = 0; i < n; ++i) {
      const std::string text = std::string(i * 20, 'x') + std::to_string(i);
      ids.push_back({i % 7 == 3, static_cast<std::int64_t>(i), text, i % 11 == 5 ? INFINITY : 0.5f, false});
      if (i % 13 == 4) ids.back().text += '\xFF';
    }
    entries.emplace_back(std::move(ids));
    entries.emplace_back();
  }
  return entries;
}

void expect_quiet(const format::EncoderDesc& desc, ColumnKind kind, const VocabularySegments& segments = {}) {
  const auto entries = everything();
  Layout layout;
  layout.kind = kind;
  if (kind == ColumnKind::strings) layout.type = ValueType::bytes;
  layout.weights = layout.validity = layout.value_validity = true;
  const ArrowColumn arrow(entries, layout);
  const auto encoder = Encoder::make(desc, segments.slot_bytes, segments.text_bytes);
  ASSERT_TRUE(encoder.ok()) << encoder.status().message();
  format::FeatureDesc feature;
  feature.weighted = true;
  feature.pooling = format::Pooling::sqrtn;
  feature.max_length = 50;
  std::uint32_t ids[16], positions[16], offsets[9];
  float weights[16], divisors[8];
  BagChunk chunk{ids, weights, positions, offsets, divisors, 16, 8};
  Counts counts;

  const std::size_t before = allocations;
  const bool good = check_column(arrow.column(), entries.size(), 0, "ids", true).ok();
  for (const bool strict : {false, true}) {
    const BagRules rules{&feature, encoder->get(), 30, strict};
    BagReader reader(rules, &arrow.column(), counts);
    reader.start(0, entries.size());
    while (!reader.done() && reader.next(chunk).ok()) {
    }
  }
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(good);
  EXPECT_GT(counts.bad_values, 0u);
}

TEST(Allocation, NoneInAnyEncoder) {
  using format::HashAlgorithm;
  using format::KeyType;
  expect_quiet({"e", format::IdentityEncoder{30}}, ColumnKind::keys);
  expect_quiet({"e", format::IdentityEncoder{30}}, ColumnKind::rows);
  for (const auto algorithm : {HashAlgorithm::xxh3, HashAlgorithm::farmhash64, HashAlgorithm::murmurhash3}) {
    for (const std::size_t salt : {std::size_t{0}, std::size_t{5}, std::size_t{1000}}) {
      const std::string text(salt, 's');
      expect_quiet({"e", format::HashEncoder{algorithm, KeyType::u64, 1, 20, 0, text}}, ColumnKind::keys);
      expect_quiet({"e", format::HashEncoder{algorithm, KeyType::string, 1, 20, 0, text}}, ColumnKind::strings);
    }
  }
  const std::vector<std::string_view> texts = {"0", "xxxxxxxxxxxxxxxxxxxx1"};
  const std::vector<std::uint64_t> keys = {1, 2, 3};
  const auto strings = build_vocabulary(std::span<const std::string_view>(texts), {});
  const auto numbers = build_vocabulary(std::span<const std::uint64_t>(keys), {});
  expect_quiet({"e", format::VocabularyEncoder{KeyType::string, strings->size, strings->slots, 0, 1}},
               ColumnKind::strings, *strings);
  expect_quiet({"e", format::VocabularyEncoder{KeyType::u64, numbers->size, numbers->slots, 0, 1}}, ColumnKind::keys,
               *numbers);
}

}  // namespace
}  // namespace clicklens::encode
