// The rules by example.
#include <gtest/gtest.h>

#include "sparse_data.h"

namespace clicklens::encode {
namespace {

using Ids = std::vector<std::uint32_t>;

Id id(std::int64_t number, float weight = 1.0f) {
  return {false, number, std::to_string(number), weight, false};
}
Id null() {
  return {true, 0, "", 1.0f, false};
}

struct Reading {
  format::FeatureDesc feature;
  Layout layout;
  Counts counts;
  std::vector<Bag> operator()(const std::vector<Entry>& entries, std::size_t capacity = 64) {
    feature.name = "ids";
    const ArrowColumn arrow(entries, layout);
    EXPECT_TRUE(check_column(arrow.column(), entries.size(), 0, "ids", feature.weighted).ok());
    counts = {};
    return read_all({&feature, nullptr, 10, false}, &arrow.column(), 0, entries.size(), capacity, 8, counts);
  }
};

TEST(BagReader, CutKeepsTheEndAskedForBeforeAnythingElse) {
  Reading read;
  read.feature.max_length = 2;
  const std::vector<Entry> entries = {std::vector{id(1), id(99), id(3), id(4)}};
  auto bags = read(entries);
  EXPECT_EQ(bags[0].ids, Ids{1});  // 99 is unknown, and its place is not given to 3
  EXPECT_EQ(bags[0].positions, Ids{0});
  EXPECT_EQ(read.counts.cut, 2u);
  EXPECT_EQ(read.counts.unknown, 1u);
  read.feature.keep_last = true;
  bags = read(entries);
  EXPECT_EQ(bags[0].ids, (Ids{3, 4}));
  EXPECT_EQ(bags[0].positions, (Ids{2, 3}));
  EXPECT_EQ(read.counts.unknown, 0u);
}

TEST(BagReader, MissingAndEmptyEntriesTakeTheMissingRow) {
  Reading read;
  read.layout.validity = read.layout.value_validity = true;
  const std::vector<Entry> entries = {Entry(),
                                      std::vector<Id>{},
                                      std::vector{id(2)},
                                      std::vector{null(), null()},
                                      std::vector{id(5), null()},
                                      std::vector{id(50)}};
  for (const auto& bag : read(entries)) EXPECT_TRUE(bag.ids.size() == 1 ? bag.ids[0] < 10 : bag.ids.empty());
  read.feature.missing_row = 7;
  const auto bags = read(entries);
  ASSERT_EQ(bags.size(), 6u);
  const std::vector<Ids> expected = {{7}, {7}, {2}, {7}, {5}, {7}};
  for (std::size_t i = 0; i < bags.size(); ++i) EXPECT_EQ(bags[i].ids, expected[i]) << i;
  EXPECT_EQ(bags[0].positions, Ids{0xFFFFFFFFu});
  EXPECT_EQ(read.counts.missing, 5u);  // four entries, and the null beside the 5
  EXPECT_EQ(read.counts.unknown, 1u);
}

TEST(BagReader, DivisorsFollowThePooling) {
  Reading read;
  const std::vector<Entry> entries = {std::vector{id(1, 0.5f), id(2, 1.5f), id(3, 2.0f)},
                                      std::vector{id(1, 1.0f), id(2, -1.0f)},
                                      std::vector{id(4, INFINITY), id(5, 3.0f)}};
  read.feature.pooling = format::Pooling::mean;
  auto bags = read(entries);
  EXPECT_EQ(bags[0].divisor, 3.0f);
  EXPECT_EQ(bags[1].divisor, 2.0f);
  read.feature.weighted = read.layout.weights = true;
  bags = read(entries);
  EXPECT_EQ(bags[0].divisor, 4.0f);
  EXPECT_TRUE(bags[1].ids.empty()) << "weights that add up to zero have no mean";
  EXPECT_EQ(bags[1].divisor, 1.0f);
  EXPECT_EQ(bags[2].ids, Ids{5});
  EXPECT_EQ(bags[2].divisor, 3.0f);
  EXPECT_EQ(read.counts.missing, 1u);
  EXPECT_EQ(read.counts.bad_values, 1u);
  read.feature.pooling = format::Pooling::sqrtn;
  bags = read(entries);
  EXPECT_EQ(bags[0].divisor, std::sqrt(6.5f));
  EXPECT_EQ(bags[1].divisor, std::sqrt(2.0f));
  read.feature.pooling = format::Pooling::sum;
  EXPECT_EQ(read(entries)[1].ids, (Ids{1, 2}));
}

TEST(BagReader, ALongEntryWhoseWeightsCancelIsMissingFromItsFirstPieceOn) {
  Reading read;
  read.feature.pooling = format::Pooling::mean;
  read.feature.weighted = read.layout.weights = true;
  read.feature.missing_row = 9;
  std::vector<Id> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(id(i % 10, i % 2 == 0 ? 1.0f : -1.0f));
  const auto bags = read({ids, std::vector{id(1)}}, 16);
  ASSERT_EQ(bags.size(), 2u);
  EXPECT_EQ(bags[0].ids, Ids{9});
  EXPECT_EQ(bags[0].weights, std::vector<float>{1.0f});
  EXPECT_EQ(bags[1].ids, Ids{1});
}

TEST(BagReader, AnAbsentColumnIsMissingInEveryEntry) {
  format::FeatureDesc feature;
  feature.missing_row = 2;
  feature.pooling = format::Pooling::mean;
  Counts counts;
  const auto bags = read_all({&feature, nullptr, 10, false}, nullptr, 5, 105, 16, 40, counts);
  ASSERT_EQ(bags.size(), 100u);
  for (const Bag& bag : bags) EXPECT_EQ(bag.ids, Ids{2});
  EXPECT_EQ(counts.missing, 100u);
  feature.missing_row = -1;
  EXPECT_EQ(read_all({&feature, nullptr, 10, false}, nullptr, 0, 100, 16, 40, counts)[99].ids, Ids{});
}

TEST(BagReader, RuleRowsOutsideTheTableAreNotHandedOut) {
  Reading read;
  read.feature.missing_row = 10;
  read.feature.unknown_row = 1ll << 40;
  const auto bags = read({std::vector{id(10)}, std::vector<Id>{}});
  EXPECT_EQ(bags[0].ids, Ids{});
  EXPECT_EQ(bags[1].ids, Ids{});
}

TEST(BagReader, EntryLengthIsWhatTheCallerWrote) {
  Layout layout;
  layout.validity = true;
  layout.first = 3;
  const std::vector<Entry> entries = {std::vector{id(1), id(99), id(3)}, Entry(), std::vector<Id>{}};
  const ArrowColumn arrow(entries, layout);
  format::FeatureDesc feature;
  feature.max_length = 1;
  Counts counts;
  const BagRules rules{&feature, nullptr, 10, false};
  const BagReader reader(rules, &arrow.column(), counts);
  EXPECT_EQ(reader.entry_length(0), 3u);
  EXPECT_EQ(reader.entry_length(1), 0u);
  EXPECT_EQ(reader.entry_length(2), 0u);
  EXPECT_EQ(BagReader(rules, nullptr, counts).entry_length(0), 0u);
}

// `strict` names the place; unknown keys are not bad values.
TEST(BagReader, StrictRefusesBadValuesAndNamesThem) {
  const auto message = [](ColumnKind kind, const std::vector<Entry>& entries, std::size_t capacity) -> std::string {
    format::FeatureDesc feature;
    feature.name = "ids";
    feature.weighted = true;
    Layout layout;
    layout.kind = kind;
    if (kind == ColumnKind::strings) layout.type = ValueType::bytes;
    layout.weights = true;
    const ArrowColumn arrow(entries, layout);
    const auto encoder = Encoder::make({"e", format::IdentityEncoder{5}}, {}, {});
    const BagRules rules{&feature, encoder->get(), 10, true};
    Counts counts;
    BagReader reader(rules, &arrow.column(), counts);
    reader.start(0, entries.size());
    std::vector<std::uint32_t> ids(capacity), offsets(9);
    std::vector<float> weights(capacity), divisors(8);
    BagChunk chunk{ids.data(), weights.data(), nullptr, offsets.data(), divisors.data(), capacity, 8};
    while (!reader.done()) {
      const auto status = reader.next(chunk);
      if (!status.ok()) return status.code() == base::Code::bad_value ? status.message() : "wrong code";
    }
    return "";
  };
  std::vector<Id> many(50, id(1));
  many[40] = id(10);
  for (const std::size_t capacity : {std::size_t{16}, std::size_t{256}}) {
    EXPECT_EQ(message(ColumnKind::rows, {std::vector{id(9)}, many}, capacity),
              "feature 'ids', entry 1, id 40: row is out of range");
  }
  EXPECT_EQ(message(ColumnKind::rows, {std::vector{id(1), id(2, NAN)}}, 64),
            "feature 'ids', entry 0, id 1: weight is not finite");
  EXPECT_EQ(message(ColumnKind::strings, {std::vector{Id{false, 0, "a\xFF", 1.0f, true}}}, 64),
            "feature 'ids', entry 0, id 0: string is not UTF-8");
  EXPECT_EQ(message(ColumnKind::keys, {std::vector{id(1000), id(-1)}}, 64), "");
}

}  // namespace
}  // namespace clicklens::encode
