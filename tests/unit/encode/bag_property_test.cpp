// Random features, data, layouts and capacities: the reader against the rules applied one id at a time.
#include <gtest/gtest.h>

#include "sparse_data.h"

namespace clicklens::encode {
namespace {

using Random = std::mt19937_64;

std::uint64_t below(Random& random, std::uint64_t n) {
  return random() % n;
}
bool chance(Random& random, int percent) {
  return static_cast<int>(random() % 100) < percent;
}

Layout random_layout(Random& random) {
  Layout layout;
  layout.kind = static_cast<ColumnKind>(below(random, 3));
  layout.type = layout.kind == ColumnKind::strings ? ValueType::bytes : static_cast<ValueType>(below(random, 8));
  layout.offset_bits = chance(random, 50) ? 32 : 64;
  layout.first = chance(random, 50) ? 0 : below(random, 20);
  layout.single = chance(random, 25);
  layout.weights = chance(random, 30);
  layout.validity = chance(random, 40);
  layout.value_validity = chance(random, 30);
  return layout;
}

Id random_id(Random& random, const Layout& layout) {
  Id id;
  id.null = chance(random, 10);
  id.number = static_cast<std::int64_t>(below(random, 60));
  if (chance(random, 5)) id.number = -1;
  id.text = "k" + std::to_string(id.number);
  if (layout.kind == ColumnKind::strings && chance(random, 5)) {
    id.bad_text = true;
    id.text += "\xC0\x80";
  }
  constexpr float weights[] = {1.0f, 0.5f, -0.5f, 2.25f, 0.0f, 1e-30f, 3e38f, NAN, INFINITY};
  id.weight = weights[below(random, chance(random, 80) ? 4 : std::size(weights))];
  return id;
}

std::vector<Entry> random_entries(Random& random, const Layout& layout) {
  std::vector<Entry> entries(1 + below(random, 60));
  const bool with_long = chance(random, 50), clean = chance(random, 30);
  for (Entry& entry : entries) {
    if (layout.validity && chance(random, 15)) continue;
    std::uint64_t length = layout.single ? 1 : below(random, 6);
    if (!layout.single && with_long && chance(random, 20)) length = below(random, 200);
    entry.emplace();
    for (std::uint64_t i = 0; i < length; ++i) {
      entry->push_back(random_id(random, layout));
      if (clean) entry->back() = {false, static_cast<std::int64_t>(i % 30), "k" + std::to_string(i % 30), 1.0f, false};
    }
  }
  return entries;
}

format::FeatureDesc random_feature(Random& random, bool weighted) {
  format::FeatureDesc feature;
  feature.name = "ids";
  feature.pooling = static_cast<format::Pooling>(below(random, 4));
  feature.weighted = weighted;
  feature.max_length = chance(random, 60) ? 0 : static_cast<std::uint32_t>(1 + below(random, 40));
  feature.keep_last = chance(random, 50);
  feature.missing_row = chance(random, 50) ? -1 : 3;
  feature.unknown_row = chance(random, 50) ? -1 : 4;
  return feature;
}

// The integer a column of this type holds, as the reader sees it: truncated, then two's complement.
std::uint64_t as_stored(ValueType type, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  if (number >= 0) return bits;
  if (type == ValueType::u8) return bits & 0xFFu;
  if (type == ValueType::u16) return bits & 0xFFFFu;
  if (type == ValueType::u32) return bits & 0xFFFFFFFFu;
  return bits;
}

class BagProperty : public testing::TestWithParam<int> {};

TEST_P(BagProperty, ReaderFollowsTheRulesAtAnyCapacity) {
  Random random(static_cast<std::uint64_t>(GetParam()));
  Counts total;
  std::size_t pieces = 0;
  for (int round = 0; round < 150; ++round) {
    const Layout layout = random_layout(random);
    const auto entries = random_entries(random, layout);
    const auto feature = random_feature(random, layout.weights);
    const bool strings = layout.kind == ColumnKind::strings;
    const format::HashEncoder hash{format::HashAlgorithm::xxh3, format::KeyType::string, 1, 45, 2, "s"};
    const auto encoder =
        strings ? Encoder::make({"e", hash}, {}, {}) : Encoder::make({"e", format::IdentityEncoder{50}}, {}, {});
    ASSERT_TRUE(encoder.ok());
    const BagRules rules{&feature, encoder->get(), 40, false};
    const auto row_of = [&](const Id& id) -> std::uint64_t {
      if (!strings) return as_stored(layout.type, id.number);
      const std::string_view text = id.text;
      std::uint32_t row = 0;
      (*encoder)->encode(std::span(&text, 1), &row);
      return row;
    };
    const ArrowColumn arrow(entries, layout);
    const auto status = check_column(arrow.column(), entries.size(), 0, "ids", layout.weights);
    ASSERT_TRUE(status.ok()) << status.message();

    const std::uint64_t begin = below(random, entries.size()), end = begin + below(random, entries.size() - begin + 1);
    Counts expected_counts;
    std::vector<Bag> expected;
    for (std::uint64_t i = begin; i < end; ++i) {
      expected.push_back(reference_bag(rules, layout, entries[i], row_of, expected_counts));
    }
    for (const std::size_t capacity : {std::size_t{16}, std::size_t{17}, 16 + below(random, 60), std::size_t{4096}}) {
      const std::size_t bag_capacity = capacity == 4096 ? 64 : 1 + below(random, 20);
      Counts counts;
      const auto bags = read_all(rules, &arrow.column(), begin, end, capacity, bag_capacity, counts);
      ASSERT_EQ(bags.size(), expected.size()) << "round " << round << " capacity " << capacity;
      for (std::size_t i = 0; i < bags.size(); ++i) {
        ASSERT_EQ(bags[i], expected[i]) << "round " << round << " capacity " << capacity << " entry " << begin + i;
        if (capacity == 16 && bags[i].ids.size() > 16) ++pieces;
      }
      ASSERT_EQ(counts.missing, expected_counts.missing) << "round " << round;
      ASSERT_EQ(counts.unknown, expected_counts.unknown);
      ASSERT_EQ(counts.cut, expected_counts.cut);
      ASSERT_EQ(counts.bad_values, expected_counts.bad_values);
    }
    total.missing += expected_counts.missing;
    total.unknown += expected_counts.unknown;
    total.cut += expected_counts.cut;
    total.bad_values += expected_counts.bad_values;
  }
  // Every rule was met.
  EXPECT_GT(total.missing, 100u);
  EXPECT_GT(total.unknown, 100u);
  EXPECT_GT(total.cut, 100u);
  EXPECT_GT(total.bad_values, 20u);
  EXPECT_GT(pieces, 20u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BagProperty, testing::Range(1, 9));

}  // namespace
}  // namespace clicklens::encode
