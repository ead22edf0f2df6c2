// Where the rows of a table lie when some of them lie apart: a bitmap with rank. Base table and changed rows are one
// memory to a kernel, rows of one stride counted from the lower of the two; the map turns a row of the table into its
// number there.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/memory.h"
#include "base/status.h"

namespace clicklens::format {

class RowMap {
 public:
  // Of a table of `rows`: `changed` (ascending, below `covered`) and all rows from `covered` on lie apart, in this
  // order. `kept_at`, `apart_at`: the numbers of the base table's row 0 and of the first row that lies apart. Every sum
  // of them and a row must fit 32 bits.
  static base::Result<RowMap> make(std::uint64_t rows, std::uint64_t covered, std::span<const std::uint32_t> changed,
                                   std::uint32_t kept_at, std::uint32_t apart_at) noexcept;

  // `row` is a row of the table.
  [[nodiscard]] std::uint32_t operator()(std::uint32_t row) const noexcept {
    const Block block = blocks()[row / rows_per_block];
    const std::uint32_t bit = row % rows_per_block;
    const auto before = block.before + static_cast<std::uint32_t>(std::popcount(block.apart & ((1u << bit) - 1)));
    return ((block.apart >> bit) & 1) != 0 ? apart_at_ + before : kept_at_ + row;
  }

  // What kernels know of it: a bit for each row and the bits before them in one load, half the cache misses of two
  // arrays.
  struct Block {
    std::uint32_t before = 0, apart = 0;
  };
  static constexpr std::uint32_t rows_per_block = 32;
  [[nodiscard]] const Block* blocks() const noexcept { return reinterpret_cast<const Block*>(memory_.data()); }
  [[nodiscard]] std::uint32_t kept_at() const noexcept { return kept_at_; }
  [[nodiscard]] std::uint32_t apart_at() const noexcept { return apart_at_; }

 private:
  base::AlignedBlock memory_;
  std::uint32_t kept_at_ = 0, apart_at_ = 0;
};

// A table as readers take it: row r begins at data + place(r) * its stride.
struct TableRows {
  const std::byte* data = nullptr;  // null: a model without data
  const RowMap* map = nullptr;      // null: rows lie one behind the other

  [[nodiscard]] std::uint64_t place(std::uint64_t row) const noexcept {
    return map == nullptr ? row : (*map)(static_cast<std::uint32_t>(row));
  }
  [[nodiscard]] const std::byte* row(std::uint64_t index, std::uint64_t stride) const noexcept {
    return data + place(index) * stride;
  }
  bool operator==(const TableRows&) const = default;
};

}  // namespace clicklens::format
