// Aligned blocks: every large allocation of the runtime is one of these. They come from the host's hook
// when it set one, else from mimalloc where it is built in, else from aligned_alloc.
#pragma once

#include <cstddef>

#include "base/status.h"

namespace clicklens::base {

// `allocate` gives `size` bytes at `alignment` (a power of two) or null; `deallocate` takes them back
// from any thread.
struct AllocatorHook {
  void* context = nullptr;
  void* (*allocate)(void* context, std::size_t size, std::size_t alignment) = nullptr;
  void (*deallocate)(void* context, void* block, std::size_t size, std::size_t alignment) = nullptr;
};

// Once per process and before the first block, since a block must go back where it came from:
// BAD_STATE otherwise. INVALID_ARGUMENT when a function is missing.
Status set_allocator(const AllocatorHook& hook) noexcept;

class AlignedBlock {
 public:
  // Contents are indeterminate. Zero bytes give an empty block. OUT_OF_MEMORY names the size.
  static Result<AlignedBlock> allocate(std::size_t bytes, std::size_t alignment = 64) noexcept;
  // For what every call reads: from half a huge page on, whole ones where the system gives them, so that a core's
  // table of translations is left to random reads. size() is then rounded up.
  static Result<AlignedBlock> allocate_hot(std::size_t bytes) noexcept;

  AlignedBlock() noexcept = default;
  AlignedBlock(AlignedBlock&& other) noexcept;
  AlignedBlock& operator=(AlignedBlock&& other) noexcept;
  ~AlignedBlock();

  [[nodiscard]] std::byte* data() noexcept { return data_; }
  [[nodiscard]] const std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  void release() noexcept;

  std::byte* data_ = nullptr;
  std::size_t size_ = 0, alignment_ = 0;
};

}  // namespace clicklens::base
