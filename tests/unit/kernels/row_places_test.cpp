#include <random>
#include <vector>

#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

// Ranks counted one by one.
class RowPlacesTest : public EachIsa {};
CLENS_EACH_ISA(RowPlacesTest);

TEST_P(RowPlacesTest, AreThoseOfAPlainLoop) {
  std::mt19937 random(3);
  for (const std::uint32_t rows : {1u, 31u, 32u, 33u, 1000u}) {
    for (const double share : {0.0, 0.01, 0.5, 1.0}) {
      std::vector<RowBlock> blocks(rows / rows_per_block + 1);
      std::vector<std::uint32_t> wanted, ids;
      std::uint32_t before = 0;
      const std::uint32_t kept_at = 7000, apart_at = 100;
      for (std::uint32_t row = 0; row < rows; ++row) {
        RowBlock& block = blocks[row / rows_per_block];
        if (row % rows_per_block == 0) block.before = before;
        const bool apart = std::uniform_real_distribution<double>(0, 1)(random) < share;
        if (apart) block.apart |= 1u << (row % rows_per_block);
        wanted.push_back(apart ? apart_at + before++ : kept_at + row);
      }
      for (int i = 0; i < 500; ++i) ids.push_back(static_cast<std::uint32_t>(random()) % rows);
      std::vector<std::uint32_t> places(ids.size(), 0xAAAAAAAAu);
      table_->row_places({blocks.data(), kept_at, apart_at, ids.data(), ids.size() - 1, places.data()});
      for (std::size_t i = 0; i + 1 < ids.size(); ++i) ASSERT_EQ(places[i], wanted[ids[i]]) << i;
      EXPECT_EQ(places.back(), 0xAAAAAAAAu) << "behind the end";
    }
  }
}

}  // namespace
}  // namespace clicklens::kernels
