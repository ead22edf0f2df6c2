#include "base/memory.h"

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "base/checked.h"
#include "base/pages.h"

#if defined(CLENS_HAVE_MIMALLOC)
#include <mimalloc.h>
#endif

namespace clicklens::base {
namespace {

#if defined(CLENS_HAVE_MIMALLOC)
void* default_allocate(void*, std::size_t size, std::size_t alignment) {
  return mi_malloc_aligned(size, alignment);
}
void default_deallocate(void*, void* block, std::size_t, std::size_t) {
  mi_free(block);
}
#else
void* default_allocate(void*, std::size_t size, std::size_t alignment) {
  const auto whole = checked_round_up(size, alignment);  // aligned_alloc wants a multiple
  return whole ? std::aligned_alloc(alignment, *whole) : nullptr;
}
void default_deallocate(void*, void* block, std::size_t, std::size_t) {
  std::free(block);
}
#endif

constexpr AllocatorHook default_hook{nullptr, default_allocate, default_deallocate};

// Null until the first block or set_allocator settles it; never changes afterwards.
constinit std::atomic<const AllocatorHook*> settled_hook{nullptr};

const AllocatorHook& settle() noexcept {
  const AllocatorHook* expected = nullptr;
  if (settled_hook.compare_exchange_strong(expected, &default_hook, std::memory_order_acq_rel)) {
#if defined(CLENS_HAVE_MIMALLOC)
    mi_option_disable(mi_option_show_errors);  // the library never prints
#endif
    return default_hook;
  }
  return *expected;
}

const AllocatorHook& hook() noexcept {
  const AllocatorHook* current = settled_hook.load(std::memory_order_acquire);
  return current != nullptr ? *current : settle();
}

}  // namespace

Status set_allocator(const AllocatorHook& wanted) noexcept {
  static constinit std::mutex setters;
  static constinit AllocatorHook storage;
  if (wanted.allocate == nullptr || wanted.deallocate == nullptr)
    return Status::error(Code::invalid_argument, "allocator: both allocate and deallocate must be given");
  const std::lock_guard<std::mutex> lock(setters);
  if (settled_hook.load(std::memory_order_acquire) == nullptr) {
    storage = wanted;
    const AllocatorHook* expected = nullptr;
    if (settled_hook.compare_exchange_strong(expected, &storage, std::memory_order_acq_rel)) return {};
  }
  return Status::error(Code::bad_state, "allocator: set once, before any other call");
}

Result<AlignedBlock> AlignedBlock::allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (!std::has_single_bit(alignment))
    return Status::error(Code::internal, "block alignment %zu is not a power of two", alignment);
  AlignedBlock block;
  if (bytes == 0) return block;
  void* memory = hook().allocate(hook().context, bytes, alignment);
  if (memory == nullptr) return Status::error(Code::out_of_memory, "out of memory: a block of %zu bytes", bytes);
  block.data_ = static_cast<std::byte*>(memory);
  block.size_ = bytes;
  block.alignment_ = alignment;
  if (reinterpret_cast<std::uintptr_t>(memory) % alignment != 0)  // a host's hook may be wrong
    return Status::error(Code::out_of_memory, "allocator: a block is not at its alignment of %zu", alignment);
  return block;
}

Result<AlignedBlock> AlignedBlock::allocate_hot(std::size_t bytes) noexcept {
  if (bytes < huge_page_bytes / 2) return allocate(bytes);
  auto block = allocate(checked_round_up(bytes, huge_page_bytes).value_or(bytes), huge_page_bytes);
  if (block.ok()) welcome_huge_pages({block->data(), block->size()});
  return block;
}

AlignedBlock::AlignedBlock(AlignedBlock&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      alignment_(std::exchange(other.alignment_, 0)) {}

AlignedBlock& AlignedBlock::operator=(AlignedBlock&& other) noexcept {
  if (this != &other) {
    release();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    alignment_ = std::exchange(other.alignment_, 0);
  }
  return *this;
}

AlignedBlock::~AlignedBlock() {
  release();
}

void AlignedBlock::release() noexcept {
  if (data_ != nullptr) hook().deallocate(hook().context, data_, size_, alignment_);
  data_ = nullptr;
}

}  // namespace clicklens::base
