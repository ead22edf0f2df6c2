// read_plain against a BagReader: where it says it has read a column, there is not a bit of difference, and nothing
// that a reader would have counted; what is plain it does read.
#include "encode/plain_bags.h"

#include <gtest/gtest.h>

#include "sparse_data.h"

namespace clicklens::encode {
namespace {

using Random = std::mt19937_64;

std::uint64_t less_than(Random& random, std::uint64_t n) {
  return random() % n;
}
bool one_in(Random& random, int percent) {
  return static_cast<int>(random() % 100) < percent;
}

// One thing at most is not as usual, so that each of them is met alone.
struct Odd {
  bool weights = false, validity = false, value_validity = false, empty = false, null = false, unknown = false;
  bool strings = false, too_long = false, full = false;
  [[nodiscard]] bool any() const {
    return weights || validity || value_validity || empty || null || unknown || strings || too_long || full;
  }
};

Odd random_odd(Random& random) {
  Odd odd;
  bool* const all[] = {&odd.weights, &odd.validity, &odd.value_validity, &odd.empty, &odd.null,
                       &odd.unknown, &odd.strings,  &odd.too_long,       &odd.full};
  if (one_in(random, 60)) *all[less_than(random, std::size(all))] = true;
  return odd;
}

constexpr std::int64_t rows = 40;  // of the table; the encoder has more

std::vector<Entry> random_entries(Random& random, const Odd& odd, bool single) {
  std::vector<Entry> entries(1 + less_than(random, 20));
  for (Entry& entry : entries) {
    entry.emplace();
    const std::uint64_t length = single ? 1 : 1 + less_than(random, 5);
    for (std::uint64_t i = 0; i < length; ++i) {
      const auto number = static_cast<std::int64_t>(less_than(random, rows));
      entry->push_back({false, number, "k" + std::to_string(number), 0.5f, false});
    }
  }
  Entry& chosen = entries[less_than(random, entries.size())];
  if (odd.empty && !single) chosen->clear();
  if (odd.null) chosen.reset();
  constexpr std::int64_t strange[] = {rows, rows + 5, 60, 127, -1};
  if (odd.unknown) chosen->back().number = strange[less_than(random, std::size(strange))];
  if (odd.value_validity) chosen->back().null = one_in(random, 50);
  if (odd.too_long && !single) chosen->resize(6, chosen->back());
  return entries;
}

Layout random_layout(Random& random, const Odd& odd) {
  Layout layout;
  layout.kind = odd.strings ? ColumnKind::strings : one_in(random, 50) ? ColumnKind::rows : ColumnKind::keys;
  layout.type = odd.strings ? ValueType::bytes : static_cast<ValueType>(less_than(random, 8));
  layout.offset_bits = one_in(random, 50) ? 32 : 64;
  layout.first = one_in(random, 50) ? 0 : less_than(random, 20);
  layout.single = one_in(random, 40);
  layout.weights = odd.weights;
  layout.validity = odd.validity || odd.null;
  layout.value_validity = odd.value_validity;
  return layout;
}

format::EncoderDesc random_encoder(Random& random, const Odd& odd) {
  using format::KeyType;
  if (odd.strings) return {"e", format::HashEncoder{format::HashAlgorithm::xxh3, KeyType::string, 1, rows, 0, ""}};
  if (one_in(random, 40)) return {"e", format::HashEncoder{format::HashAlgorithm::xxh3, KeyType::u64, 1, rows, 0, ""}};
  return {"e", format::IdentityEncoder{one_in(random, 50) ? 50u : 30u}};
}

format::FeatureDesc random_feature(Random& random, const Odd& odd) {
  format::FeatureDesc feature;
  feature.name = "ids";
  feature.pooling = static_cast<format::Pooling>(less_than(random, 4));
  feature.weighted = odd.weights || one_in(random, 20);
  feature.max_length = odd.too_long || one_in(random, 20) ? 5 : 0;
  feature.keep_last = one_in(random, 50);
  feature.missing_row = one_in(random, 50) ? -1 : 3;
  feature.unknown_row = one_in(random, 50) ? -1 : 4;
  return feature;
}

class PlainBags : public testing::TestWithParam<int> {};

TEST_P(PlainBags, AreWhatAReaderReads) {
  Random random(static_cast<std::uint64_t>(GetParam()));
  std::size_t plain = 0, usual = 0, divided = 0, hashed = 0;
  for (int round = 0; round < 3000; ++round) {
    const Odd odd = random_odd(random);
    const Layout layout = random_layout(random, odd);
    const auto entries = random_entries(random, odd, layout.single);
    const format::FeatureDesc feature = random_feature(random, odd);
    const auto encoder = Encoder::make(random_encoder(random, odd), {}, {});
    ASSERT_TRUE(encoder.ok());
    const BagRules rules{&feature, encoder->get(), rows, true};
    const ArrowColumn arrow(entries, layout);
    const Column& column = arrow.column();
    ASSERT_TRUE(check_column(column, entries.size(), 0, "ids", feature.weighted).ok());
    const std::uint64_t begin = less_than(random, entries.size());
    const auto count = static_cast<std::size_t>(1 + less_than(random, entries.size() - begin));

    const std::size_t capacity = odd.full ? 1 + less_than(random, 16) : 200;
    std::vector<std::uint32_t> ids(capacity), offsets(count + 1, 99);
    std::vector<float> divisors(count, -1.0f);
    const PlainRules known(rules);
    const bool read = read_plain(known, column, begin, count, {ids.data(), offsets.data(), divisors.data(), capacity});

    Counts counts;
    const std::vector<Bag> expected = read_all(rules, &column, begin, begin + count, 200, 64, counts);
    const bool counted = (counts.missing | counts.unknown | counts.cut | counts.bad_values) != 0;
    const bool is_hashed = !(*encoder)->is_identity() && layout.kind == ColumnKind::keys;
    const bool in_place = layout.type == ValueType::i64 || layout.type == ValueType::u64;
    if (!odd.any() && !counted && expected.size() == count && (!is_hashed || in_place)) {
      ASSERT_TRUE(read) << "round " << round;
      ++usual;
    }
    if (!read) continue;
    ++plain;
    divided += known.divides ? 1 : 0;
    hashed += is_hashed ? 1 : 0;
    ASSERT_FALSE(counted) << "round " << round;
    ASSERT_EQ(expected.size(), count) << "round " << round << ": strict refuses it";
    ASSERT_EQ(offsets[0], 0u);
    for (std::size_t b = 0; b < count; ++b) {
      const std::vector<std::uint32_t> found(ids.begin() + offsets[b], ids.begin() + offsets[b + 1]);
      ASSERT_EQ(found, expected[b].ids) << "round " << round << " entry " << begin + b;
      ASSERT_EQ(known.divides ? divisors[b] : 1.0f, expected[b].divisor) << "round " << round;
      for (const float weight : expected[b].weights) ASSERT_EQ(weight, 1.0f);
    }
  }
  EXPECT_GT(usual, 500u);
  EXPECT_GT(plain, usual);
  EXPECT_GT(divided, 200u);
  EXPECT_GT(hashed, 50u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlainBags, testing::Range(1, 7));

// Behind a null there may well be an id that would do.
TEST(PlainBags, NullsAndWeightsAreLeftToTheReader) {
  format::FeatureDesc feature;
  feature.weighted = true;
  const BagRules rules{&feature, nullptr, 10, false};
  const std::int64_t values[] = {1, 2, 3};
  const std::uint8_t bits[] = {0b101};
  const float weights[] = {1, 1, 2};
  Column column;
  column.values = values;
  column.value_count = 3;
  std::uint32_t ids[3], ends[4];
  const auto read = [&](const Column& c) { return read_plain(PlainRules(rules), c, 0, 3, {ids, ends, nullptr, 3}); };
  EXPECT_TRUE(read(column));
  Column odd = column;
  odd.validity = bits;
  EXPECT_FALSE(read(odd));
  odd = column;
  odd.value_validity = bits;
  EXPECT_FALSE(read(odd));
  odd = column;
  odd.weights = weights;
  EXPECT_FALSE(read(odd));
}

// Another thread of the host may be at the offsets although it must not: no id goes behind the room.
TEST(PlainBags, OffsetsThatChangeStayInsideTheRoom) {
  format::FeatureDesc feature;
  const BagRules rules{&feature, nullptr, 1000, false};
  const std::vector<std::int32_t> values(100, 7);
  for (const std::vector<std::int32_t>& offsets :
       {std::vector<std::int32_t>{0, 2, 50, 60}, {0, 50, 2, 60}, {5, 0, 2, 4}, {0, 1, 2, -1}, {0, 17, 3, 2}}) {
    Column column;
    column.value_type = ValueType::i32;
    column.values = values.data();
    column.value_count = values.size();
    column.row_offsets = offsets.data();
    column.offset_bits = 32;
    std::vector<std::uint32_t> ids(16), ends(4);
    EXPECT_FALSE(read_plain(PlainRules(rules), column, 0, 3, {ids.data(), ends.data(), nullptr, ids.size()}));
  }
}

}  // namespace
}  // namespace clicklens::encode
