// check_column: every array, type and count that does not fit is refused by name; what Arrow allows passes.
#include "encode/column.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

namespace clicklens::encode {
namespace {

constexpr std::uint64_t huge = ~std::uint64_t{0};

struct Arrays {
  std::vector<std::int64_t> values = {1, 2, 3, 4, 5, 6};
  std::vector<std::int32_t> rows32 = {0, 2, 2, 5, 6};
  std::vector<std::int64_t> rows64 = {0, 2, 2, 5, 6};
  std::vector<std::int32_t> strings32 = {0, 1, 3, 3, 6};
  std::vector<float> floats = std::vector<float>(12);
  std::string bytes = "abcdef";
};

Column list(const Arrays& arrays) {
  Column column;
  column.values = arrays.values.data();
  column.value_count = arrays.values.size();
  column.row_offsets = arrays.rows32.data();
  column.offset_bits = 32;
  return column;
}
Column strings(const Arrays& arrays) {
  Column column;
  column.kind = ColumnKind::strings;
  column.value_type = ValueType::bytes;
  column.values = arrays.bytes.data();
  column.value_count = arrays.bytes.size();
  column.value_offsets = arrays.strings32.data();
  column.string_count = 4;
  column.offset_bits = 32;
  return column;
}
Column dense(const Arrays& arrays) {
  Column column;
  column.kind = ColumnKind::floats;
  column.value_type = ValueType::f32;
  column.values = arrays.floats.data();
  column.value_count = arrays.floats.size();
  return column;
}

// "": accepted, else what the message says behind the feature's name.
std::string verdict(const Column& column, std::uint64_t entries, std::uint32_t width = 0, bool weighted = true) {
  const auto status = check_column(column, entries, width, "user_id", weighted);
  if (status.ok()) return "";
  EXPECT_EQ(status.code(), base::Code::bad_batch);
  const std::string message = status.message(), start = "feature 'user_id': ";
  EXPECT_EQ(message.substr(0, start.size()), start);
  return message.substr(start.size());
}

std::string changed(Column column, const std::function<void(Column&)>& change, std::uint64_t entries = 4,
                    std::uint32_t width = 0) {
  change(column);
  return verdict(column, entries, width);
}

TEST(CheckColumn, WhatArrowAllowsPasses) {
  const Arrays a;
  EXPECT_EQ(verdict(list(a), 4), "");
  EXPECT_EQ(verdict(list(a), 2), "");
  EXPECT_EQ(verdict(list(a), 0), "");
  EXPECT_EQ(verdict(strings(a), 4), "");
  EXPECT_EQ(verdict(dense(a), 4, 3), "");
  EXPECT_EQ(verdict(Column{}, 0), "") << "nothing is needed of an empty batch";
  EXPECT_EQ(changed(
                list(a), [](Column& c) { c.first = 2; }, 2),
            "");
  EXPECT_EQ(changed(list(a), [&](Column& c) { c.row_offsets = a.rows64.data(), c.offset_bits = 64; }), "");
  EXPECT_EQ(changed(
                list(a), [](Column& c) { c.row_offsets = nullptr, c.offset_bits = 0; }, 6),
            "");
  EXPECT_EQ(changed(
                list(a), [](Column& c) { c.values = nullptr, c.value_count = 9, c.first = 1; }, 1),
            "")
      << "only empty lists: no values";
  EXPECT_EQ(changed(
                strings(a), [](Column& c) { c.values = nullptr, c.first = 2; }, 1),
            "")
      << "only empty strings";
}

TEST(CheckColumn, TypesAndKindsMustFit) {
  const Arrays a;
  EXPECT_EQ(changed(list(a), [](Column& c) { c.kind = static_cast<ColumnKind>(4); }), "unknown column kind");
  EXPECT_EQ(changed(list(a), [](Column& c) { c.value_type = static_cast<ValueType>(10); }), "unknown value_type");
  EXPECT_EQ(changed(list(a), [](Column& c) { c.value_type = ValueType::f32; }), "value_type is not an integer type");
  EXPECT_EQ(changed(list(a), [](Column& c) { c.value_type = ValueType::bytes; }), "BYTES and STRINGS go together");
  EXPECT_EQ(changed(strings(a), [](Column& c) { c.value_type = ValueType::u8; }), "BYTES and STRINGS go together");
  EXPECT_EQ(verdict(dense(a), 4), "a sparse feature takes no FLOATS column");
  EXPECT_EQ(verdict(list(a), 4, 1), "a dense feature takes a FLOATS column");
  EXPECT_EQ(changed(
                dense(a), [](Column& c) { c.value_type = ValueType::i32; }, 4, 3),
            "value_type of a FLOATS column is not F32");
  EXPECT_EQ(changed(list(a), [](Column& c) { c.offset_bits = 0; }), "offset_bits is neither 32 nor 64");
  EXPECT_EQ(changed(list(a), [](Column& c) { c.offset_bits = 16; }), "offset_bits is neither 32 nor 64");
  EXPECT_EQ(changed(
                dense(a), [](Column& c) { c.offset_bits = 8; }, 4, 3),
            "offset_bits is neither 32 nor 64");
}

TEST(CheckColumn, OffsetsMustAscendInsideTheirArray) {
  Arrays a;
  const auto rows = [&](std::vector<std::int32_t> offsets) {
    a.rows32 = std::move(offsets);
    return verdict(list(a), 4);
  };
  EXPECT_EQ(rows({0, 2, 1, 5, 6}), "row_offsets[2] is below the one before");
  EXPECT_EQ(rows({0, 2, 2, 5, 7}), "row_offsets[4] is outside its array");
  EXPECT_EQ(rows({-1, 2, 2, 5, 6}), "row_offsets[0] is outside its array");
  EXPECT_EQ(rows({0, 2, 9, 3, 6}), "row_offsets[2] is outside its array");
  EXPECT_EQ(rows({3, 3, 3, 3, 3}), "");
  EXPECT_EQ(changed(
                list(a), [&](Column& c) { a.rows32[4] = 7, c.value_count = 6, c.first = 1; }, 3),
            "row_offsets[4] is outside its array");
  a.rows64 = {0, 2, huge >> 1, 5, 6};
  const auto wide = [&](Column& c) { c.row_offsets = a.rows64.data(), c.offset_bits = 64; };
  EXPECT_EQ(changed(list(a), wide), "row_offsets[2] is outside its array");
  a.rows64 = {0, 0, 0, 0, 0xFFFFFFFF};
  EXPECT_EQ(changed(list(a),
                    [&](Column& c) {
                      wide(c);
                      c.value_count = huge >> 4;
                    }),
            "row_offsets[4] is too far");

  const auto texts = [&](std::vector<std::int32_t> offsets) {
    a.strings32 = std::move(offsets);
    return verdict(strings(a), 4);
  };
  EXPECT_EQ(texts({0, 4, 3, 5, 6}), "value_offsets[2] is below the one before");
  EXPECT_EQ(texts({0, 1, 3, 5, 7}), "value_offsets[4] is outside its array");
  EXPECT_EQ(texts({0, -2, 3, 5, 6}), "value_offsets[1] is outside its array");
}

TEST(CheckColumn, ListsOfStringsCheckBothOffsets) {
  Arrays a;
  a.rows32 = {0, 1, 4};
  const auto lists = [&](Column& c) { c.row_offsets = a.rows32.data(); };
  EXPECT_EQ(changed(strings(a), lists, 2), "");
  a.strings32[4] = 99;
  EXPECT_EQ(changed(strings(a), lists, 2), "value_offsets[4] is outside its array");
  EXPECT_EQ(changed(strings(a), lists, 1), "") << "not needed by the first entry";
  a.rows32[2] = 5;
  EXPECT_EQ(changed(strings(a), lists, 2), "row_offsets[2] is outside its array");
}

TEST(CheckColumn, CountsMustReachAndNothingMayWrap) {
  const Arrays a;
  const auto plain = [](Column& c) { c.row_offsets = nullptr, c.offset_bits = 0; };
  EXPECT_EQ(changed(list(a), plain, 7), "value_count is below first + entries");
  EXPECT_EQ(changed(
                list(a), [&](Column& c) { plain(c), c.first = 3; }, 4),
            "value_count is below first + entries");
  EXPECT_EQ(verdict(strings(a), 5), "string_count is below first + entries");
  EXPECT_EQ(verdict(dense(a), 5, 3), "value_count is below width * (first + entries)");
  EXPECT_EQ(verdict(dense(a), 4, 0xFFFFFFFFu), "value_count is below width * (first + entries)");
  for (const std::uint64_t big : {huge, huge - 3, huge >> 1, huge >> 3}) {
    EXPECT_EQ(changed(list(a), [&](Column& c) { c.first = big; }), "first is out of range") << big;
    EXPECT_EQ(changed(list(a), plain, big), "first is out of range");
    EXPECT_EQ(changed(list(a), [&](Column& c) { c.value_count = big; }), "value_count is out of range");
    EXPECT_EQ(changed(strings(a), [&](Column& c) { c.string_count = big; }), "string_count is out of range");
  }
}

TEST(CheckColumn, ArraysMustBeThereAndOnlyWhereTheyBelong) {
  const Arrays a;
  const auto no_values = [](Column& c) { c.values = nullptr; };
  EXPECT_EQ(changed(list(a), no_values), "values is null");
  EXPECT_EQ(changed(strings(a), no_values), "values is null");
  EXPECT_EQ(changed(dense(a), no_values, 4, 3), "values is null");
  EXPECT_EQ(changed(strings(a), [](Column& c) { c.value_offsets = nullptr; }), "value_offsets is null");
  EXPECT_EQ(changed(list(a), [&](Column& c) { c.value_offsets = a.strings32.data(); }),
            "value_offsets without strings");
  const auto offsets = [&](Column& c) { c.row_offsets = a.rows32.data(), c.offset_bits = 32; };
  EXPECT_EQ(changed(dense(a), offsets, 4, 3), "a FLOATS column has offsets");
  EXPECT_EQ(changed(
                dense(a), [&](Column& c) { c.weights = a.floats.data(); }, 4, 3),
            "a FLOATS column has weights");
  Column weighted = list(a);
  weighted.weights = a.floats.data();
  EXPECT_EQ(verdict(weighted, 4, 0, true), "");
  EXPECT_EQ(verdict(weighted, 4, 0, false), "has weights, but the feature takes none");
}

TEST(PassesPlainly, WhatHostsUsuallySend) {
  const Arrays a;
  EXPECT_TRUE(passes_plainly(list(a), 4, 0));
  EXPECT_TRUE(passes_plainly(dense(a), 4, 3));
  Column column = list(a);
  column.row_offsets = a.rows64.data(), column.offset_bits = 64, column.first = 1;
  EXPECT_TRUE(passes_plainly(column, 3, 0));
  column.row_offsets = nullptr, column.offset_bits = 0;
  EXPECT_TRUE(passes_plainly(column, 5, 0));
  EXPECT_FALSE(passes_plainly(column, 6, 0)) << "one value short";
  EXPECT_FALSE(passes_plainly(dense(a), 5, 3)) << "three values short";
}

// Columns with some fields changed at random: whatever passes the quick look passes the check.
TEST(PassesPlainly, NothingThatTheCheckRefuses) {
  std::mt19937_64 random(7);
  const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  const auto number = [&]() -> std::uint64_t {
    constexpr std::uint64_t edges[] = {0, 1, 2, 6, 12, 1u << 31, 1ull << 32, 1ull << 59, huge >> 1, huge - 1, huge};
    return chance(70) ? random() % 8 : edges[random() % std::size(edges)];
  };
  std::size_t passed = 0, refused = 0, both = 0;
  for (int round = 0; round < 200000; ++round) {
    Arrays a;
    for (auto& offset : a.rows32)
      if (chance(8)) offset = static_cast<std::int32_t>(number());
    for (auto& offset : a.rows64)
      if (chance(8)) offset = static_cast<std::int64_t>(number());
    Column column = chance(40) ? dense(a) : list(a);
    std::uint32_t width = column.kind == ColumnKind::floats ? 3 : 0;
    std::uint64_t entries = chance(80) ? 1 + random() % 4 : number() % (1ull << 40);
    if (chance(40)) column.row_offsets = nullptr, column.offset_bits = 0;
    if (chance(20)) column.row_offsets = a.rows64.data(), column.offset_bits = 64;
    if (chance(8)) column.kind = static_cast<ColumnKind>(random() % 5);
    if (chance(8)) column.value_type = static_cast<ValueType>(random() % 11);
    if (chance(8)) column.offset_bits = static_cast<std::uint32_t>(random() % 3 * 32);
    if (chance(20)) column.first = number();
    if (chance(8)) column.value_count = number();
    if (chance(4)) column.string_count = number();
    if (chance(4)) column.values = nullptr;
    if (chance(4)) column.value_offsets = a.strings32.data();
    if (chance(4)) column.weights = a.floats.data();
    if (chance(4)) width = static_cast<std::uint32_t>(number());
    // No array may be asked for more than it has, or the check itself could not look: five offsets, none of strings.
    if (column.kind == ColumnKind::strings) column.value_offsets = nullptr;
    if (column.row_offsets != nullptr && column.first + entries > 4) column.first = 0, entries = 1 + random() % 4;
    if (column.row_offsets == a.rows32.data() && column.offset_bits == 64) column.row_offsets = a.rows64.data();
    const bool quickly = passes_plainly(column, entries, width);
    const bool good = check_column(column, entries, width, "f", chance(50)).ok();
    ASSERT_TRUE(good || !quickly) << "round " << round;
    passed += quickly ? 1 : 0;
    both += good ? 1 : 0;
    refused += good ? 0 : 1;
  }
  EXPECT_GT(passed, 30000u);
  EXPECT_GT(refused, 30000u);
  EXPECT_GT(both, passed);
}

}  // namespace
}  // namespace clicklens::encode
