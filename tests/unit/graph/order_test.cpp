#include "graph/order.h"

#include <gtest/gtest.h>

namespace clicklens::graph {
namespace {

const Runs runs{{0, 4, Scope::request}, {4, 3, Scope::candidate}, {7, 2, Scope::pair}};

bool valid(const Order& order) {
  return check_order(order, runs, "node").ok();
}

TEST(Order, CanonicalOrderFollowsScopesAndIsValid) {
  const Order order = canonical_order(runs);
  ASSERT_EQ(order.size(), 3u);
  EXPECT_EQ(order[0].part, Part::request);
  EXPECT_EQ(order[1].part, Part::candidate);
  EXPECT_EQ(order[2].part, Part::pair);
  EXPECT_TRUE(valid(order));
  EXPECT_EQ(columns_of_part(order, Part::candidate), (std::vector<std::uint32_t>{4, 5, 6}));
}

TEST(Order, AnyColumnMayBeInThePairPart) {
  EXPECT_TRUE(valid({{Part::pair, 0, 9}}));
  EXPECT_TRUE(valid({{Part::request, 0, 1}, {Part::pair, 1, 3}, {Part::candidate, 4, 3}, {Part::pair, 7, 2}}));
}

TEST(Order, RefusesWhatCannotBeExecuted) {
  EXPECT_FALSE(valid({{Part::request, 0, 5}, {Part::pair, 5, 4}}));                        // a candidate column in R
  EXPECT_FALSE(valid({{Part::candidate, 0, 4}, {Part::pair, 4, 5}}));                      // request columns in C
  EXPECT_FALSE(valid({{Part::pair, 0, 4}, {Part::candidate, 4, 4}, {Part::pair, 8, 1}}));  // a pair column in C
}

TEST(Order, RefusesGapsOverlapsAndOverruns) {
  EXPECT_FALSE(valid({}));
  EXPECT_FALSE(valid({{Part::pair, 0, 8}}));
  EXPECT_FALSE(valid({{Part::pair, 1, 8}}));
  EXPECT_FALSE(valid({{Part::pair, 0, 5}, {Part::pair, 4, 5}}));
  EXPECT_FALSE(valid({{Part::pair, 0, 10}}));
  EXPECT_FALSE(valid({{Part::pair, 0, 0}, {Part::pair, 0, 9}}));
  EXPECT_FALSE(valid({{Part::pair, 0, 9}, {Part::pair, 9, 0xFFFFFFF8u}}));
}

TEST(Order, TheMessageNamesTheNode) {
  const base::Status status = check_order({{Part::pair, 0, 8}}, runs, "tower/1");
  EXPECT_EQ(status.code(), base::Code::bad_file);
  EXPECT_NE(std::string(status.message()).find("tower/1"), std::string::npos);
}

}  // namespace
}  // namespace clicklens::graph
