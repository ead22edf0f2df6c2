#include "data/block_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch.h"

namespace clicklens::cli {
namespace {

using testing::ElementsAre;
using testing::EndsWith;

std::vector<FeatureSpec> two_features() {
  std::vector<FeatureSpec> specs(2);
  specs[0].name = "user";
  specs[0].per_request = true;
  specs[1].name = "ad";
  return specs;
}

constexpr const char* three_requests = "label,request_id,user,ad\n1,a,7,10\n0,a,7,11\n0,b,7,12\n1,c,8,13\n0,c,8,14\n";

TEST(BlockReader, GroupsConsecutiveRowsIntoRequests) {
  const Scratch scratch;
  const auto specs = two_features();
  BlockReader reader(scratch.write("d.csv", three_requests), specs, {.labels = true});
  const Block* block = reader.next();
  ASSERT_NE(block, nullptr);
  EXPECT_EQ(block->rows, 5u);
  EXPECT_THAT(block->request_offsets, ElementsAre(0, 2, 3, 5));
  EXPECT_THAT(block->labels, ElementsAre(1, 0, 0, 1, 0));
  EXPECT_EQ(reader.data(0)->entries(), 3u);
  EXPECT_EQ(reader.data(1)->entries(), 5u);
  EXPECT_EQ(reader.entry(0, 4), 2u);
  EXPECT_EQ(reader.entry(1, 4), 4u);
  EXPECT_EQ(reader.cluster_column(), "request_id");
  EXPECT_EQ(reader.next(), nullptr);
}

TEST(BlockReader, TakesRowsOneByOneWhenAsked) {
  const Scratch scratch;
  const auto specs = two_features();
  BlockReader reader(scratch.write("d.csv", three_requests), specs, {.single_rows = true});
  EXPECT_THAT(reader.next()->request_offsets, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(reader.data(0)->entries(), 5u);
}

TEST(BlockReader, CutsBlocksBetweenRequests) {
  const Scratch scratch;
  const auto specs = two_features();
  BlockReader reader(scratch.write("d.csv", three_requests), specs, {.block_rows = 1});
  EXPECT_EQ(reader.next()->rows, 2u);
  EXPECT_EQ(reader.next()->rows, 1u);
  const Block* last = reader.next();
  EXPECT_EQ(last->rows, 2u);
  EXPECT_EQ(last->first_row, 3u);
  EXPECT_EQ(reader.next(), nullptr);
}

TEST(BlockReader, CutsARequestThatNeverEnds) {
  const Scratch scratch;
  const auto specs = two_features();
  std::string text = "request_id,user,ad\n";
  for (int i = 0; i < 40; ++i) text += "r,7," + std::to_string(i) + "\n";
  BlockReader reader(scratch.write("long.csv", text), specs, {.block_rows = 1});
  std::vector<std::size_t> rows;
  while (const Block* block = reader.next()) rows.push_back(block->rows);
  EXPECT_THAT(rows, ElementsAre(16, 16, 8));
  // Its cells are compared across the cut.
  BlockReader other(scratch.write("differs.csv", text + "r,9,1\n"), specs, {.block_rows = 20});
  EXPECT_THAT(error_of([&] {
                while (other.next() != nullptr) continue;
              }),
              EndsWith("differs.csv:42: column 'user': differs within request 'r', of which it is a feature"));
}

TEST(BlockReader, NamesWhatIsMissingOrWrong) {
  const Scratch scratch;
  auto specs = two_features();
  const auto message = [&](const std::string& text, ReadOptions options) {
    return error_of([&] {
      BlockReader reader(scratch.write("d.csv", text), specs, std::move(options));
      while (reader.next() != nullptr) continue;
    });
  };
  EXPECT_THAT(message("user\n1\n", {}), EndsWith("d.csv:1: no column 'ad', which the model requires"));
  EXPECT_THAT(message("user,ad\n1,2\n", {.labels = true}),
              EndsWith("d.csv:1: no column 'label' or 'click'; --label names another"));
  EXPECT_THAT(message("user,ad\n1,2\n", {.labels = true, .label_column = "y"}), EndsWith("d.csv:1: no column 'y'"));
  EXPECT_THAT(message("user,ad\n1,2\n", {.request_column = "q"}), EndsWith("d.csv:1: no column 'q'"));
  EXPECT_THAT(message("user,ad,click\n1,2,0\n1,2,0.5\n", {.labels = true}),
              EndsWith("d.csv:3: column 'click': label '0.5' is neither 0 nor 1"));
  EXPECT_THAT(message("user,ad\n1,2\n1,x\n", {}), EndsWith("d.csv:3: column 'ad': 'x' is not a 64-bit integer"));
  specs[1].required = false;
  EXPECT_EQ(message("user\n1\n", {}), "");
}

}  // namespace
}  // namespace clicklens::cli
