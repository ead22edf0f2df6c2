// Shapes of benchmark models; bench/models/shape.py reads the same texts (tests/bench/shape_test.py).
#include "bench/models/shape.h"

#include <gtest/gtest.h>

#include <fstream>

namespace clicklens::bench {
namespace {

const std::string good =
    "name a  # why\n\ndim 4\nrows 10\nsparse request 2 3\nsparse pair 1 1\ndense candidate 5\ntower 8 4\n";

Shape parse(const std::string& text) {
  std::istringstream stream(text);
  return parse_shape(stream);
}

TEST(Shape, ReadsStatements) {
  const Shape shape = parse(good);
  EXPECT_EQ(shape.name, "a");
  EXPECT_EQ(shape.tower, (std::vector<std::uint32_t>{8, 4}));
  ASSERT_EQ(shape.fields.size(), 3u);
  EXPECT_EQ(shape.columns(), 17u);
  EXPECT_EQ(shape.columns("request"), 8u);
  EXPECT_EQ(shape.ids(), 7u);
  EXPECT_EQ(shape.ids("pair"), 1u);
}

TEST(Shape, NamesTheLineOfAMistake) {
  for (const char* bad : {"dim", "dim 0", "dim 4 4", "rows x", "sparse user 2 3", "sparse pair 2", "dense request 1 1",
                          "name b", "tower 8", "layers 3", "dim -1"}) {
    try {
      static_cast<void>(parse(good + bad + "\n"));
      ADD_FAILURE() << bad;
    } catch (const std::invalid_argument& error) {
      EXPECT_EQ(error.what(), "line 9: " + std::string(bad));
    }
  }
  EXPECT_THROW(static_cast<void>(parse("name a\ndim 4\nrows 3\ntower 5\n")), std::invalid_argument);
}

TEST(Shape, CountsWhatARequestSharesOnce) {
  const Shape shape = parse("name a\ndim 4\nrows 10\nsparse request 2 3\nsparse candidate 1 3\ntower 8 5\n");
  EXPECT_EQ(shape.flops(1, 1), 2.0 * (12 * 8 + 8 * 5 + 5));
  EXPECT_EQ(shape.flops(10, 1), 2.0 * 8 * 8 + 10 * 2.0 * (4 * 8 + 8 * 5 + 5));
}

TEST(Shape, ReferenceModelHasThePublishedWork) {
  std::ifstream text(CLENS_SOURCE_DIR "/bench/models/gwen-ref.txt");
  const Shape shape = parse_shape(text);
  EXPECT_EQ(shape.columns(), 384u);
  EXPECT_EQ(shape.ids(), 72u);
  EXPECT_EQ(shape.flops(1, 1), 737408.0);
}

}  // namespace
}  // namespace clicklens::bench
