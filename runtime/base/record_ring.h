// Records of bytes from any number of threads to one, in one block that is allocated and touched when it is made. A
// producer claims its room by one compare-and-swap, writes there, and publishes: no lock, no allocation, no system
// call. Full: there is no room, and the producer goes on. The scheme is that of Aeron's many-to-one ring buffer:
// each record begins with a word that is zero until the record is whole, and the consumer leaves zeros behind.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/memory.h"
#include "base/status.h"

namespace clicklens::base {

class RecordRing {
 public:
  // `capacity`: a power of two, at least 1 KiB.
  static Result<std::unique_ptr<RecordRing>> create(std::size_t capacity) noexcept;

  // Any thread. `size` bytes (a multiple of 8, at most largest()), all zero, at a multiple of 8; null: no room now.
  std::byte* claim(std::size_t size) noexcept;
  // What was claimed is whole. Every claim must be published.
  void publish(std::byte* record, std::size_t size) noexcept;
  [[nodiscard]] std::size_t largest() const noexcept { return capacity_ / 2 - word; }

  // One thread at a time: the oldest record, empty where the next is not there or not whole; then away with it.
  [[nodiscard]] std::span<std::byte> front() noexcept;
  void pop() noexcept;

 private:
  static constexpr std::size_t word = sizeof(std::uint64_t);
  static constexpr std::uint64_t padding = 1;  // lowest bit of a word: nothing but the end of the block

  RecordRing(AlignedBlock block, std::size_t capacity) noexcept : block_(std::move(block)), capacity_(capacity) {}
  [[nodiscard]] std::atomic_ref<std::uint64_t> word_at(std::size_t offset) noexcept {
    return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(block_.data() + offset));
  }
  [[nodiscard]] std::size_t place(std::uint64_t position) const noexcept { return position & (capacity_ - 1); }

  AlignedBlock block_;
  std::size_t capacity_;
  // Positions never wrap. On cache lines of their own: the consumer moves one, producers the other.
  alignas(64) std::atomic<std::uint64_t> head_{0};
  alignas(64) std::atomic<std::uint64_t> tail_{0};
};

}  // namespace clicklens::base
