#include "base/memory.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/arena.h"
#include "base/pages.h"

namespace clicklens::base {
namespace {

struct Counts {
  int allocated = 0, freed = 0;
  std::size_t last_size = 0, last_alignment = 0;
};

void* counting_allocate(void* context, std::size_t size, std::size_t alignment) {
  auto* counts = static_cast<Counts*>(context);
  ++counts->allocated;
  if (size > std::size_t{1} << 30) return nullptr;
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void counting_deallocate(void* context, void* block, std::size_t size, std::size_t alignment) {
  auto* counts = static_cast<Counts*>(context);
  ++counts->freed;
  counts->last_size = size;
  counts->last_alignment = alignment;
  std::free(block);
}

// What a host does with the hook; 0, or the number of the step that failed.
int use_hook() {
  static Counts counts;
  const AllocatorHook hook{&counts, counting_allocate, counting_deallocate};
  if (set_allocator({&counts, counting_allocate, nullptr}).code() != Code::invalid_argument) return 1;
  if (!set_allocator(hook).ok()) return 2;
  if (set_allocator(hook).code() != Code::bad_state) return 3;
  {
    auto block = AlignedBlock::allocate(1000, 256);
    if (!block.ok() || counts.allocated != 1) return 4;
    const AlignedBlock moved = std::move(*block);
    if (moved.size() != 1000 || counts.freed != 0) return 5;
  }
  if (counts.freed != 1 || counts.last_size != 1000 || counts.last_alignment != 256) return 6;
  if (AlignedBlock::allocate(std::size_t{1} << 40).status().code() != Code::out_of_memory) return 7;
  return 0;
}

// The hook is for a process that has no block yet, so this runs in a child before any test.
const int hook_result = [] {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(use_hook());
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}();

TEST(Allocator, HookIsSetOnceAndServesEveryBlock) {
  EXPECT_EQ(hook_result, 0) << "step that failed";
}

TEST(Allocator, HookIsRefusedAfterTheFirstBlock) {
  const auto block = AlignedBlock::allocate(1);
  ASSERT_TRUE(block.ok());
  Counts counts;
  EXPECT_EQ(set_allocator({&counts, counting_allocate, counting_deallocate}).code(), Code::bad_state);
}

TEST(AlignedBlock, IsAlignedAndWritable) {
  for (std::size_t alignment : {std::size_t{1}, std::size_t{8}, std::size_t{64}, std::size_t{65536}}) {
    for (std::size_t size : {std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{100000}}) {
      auto block = AlignedBlock::allocate(size, alignment);
      ASSERT_TRUE(block.ok()) << block.status().message();
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block->data()) % alignment, 0u);
      EXPECT_EQ(block->size(), size);
      std::memset(block->data(), 0x5A, size);
      EXPECT_EQ(block->data()[size - 1], std::byte{0x5A});
    }
  }
}

TEST(AlignedBlock, EmptyAndImpossibleSizes) {
  const auto empty = AlignedBlock::allocate(0);
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(empty->data(), nullptr);
  EXPECT_EQ(AlignedBlock::allocate(64, 48).status().code(), Code::internal);
  const auto impossible = AlignedBlock::allocate(SIZE_MAX - 10);
  EXPECT_EQ(impossible.status().code(), Code::out_of_memory);
  EXPECT_NE(std::strstr(impossible.status().message(), "18446744073709551605"), nullptr);
}

TEST(AlignedBlock, MovesLeaveNothingBehind) {
  auto first = AlignedBlock::allocate(10), second = AlignedBlock::allocate(20);
  ASSERT_TRUE(first.ok() && second.ok());
  const std::byte* data = second->data();
  *first = std::move(*second);
  EXPECT_EQ(first->data(), data);
  EXPECT_EQ(first->size(), 20u);
  EXPECT_EQ(second->data(), nullptr);  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(second->size(), 0u);
}

TEST(ArenaLayout, PartsAreAlignedAndApart) {
  ArenaLayout layout;
  const std::size_t bytes = layout.reserve(3);
  const std::size_t numbers = layout.reserve_array<double>(9);
  const std::size_t last = layout.reserve(1);
  EXPECT_EQ(bytes, 0u);
  EXPECT_EQ(numbers, 64u);
  EXPECT_EQ(last, 192u);
  EXPECT_EQ(layout.total(), 193u);
}

TEST(ArenaLayout, OverflowSticks) {
  ArenaLayout layout;
  layout.reserve(100);
  layout.reserve_array<double>(SIZE_MAX / 4);
  EXPECT_EQ(layout.total(), std::nullopt);
  layout.reserve(8);
  EXPECT_EQ(layout.total(), std::nullopt);
  ArenaLayout sum;
  sum.reserve(SIZE_MAX - 100);
  sum.reserve(200);
  EXPECT_EQ(sum.total(), std::nullopt);
}

TEST(AlignedBlock, WhatIsHotAndLargeHasWholeHugePages) {
  const std::size_t page = huge_page_bytes;
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{100}, page / 2 - 1, page / 2, page, page + 1}) {
    const auto block = AlignedBlock::allocate_hot(bytes);
    ASSERT_TRUE(block.ok());
    const bool large = bytes >= page / 2;
    EXPECT_EQ(block->size(), large ? (bytes + page - 1) / page * page : bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block->data()) % (large ? page : 64), 0u);
  }
  EXPECT_EQ(AlignedBlock::allocate_hot(~std::size_t{0} - 10).status().code(), Code::out_of_memory);
}

}  // namespace
}  // namespace clicklens::base
