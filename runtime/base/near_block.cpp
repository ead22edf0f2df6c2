#include "base/near_block.h"

#include <sys/mman.h>

#include <algorithm>
#include <utility>

#include "base/checked.h"

namespace clicklens::base {
namespace {

constexpr std::uint64_t most_steps = 0xFFFFFFFFu;
constexpr std::uintptr_t page = 4096;

std::uintptr_t address_of(const void* memory) noexcept {
  return reinterpret_cast<std::uintptr_t>(memory);
}

void* pages_at(std::uintptr_t wish, std::size_t size) noexcept {
  void* const pages =
      ::mmap(reinterpret_cast<void*>(wish), size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

}  // namespace

bool NearBlock::fits(std::byte* memory, std::size_t bytes, std::span<const std::byte> to, std::size_t step) noexcept {
  const std::uintptr_t from = address_of(memory), target = address_of(to.data());
  const std::uintptr_t above = from >= target ? (from - target) % step : (step - (target - from) % step) % step;
  const std::uintptr_t begin = from + (above == 0 ? 0 : step - above);
  const std::uintptr_t low = std::min(begin, target), high = std::max(begin + bytes, target + to.size());
  if ((high - low) / step >= most_steps) return false;
  data_ = memory + (begin - from);
  size_ = bytes;
  return true;
}

// Free room is looked for farther and farther from `to`, on both sides.
Result<NearBlock> NearBlock::allocate(std::size_t bytes, std::span<const std::byte> to, std::size_t step) noexcept {
  NearBlock near;
  const auto whole = checked_add(bytes, step);
  auto block = AlignedBlock::allocate(whole.value_or(SIZE_MAX));
  if (!block.ok()) return block.status();
  if (near.fits(block->data(), bytes, to, step)) {
    near.block_ = std::move(*block);
    return near;
  }
  *block = {};
  const std::size_t size = (*whole + page - 1) / page * page;
  const std::uintptr_t begin = address_of(to.data()) / page * page, end = address_of(to.data() + to.size());
  std::uintptr_t away = page;
  for (int attempt = 0; attempt < 32 && away / step < most_steps; ++attempt) {
    const bool below = attempt % 2 == 1;
    const std::uintptr_t wish = attempt == 0 ? 0
                                : below      ? begin - std::min(begin, size + away)
                                             : (end + away) / page * page;
    void* const pages = pages_at(wish, size);
    if (pages == nullptr) return Status::error(Code::out_of_memory, "%zu bytes: the system has none", size);
    if (near.fits(static_cast<std::byte*>(pages), bytes, to, step)) {
      near.pages_ = pages;
      near.pages_size_ = size;
      return near;
    }
    ::munmap(pages, size);
    if (below) away *= 4;
  }
  return Status::error(Code::unsupported, "%zu bytes: no room near the memory that they belong to", bytes);
}

NearBlock::NearBlock(NearBlock&& other) noexcept {
  *this = std::move(other);
}

NearBlock& NearBlock::operator=(NearBlock&& other) noexcept {
  if (this == &other) return *this;
  release();
  block_ = std::move(other.block_);
  pages_ = std::exchange(other.pages_, nullptr);
  pages_size_ = std::exchange(other.pages_size_, 0);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

NearBlock::~NearBlock() {
  release();
}

void NearBlock::release() noexcept {
  block_ = {};
  if (pages_ != nullptr) ::munmap(pages_, pages_size_);
  pages_ = nullptr;
}

}  // namespace clicklens::base
