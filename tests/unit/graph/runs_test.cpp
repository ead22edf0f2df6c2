#include "graph/runs.h"

#include <gtest/gtest.h>

namespace clicklens::graph {
namespace {

constexpr Scope R = Scope::request;
constexpr Scope C = Scope::candidate;
constexpr Scope P = Scope::pair;

TEST(Runs, JoinOfScopesIsPairUnlessEqual) {
  EXPECT_EQ(join(R, R), R);
  EXPECT_EQ(join(C, C), C);
  EXPECT_EQ(join(R, C), P);
  EXPECT_EQ(join(P, R), P);
}

TEST(Runs, AppendKeepsScopesAndMergesNeighbours) {
  Runs runs = uniform(3, R);
  append(runs, uniform(2, R));
  append(runs, uniform(4, C));
  EXPECT_EQ(runs, (Runs{{0, 5, R}, {5, 4, C}}));
  EXPECT_EQ(columns_of(runs), 9u);
  EXPECT_EQ(join_all(runs), P);
}

TEST(Runs, JoinColumnsCutsWhereEitherChanges) {
  const Runs a{{0, 4, R}, {4, 4, C}};
  const Runs b{{0, 2, R}, {2, 6, C}};
  EXPECT_EQ(join_columns(a, b), (Runs{{0, 2, R}, {2, 2, P}, {4, 4, C}}));
}

}  // namespace
}  // namespace clicklens::graph
