// Blocks of days that are kept in memory, against blocks that are read from the file.
#include "data/parsed_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/block_reader.h"
#include "print/format.h"
#include "scratch.h"

namespace clicklens::cli {
namespace {

std::vector<FeatureSpec> features() {
  std::vector<FeatureSpec> specs(4);
  specs[0].name = "user";
  specs[0].per_request = true;
  specs[1].name = "ad";
  specs[1].kind = CLENS_COLUMN_STRINGS;
  specs[1].weighted = true;
  specs[2].name = "age";
  specs[2].kind = CLENS_COLUMN_FLOATS;
  specs[2].width = 2;
  specs[3].name = "nowhere";
  specs[3].required = false;
  return specs;
}

// Requests of one to five rows; empty cells, lists, weights.
std::string rows(int requests) {
  std::string text = "label,request_id,user,ad,age,site\n";
  for (int r = 0; r < requests; ++r)
    for (int c = 0; c <= r % 5; ++c) {
      const std::string ad = (r + c) % 7 == 0 ? "" : fmt::format("a{}:0.{}|b{}", r, c + 1, c);
      const std::string age = (r + c) % 3 == 0 ? "" : fmt::format("{}|{}.5", r, c);
      text += fmt::format("{},r{},{},{},{},s{}\n", c == 0 ? 1 : 0, r, r % 4 == 0 ? "" : std::to_string(r), ad, age, c);
    }
  return text;
}

// All that a block's column says of an entry.
std::string entry(const clens_column& column, std::uint64_t i, std::size_t width) {
  const std::uint64_t at = column.first + i;
  if (column.kind == CLENS_COLUMN_FLOATS) {
    if (((column.validity[at / 8] >> (at % 8)) & 1) == 0) return "null";
    std::string text;
    for (std::size_t c = 0; c < width; ++c)
      text += fmt::format("{} ", static_cast<const float*>(column.values)[at * width + c]);
    return text;
  }
  std::string text;
  const auto* ends = static_cast<const std::uint64_t*>(column.row_offsets);
  for (std::uint64_t k = ends[at]; k < ends[at + 1]; ++k) {
    if (column.kind == CLENS_COLUMN_KEYS) {
      text += fmt::format("{} ", static_cast<const std::uint64_t*>(column.values)[k]);
      continue;
    }
    const auto* strings = static_cast<const std::uint64_t*>(column.value_offsets);
    text.append(static_cast<const char*>(column.values) + strings[k], strings[k + 1] - strings[k]);
    if (column.weights != nullptr) text += fmt::format("*{}", column.weights[k]);
    text += ' ';
  }
  return text;
}

std::vector<std::string> blocks(const std::string& path, const ReadOptions& options) {
  const std::vector<FeatureSpec> specs = features();
  BlockReader reader(path, specs, options);
  std::vector<std::string> all = {reader.cluster_column() + " " + reader.label_column()};
  while (const Block* block = reader.next()) {
    std::string text = fmt::format("from {} rows {}:", block->first_row, block->rows);
    for (const std::int64_t offset : block->request_offsets) text += fmt::format(" {}", offset);
    for (std::size_t i = 0; i < block->rows; ++i)
      text += fmt::format("; {} {} {} {}", block->labels[i], block->clusters[i], block->groups[i], block->texts[i]);
    for (const std::uint64_t key : block->request_keys) text += fmt::format(", {}", key);
    for (const clens_column& column : block->columns) {
      const FeatureSpec& feature = specs[column.input];
      const std::size_t entries = feature.per_request ? block->request_offsets.size() - 1 : block->rows;
      for (std::size_t i = 0; i < entries; ++i) text += feature.name + "=" + entry(column, i, feature.width) + ";";
    }
    all.push_back(text);
  }
  return all;
}

ReadOptions reading(std::size_t block_rows) {
  ReadOptions options;
  options.labels = true;
  options.group_column = options.text_column = "site";
  options.block_rows = block_rows;
  return options;
}

TEST(ParsedDays, GiveTheBlocksThatAFileGives) {
  const Scratch scratch;
  const std::string path = scratch.write("d.csv", rows(200));
  const auto days = std::make_shared<ParsedDays>(std::size_t{1} << 20);
  for (const std::size_t block_rows : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{100'000}}) {
    ReadOptions options = reading(block_rows);
    const auto expected = blocks(path, options);
    ASSERT_GT(expected.size(), 1u);
    options.days = days;
    EXPECT_EQ(blocks(path, options), expected) << block_rows;
  }
}

TEST(ParsedDays, AreParsedOnceForAllThatReadThemAlike) {
  const Scratch scratch;
  const std::string path = scratch.write("d.csv", rows(20));
  ReadOptions options = reading(64);
  options.days = std::make_shared<ParsedDays>(std::size_t{1} << 20);
  const auto first = blocks(path, options);
  scratch.write("d.csv", rows(3));  // nobody looks
  EXPECT_EQ(blocks(path, options), first);
  options.cluster_column = "site";  // another reading of it
  EXPECT_NE(blocks(path, options), first);
}

TEST(ParsedDays, WithoutRoomFilesAreRead) {
  const Scratch scratch;
  const std::string path = scratch.write("d.csv", rows(2000));
  ReadOptions options = reading(64);
  const auto expected = blocks(path, options);
  for (const std::size_t room : {std::size_t{0}, std::size_t{100'000}}) {
    options.days = std::make_shared<ParsedDays>(room);
    EXPECT_EQ(blocks(path, options), expected);
    scratch.write("d.csv", rows(3));
    EXPECT_EQ(blocks(path, options), blocks(path, reading(64)));  // not kept
    EXPECT_TRUE(options.days->claim(room));                       // nor is its room
    scratch.write("d.csv", rows(2000));
  }
}

TEST(ParsedDays, RequestsThatAreCutAreCutAlike) {
  const Scratch scratch;
  std::string text = "label,request_id,user,ad,age,site\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("0,r,1,a{},,s\n", i);
  const std::string path = scratch.write("long.csv", text);
  ReadOptions options = reading(1);
  const auto expected = blocks(path, options);
  EXPECT_EQ(expected.size(), 4u);
  options.days = std::make_shared<ParsedDays>(std::size_t{1} << 20);
  EXPECT_EQ(blocks(path, options), expected);
}

TEST(ParsedDays, WhatIsWrongIsSaidToEverybody) {
  const Scratch scratch;
  const std::string path = scratch.write("d.csv", rows(5) + "2,r,1,a,,s\n");
  ReadOptions options = reading(64);
  const std::string wrong = error_of([&] { blocks(path, options); });
  EXPECT_THAT(wrong, ::testing::HasSubstr("neither 0 nor 1"));
  options.days = std::make_shared<ParsedDays>(std::size_t{1} << 20);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(error_of([&] { blocks(path, options); }), wrong);
}

}  // namespace
}  // namespace clicklens::cli
