#include "base/checked.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace clicklens::base {
namespace {

constexpr std::uint64_t largest = UINT64_MAX;

TEST(Checked, AddStopsAtTheEnd) {
  EXPECT_EQ(checked_add(largest - 1, std::uint64_t{1}), largest);
  EXPECT_EQ(checked_add(largest, std::uint64_t{1}), std::nullopt);
  EXPECT_EQ(checked_add(std::uint8_t{200}, std::uint8_t{56}), std::nullopt);
}

TEST(Checked, MultiplyStopsAtTheEnd) {
  EXPECT_EQ(checked_multiply(std::uint64_t{1} << 32, (std::uint64_t{1} << 32) - 1), largest - ((1ull << 32) - 1));
  EXPECT_EQ(checked_multiply(std::uint64_t{1} << 32, std::uint64_t{1} << 32), std::nullopt);
  EXPECT_EQ(checked_multiply(largest, std::uint64_t{0}), 0u);
}

TEST(Checked, ProductOfAShape) {
  EXPECT_EQ(checked_product(std::span<const std::uint64_t>{}), 1u);
  const std::array<std::uint64_t, 3> fits{3, 5, 7}, above{largest, 2, 0};
  EXPECT_EQ(checked_product(std::span<const std::uint64_t>(fits)), 105u);
  EXPECT_EQ(checked_product(std::span<const std::uint64_t>(above)), std::nullopt);
}

TEST(Checked, RoundUp) {
  EXPECT_EQ(checked_round_up<std::uint64_t>(0, 64), 0u);
  EXPECT_EQ(checked_round_up<std::uint64_t>(1, 64), 64u);
  EXPECT_EQ(checked_round_up<std::uint64_t>(64, 64), 64u);
  EXPECT_EQ(checked_round_up<std::uint64_t>(largest - 62, 64), std::nullopt);
}

TEST(Checked, RangeWithin) {
  EXPECT_TRUE(range_within<std::uint64_t>(10, 0, 10));
  EXPECT_TRUE(range_within<std::uint64_t>(4, 6, 10));
  EXPECT_FALSE(range_within<std::uint64_t>(4, 7, 10));
  EXPECT_FALSE(range_within<std::uint64_t>(11, 0, 10));
  EXPECT_FALSE(range_within<std::uint64_t>(8, largest, 10));  // offset + size wraps
}

}  // namespace
}  // namespace clicklens::base
