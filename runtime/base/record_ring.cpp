#include "base/record_ring.h"

#include <bit>
#include <cstring>
#include <new>
#include <utility>

namespace clicklens::base {

Result<std::unique_ptr<RecordRing>> RecordRing::create(std::size_t capacity) noexcept {
  constexpr std::size_t least = 1024;
  if (!std::has_single_bit(capacity) || capacity < least)
    return Status::error(Code::invalid_argument, "ring: %zu bytes are no power of two above 1023", capacity);
  auto block = AlignedBlock::allocate(capacity);
  if (!block.ok()) return block.status();
  std::memset(block->data(), 0, capacity);  // touches every page, too
  std::unique_ptr<RecordRing> ring(new (std::nothrow) RecordRing(std::move(*block), capacity));
  if (ring == nullptr) return Status::error(Code::out_of_memory, "ring: out of memory");
  return ring;
}

std::byte* RecordRing::claim(std::size_t size) noexcept {
  const std::size_t whole = size + word;
  std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint64_t used = tail - head_.load(std::memory_order_acquire);
    if (used > capacity_) {  // the tail we know is older than the head
      tail = tail_.load(std::memory_order_relaxed);
      continue;
    }
    const std::size_t to_end = capacity_ - place(tail);
    const std::size_t skipped = whole > to_end ? to_end : 0;
    if (skipped + whole > capacity_ - used) return nullptr;
    if (!tail_.compare_exchange_weak(tail, tail + skipped + whole, std::memory_order_relaxed)) continue;
    if (skipped > 0) word_at(place(tail)).store(skipped | padding, std::memory_order_release);
    return block_.data() + place(tail + skipped) + word;
  }
}

void RecordRing::publish(std::byte* record, std::size_t size) noexcept {
  const auto offset = static_cast<std::size_t>(record - block_.data()) - word;
  word_at(offset).store(size + word, std::memory_order_release);
}

std::span<std::byte> RecordRing::front() noexcept {
  for (;;) {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::size_t offset = place(head);
    const std::uint64_t size = word_at(offset).load(std::memory_order_acquire);
    if (size == 0) return {};
    if ((size & padding) == 0) return {block_.data() + offset + word, static_cast<std::size_t>(size) - word};
    word_at(offset).store(0, std::memory_order_relaxed);
    head_.store(head + (size & ~padding), std::memory_order_release);
  }
}

void RecordRing::pop() noexcept {
  const std::uint64_t head = head_.load(std::memory_order_relaxed);
  const std::size_t offset = place(head);
  const std::uint64_t size = word_at(offset).load(std::memory_order_relaxed);
  std::memset(block_.data() + offset + word, 0, static_cast<std::size_t>(size) - word);
  word_at(offset).store(0, std::memory_order_relaxed);
  head_.store(head + size, std::memory_order_release);
}

}  // namespace clicklens::base
