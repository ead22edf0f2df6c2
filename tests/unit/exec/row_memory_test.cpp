#include "exec/row_memory.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace clicklens::exec {
namespace {

TEST(RowMemory, GapsAreUsedAgainAndGrowTogether) {
  RowMemory memory;
  EXPECT_EQ(memory.take(10), 0u);
  EXPECT_EQ(memory.take(20), 10u);
  EXPECT_EQ(memory.take(30), 30u);
  memory.give(0, 10);
  memory.give(10, 20);
  EXPECT_EQ(memory.take(25), 0u);  // 10 and 20 are neighbours
  EXPECT_EQ(memory.take(5), 25u);
  memory.give(30, 30);
  EXPECT_EQ(memory.take(40), 30u);  // the last gap grows
  EXPECT_EQ(memory.extent(), 70u);
}

TEST(RowMemory, NothingOverlaps) {
  std::mt19937 random(3);
  struct Block {
    std::size_t offset, bytes;
  };
  std::vector<Block> blocks;
  RowMemory memory;
  std::size_t used = 0, most = 0;
  for (int i = 0; i < 5000; ++i) {
    if (!blocks.empty() && random() % 2 == 0) {
      const std::size_t at = random() % blocks.size();
      memory.give(blocks[at].offset, blocks[at].bytes);
      used -= blocks[at].bytes;
      blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(at));
      continue;
    }
    const Block taken = {0, 1 + random() % 100};
    const std::size_t offset = memory.take(taken.bytes);
    for (const Block& other : blocks)
      ASSERT_TRUE(offset + taken.bytes <= other.offset || other.offset + other.bytes <= offset);
    ASSERT_LE(offset + taken.bytes, memory.extent());
    blocks.push_back({offset, taken.bytes});
    used += taken.bytes;
    most = std::max(most, used);
  }
  EXPECT_GE(memory.extent(), most);
  EXPECT_LE(memory.extent(), 2 * most);
}

}  // namespace
}  // namespace clicklens::exec
