// Memory that can be counted from other memory: its distance is a multiple of a step, and no more than 2^32 - 1 steps
// lie between the ends of the two. Pages come from the host's hook where those happen to lie so, else from the system,
// asked for beside the other memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/memory.h"
#include "base/status.h"

namespace clicklens::base {

class NearBlock {
 public:
  // Contents are indeterminate. `to` begins at a multiple of what alignment its steps keep. UNSUPPORTED: the system has
  // no room near enough.
  static Result<NearBlock> allocate(std::size_t bytes, std::span<const std::byte> to, std::size_t step) noexcept;

  NearBlock() noexcept = default;
  NearBlock(NearBlock&& other) noexcept;
  NearBlock& operator=(NearBlock&& other) noexcept;
  ~NearBlock();

  [[nodiscard]] std::byte* data() noexcept { return data_; }
  [[nodiscard]] const std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  // Takes the block or pages if what lies at a multiple of the step in them is near enough.
  bool fits(std::byte* memory, std::size_t bytes, std::span<const std::byte> to, std::size_t step) noexcept;
  void release() noexcept;

  AlignedBlock block_;  // or
  void* pages_ = nullptr;
  std::size_t pages_size_ = 0;

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace clicklens::base
