// Two-phase layout of one block: a planner reserves every part and learns the total, then one block is
// allocated and the offsets are turned into pointers. Nothing is allocated part by part.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <optional>

#include "base/checked.h"
#include "base/memory.h"
#include "base/status.h"

namespace clicklens::base {

class ArenaLayout {
 public:
  // Offset of the part. After an overflow it is meaningless and total() is empty: check once, at the end.
  std::size_t reserve(std::size_t bytes, std::size_t alignment = 64) noexcept {
    const auto offset = end_ ? checked_round_up(*end_, alignment) : std::nullopt;
    end_ = offset ? checked_add(*offset, bytes) : std::nullopt;
    alignment_ = std::max(alignment_, alignment);
    return offset.value_or(0);
  }

  template <class T>
  std::size_t reserve_array(std::size_t count, std::size_t alignment = 64) noexcept {
    const auto bytes = checked_multiply(count, sizeof(T));
    if (!bytes) end_ = std::nullopt;
    return reserve(bytes.value_or(0), std::max(alignment, alignof(T)));
  }

  [[nodiscard]] std::optional<std::size_t> total() const noexcept { return end_; }
  [[nodiscard]] std::size_t alignment() const noexcept { return alignment_; }

 private:
  std::optional<std::size_t> end_{0};
  std::size_t alignment_ = 64;
};

class Arena {
 public:
  // LIMIT_EXCEEDED when the layout overflowed or is larger than `limit`.
  static Result<Arena> allocate(const ArenaLayout& layout, std::size_t limit) noexcept {
    const auto total = layout.total();
    if (!total || *total > limit)
      return Status::error(Code::limit_exceeded, "a block of %zu bytes is above the limit of %zu bytes",
                           total.value_or(SIZE_MAX), limit);
    auto block = AlignedBlock::allocate(*total, layout.alignment());
    if (!block.ok()) return block.status();
    Arena arena;
    arena.block_ = std::move(*block);
    return arena;
  }

  template <class T>
  [[nodiscard]] T* at(std::size_t offset) noexcept {
    return reinterpret_cast<T*>(block_.data() + offset);
  }
  [[nodiscard]] std::size_t size() const noexcept { return block_.size(); }

 private:
  AlignedBlock block_;
};

}  // namespace clicklens::base
