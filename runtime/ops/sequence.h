// Where a sequence keeps a feature's ids: apart, each in a place of its own.
#pragma once

#include <algorithm>
#include <cstdint>

#include "encode/bag_reader.h"

namespace clicklens::ops {

struct SequenceRules {
  // Of a feature that is kept as a sequence: no pooling divides.
  encode::BagRules bags;
  bool last = false;  // its ids end at the last place; else they begin at the first

  [[nodiscard]] std::uint32_t places() const noexcept { return bags.feature->max_length; }
  // Of the id that is number `position` of an entry of `length` ids as the caller wrote it; no_position: of the row
  // that stands in for a missing entry. An id that names no row leaves its place empty.
  [[nodiscard]] std::uint32_t place(std::uint32_t position, std::uint64_t length) const noexcept {
    if (position == no_position) return last ? places() - 1 : 0;
    const std::uint64_t kept = std::min<std::uint64_t>(length, places());
    const std::uint64_t skipped = bags.feature->keep_last ? length - kept : 0;
    return static_cast<std::uint32_t>(position - skipped + (last ? places() - kept : 0));
  }
  static constexpr std::uint32_t no_position = 0xFFFFFFFFu;
};

}  // namespace clicklens::ops
