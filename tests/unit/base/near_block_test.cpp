#include "base/near_block.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace clicklens::base {
namespace {

constexpr std::uint64_t most_steps = 0xFFFFFFFFu;

std::uintptr_t at(const void* memory) {
  return reinterpret_cast<std::uintptr_t>(memory);
}

void expect_near(std::size_t bytes, std::span<const std::byte> to, std::size_t step) {
  auto block = NearBlock::allocate(bytes, to, step);
  ASSERT_TRUE(block.ok()) << block.status().message();
  ASSERT_EQ(block->size(), bytes);
  std::memset(block->data(), 0x5A, bytes);
  const std::uintptr_t a = at(block->data()), b = at(to.data());
  EXPECT_EQ((std::max(a, b) - std::min(a, b)) % step, 0u);
  const std::uintptr_t high = std::max(a + bytes, b + to.size());
  EXPECT_LT((high - std::min(a, b)) / step, most_steps);
  const std::byte* const data = block->data();
  const NearBlock moved = std::move(*block);
  EXPECT_EQ(moved.data(), data);
  EXPECT_EQ(moved.data()[bytes - 1], std::byte{0x5A});
}

TEST(NearBlock, IsCountedInStepsFromMemoryOfAnyKind) {
  constexpr std::size_t pages = std::size_t{1} << 20;
  void* const mapped = ::mmap(nullptr, pages, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  auto block = AlignedBlock::allocate(pages);
  ASSERT_TRUE(block.ok());
  static const std::byte in_the_program[4096] = {};
  for (const std::size_t step : {4u, 12u, 16u, 20u, 64u, 100u, 4096u, 7u})
    for (const std::size_t bytes : {1u, 64u, 5000u, 3000000u}) {
      expect_near(bytes, {static_cast<const std::byte*>(mapped), pages}, step);
      expect_near(bytes, {block->data(), block->size()}, step);
      expect_near(bytes, in_the_program, step);
    }
  ::munmap(mapped, pages);
}

TEST(NearBlock, SaysWhereThereIsNoRoom) {
  constexpr std::size_t size = (std::size_t{1} << 32) + 4096;  // more steps than can be counted
  void* const mapped = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  const auto block = NearBlock::allocate(64, {static_cast<const std::byte*>(mapped), size}, 1);
  EXPECT_EQ(block.status().code(), Code::unsupported);
  ::munmap(mapped, size);
}

}  // namespace
}  // namespace clicklens::base
