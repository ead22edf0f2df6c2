#include "data/cell.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "data/column_data.h"

namespace clicklens::cli {
namespace {

TEST(Cell, KeysKeepAll64Bits) {
  EXPECT_EQ(parse_key("0"), 0u);
  EXPECT_EQ(parse_key("9007199254740993"), 9007199254740993u);  // 2^53 + 1: no double holds it
  EXPECT_EQ(parse_key("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_key("-1"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_key("-9223372036854775808"), std::uint64_t{1} << 63);
  for (const char* text :
       {"", "-", "1.0", "1e3", "18446744073709551616", "-9223372036854775809", " 1", "1 ", "+1", "0x1"})
    EXPECT_FALSE(parse_key(text)) << text;
}

TEST(Cell, FloatsRoundThroughDouble) {
  EXPECT_EQ(parse_float("0.1"), 0.1f);
  EXPECT_EQ(parse_float("+2.5e3"), 2500.0f);
  EXPECT_EQ(parse_float("-0"), 0.0f);
  EXPECT_TRUE(std::isnan(*parse_float("nan")));
  EXPECT_EQ(parse_float("-inf"), -std::numeric_limits<float>::infinity());
  // Rounded to double this is half way between two floats, and goes to the even one.
  EXPECT_EQ(parse_float("1.000000059604644775390626"), 1.0f);
  for (const char* text : {"", "x", "1,5", "1.5 ", " 1", "--1", "+-1", "1e", "1e999x", "nan(7)", "0x1p3"})
    EXPECT_FALSE(parse_float(text)) << text;
}

TEST(Cell, FloatsBeyondDoublesRangeAreInfiniteOrZero) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  const std::string zeros(400, '0');
  EXPECT_EQ(parse_float("1e39"), inf);  // a double, but no float
  for (const std::string& text : {std::string("1e400"), std::string("+1E+400"), std::string("0.0001e999"), "1" + zeros,
                                  "1" + zeros + ".5", "1" + zeros + "e-10", std::string("9e99999999999999999999999")}) {
    EXPECT_EQ(parse_float(text), inf) << text;
    EXPECT_EQ(parse_float("-" + text.substr(text[0] == '+' ? 1 : 0)), -inf) << text;
  }
  for (const std::string& text : {std::string("1e-400"), std::string("1000e-999"), "0." + zeros + "1",
                                  "." + zeros + "1e+3", std::string("9e-99999999999999999999999")}) {
    EXPECT_EQ(parse_float(text), 0.0f) << text;
    EXPECT_TRUE(std::signbit(*parse_float("-" + text))) << text;
  }
  EXPECT_EQ(parse_float("0e99999999999999999999999"), 0.0f);
}

TEST(Cell, GroupKeysAreTheIntegerOrAHash) {
  EXPECT_EQ(group_key("42"), 42u);
  EXPECT_EQ(group_key("a"), 0xAF63DC4C8601EC8Cu);  // published FNV-1a value
  EXPECT_NE(group_key("ab"), group_key("ba"));
}

FeatureSpec feature(clens_column_kind kind, bool weighted = false, std::size_t width = 1) {
  FeatureSpec spec;
  spec.name = "f";
  spec.kind = kind;
  spec.weighted = weighted;
  spec.width = width;
  return spec;
}

TEST(ColumnData, GathersManyValuedKeys) {
  ColumnData data(feature(CLENS_COLUMN_KEYS));
  for (const char* cell : {"7|18446744073709551615", "", "-3", "1||2|"}) EXPECT_EQ(data.add(cell), "");
  const clens_column column = data.column(5);
  const auto* keys = static_cast<const std::uint64_t*>(column.values);
  const auto* ends = static_cast<const std::uint64_t*>(column.row_offsets);
  EXPECT_EQ(column.input, 5u);
  EXPECT_EQ(column.value_type, static_cast<unsigned>(CLENS_TYPE_U64));
  EXPECT_EQ(std::vector<std::uint64_t>(ends, ends + 5), (std::vector<std::uint64_t>{0, 2, 2, 3, 5}));
  EXPECT_EQ(std::vector<std::uint64_t>(keys, keys + 5),
            (std::vector<std::uint64_t>{7, 18446744073709551615u, static_cast<std::uint64_t>(-3), 1, 2}));
  EXPECT_EQ(column.weights, nullptr);
  EXPECT_FALSE(data.present(1));
  EXPECT_EQ(data.texts(3), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(data.add("4|x"), "'x' is not a 64-bit integer");
}

TEST(ColumnData, GathersWeightedStrings) {
  ColumnData data(feature(CLENS_COLUMN_STRINGS, true));
  for (const char* cell : {"a:b:0.5|c", ""}) EXPECT_EQ(data.add(cell), "");
  const clens_column column = data.column(0);
  EXPECT_EQ(std::string(static_cast<const char*>(column.values), column.value_count), "a:bc");
  EXPECT_EQ(column.string_count, 2u);
  EXPECT_EQ(column.weights[0], 0.5f);
  EXPECT_EQ(column.weights[1], 1.0f);
  EXPECT_EQ(data.add("d:x"), "weight of 'd:x' is not a number");
}

TEST(ColumnData, GathersDenseRows) {
  ColumnData data(feature(CLENS_COLUMN_FLOATS, false, 2));
  for (const char* cell : {"1|-2.5", "", "3|4"}) EXPECT_EQ(data.add(cell), "");
  const clens_column column = data.column(0);
  EXPECT_EQ(column.value_count, 6u);
  EXPECT_EQ(column.validity[0], 0b101);
  EXPECT_EQ(static_cast<const float*>(column.values)[1], -2.5f);
  EXPECT_EQ(data.add("1|x"), "'x' is not a number");
  data.clear();
  EXPECT_EQ(data.add("1|2|3"), "3 numbers, the model takes 2");
}

}  // namespace
}  // namespace clicklens::cli
