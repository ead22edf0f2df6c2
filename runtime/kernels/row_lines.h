// How many bytes a table's row has, and which cache lines it touches: what prefetching asks for.
#pragma once

#include "kernels/args.h"

namespace clicklens::kernels {

// Bytes that hold something; the table's row_stride may be larger.
[[gnu::always_inline]] inline std::size_t row_bytes(Element type, std::size_t dim) {
  switch (type) {
    case Element::f16:
    case Element::bf16:
      return 2 * dim;
    case Element::i8_row:
      return 8 + dim;
    case Element::i4_row:
      return 8 + (dim + 1) / 2;
    default:
      return 4 * dim;
  }
}

// Of any row of the table, so it is worked out once for a table and not for a batch.
[[gnu::always_inline]] inline RowLines row_lines(const void* table, std::size_t stride, Element type, std::size_t dim) {
  const std::size_t bytes = row_bytes(type, dim);
  const std::size_t power = stride & -stride, step = power - 1 < 64 ? power : 64;
  const std::size_t last_start = reinterpret_cast<std::uintptr_t>(table) % step + 64 - step;  // in a line
  const bool straddles = last_start + (bytes - 1) % 64 > 63;  // one line more than the bytes fill
  return {static_cast<std::uint32_t>(straddles || bytes > 64 ? bytes - 1 : 0),
          static_cast<std::uint32_t>(straddles ? bytes : bytes - 63)};
}

// `locality` as __builtin_prefetch has it: 3 for the first-level cache, 2 for the second.
template <int locality = 3>
[[gnu::always_inline]] inline void prefetch_row(const char* row, const RowLines& lines) {
  __builtin_prefetch(row, 0, locality);
  if (lines.last_byte == 0) [[likely]]  // one test for the rows that are most common
    return;
  for (std::uint64_t line = 64; line < lines.between; line += 64) __builtin_prefetch(row + line, 0, locality);
  __builtin_prefetch(row + lines.last_byte, 0, locality);
}

}  // namespace clicklens::kernels
