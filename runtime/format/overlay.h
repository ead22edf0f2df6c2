// A segment that is another model's segment but for some rows: those, and rows that were appended, lie apart, compact.
// Of a table or a vocabulary's slots rows are found through a RowMap; of a vocabulary's text nothing changed, there is
// more of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/memory.h"
#include "base/near_block.h"
#include "base/status.h"
#include "format/row_map.h"

namespace clicklens::format {

class Overlay {
 public:
  // What an overlay is made of. Numbers are those of a verified delta: `size` is a multiple of `stride`, the base one
  // of whole rows that are needed, `changed` ascends and is below both row counts.
  struct Parts {
    std::span<const std::byte> base;
    std::shared_ptr<const void> owner;  // keeps the base where it is
    std::uint64_t stride = 0, size = 0;
    base::AlignedBlock changed;  // row numbers, 32 bits each
    bool is_indexed = true;      // rows are looked up one by one
  };
  // UNSUPPORTED: rows cannot be indexed, for there is no memory near the base.
  static base::Result<std::shared_ptr<Overlay>> make(Parts parts);
  // Over another overlay of that stride, whose base it has, too: rows that lie apart in either lie apart. `above` names
  // no base, its numbers are against `below`, `rows` are those that it changes and appends.
  static base::Result<std::shared_ptr<Overlay>> make_over(const Overlay& below, Parts above,
                                                          std::span<const std::byte> rows);

  // Where changed and appended rows go before the overlay is shared.
  [[nodiscard]] std::span<std::byte> room() noexcept { return {apart_.data(), apart_.size()}; }

  [[nodiscard]] std::uint64_t size() const noexcept { return parts_.size; }
  [[nodiscard]] bool is_indexed() const noexcept { return map_.has_value(); }
  [[nodiscard]] std::uint64_t stride() const noexcept { return parts_.stride; }
  [[nodiscard]] std::span<const std::byte> apart() const noexcept { return {apart_.data(), apart_.size()}; }
  // Numbers of the rows that lie apart in the base's place.
  [[nodiscard]] std::span<const std::uint32_t> changed() const noexcept {
    return {reinterpret_cast<const std::uint32_t*>(parts_.changed.data()),
            parts_.changed.size() / sizeof(std::uint32_t)};
  }
  // Of an indexed one.
  [[nodiscard]] TableRows rows() const noexcept;
  // The part of the base that stays, changed rows or not. Where none changed apart() comes behind it.
  [[nodiscard]] std::span<const std::byte> kept() const noexcept {
    return parts_.base.subspan(0, covered_ * parts_.stride);
  }

  // Touches every page of the part of the base that stays, and of what lies apart.
  [[nodiscard]] base::Status warm() const noexcept;

  // Calls use(bytes) with the segment's bytes in order, in as few pieces as there are.
  template <class Use>
  base::Status each_piece(Use use) const;

 private:
  void take_rows(const Overlay& below, std::span<const std::uint32_t> changed,
                 std::span<const std::byte> rows) noexcept;
  // Which row is the nth of those that lie apart.
  [[nodiscard]] std::uint64_t row_apart(std::uint64_t n) const noexcept {
    return n < changed().size() ? changed()[n] : covered_ + (n - changed().size());
  }

  Parts parts_;
  std::uint64_t covered_ = 0;  // rows that the base has, too
  base::NearBlock apart_;
  std::optional<RowMap> map_;
};

template <class Use>
base::Status Overlay::each_piece(Use use) const {
  const std::span<const std::uint32_t> numbers = changed();
  const std::uint64_t stride = parts_.stride;
  std::uint64_t row = 0;
  for (std::size_t k = 0; k < numbers.size();) {
    if (numbers[k] > row) CLENS_TRY(use(parts_.base.subspan(row * stride, (numbers[k] - row) * stride)));
    const std::size_t first = k;
    do ++k;
    while (k < numbers.size() && numbers[k] == numbers[k - 1] + 1);
    CLENS_TRY(use(apart().subspan(first * stride, (k - first) * stride)));
    row = std::uint64_t{numbers[k - 1]} + 1;
  }
  if (row < covered_) CLENS_TRY(use(parts_.base.subspan(row * stride, (covered_ - row) * stride)));
  const std::span<const std::byte> appended = apart().subspan(numbers.size() * stride);
  return appended.empty() ? base::Status() : use(appended);
}

}  // namespace clicklens::format
