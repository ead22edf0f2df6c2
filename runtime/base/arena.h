// Layout of one block: a planner reserves every part and learns the total, so that one block is allocated,
// nothing part by part.
#pragma once

#include <cstddef>
#include <optional>

#include "base/checked.h"

namespace clicklens::base {

class ArenaLayout {
 public:
  static constexpr std::size_t alignment = 64;  // of every part, and of blocks by default

  // Offset of the part. After an overflow it is meaningless and total() is empty: check once, at the end.
  std::size_t reserve(std::size_t bytes) noexcept {
    const auto offset = end_ ? checked_round_up(*end_, alignment) : std::nullopt;
    end_ = offset ? checked_add(*offset, bytes) : std::nullopt;
    return offset.value_or(0);
  }

  template <class T>
  std::size_t reserve_array(std::size_t count) noexcept {
    static_assert(alignof(T) <= alignment);
    const auto bytes = checked_multiply(count, sizeof(T));
    if (!bytes) end_ = std::nullopt;
    return reserve(bytes.value_or(0));
  }

  [[nodiscard]] std::optional<std::size_t> total() const noexcept { return end_; }

 private:
  std::optional<std::size_t> end_{0};
};

}  // namespace clicklens::base
