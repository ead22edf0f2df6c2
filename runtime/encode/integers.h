// Integers of a column as table rows: the one loop behind every way to read them.
#pragma once

#include <type_traits>

#include "encode/access.h"
#include "encode/encoder.h"

namespace clicklens::encode {

// Two's complement: a negative row is far above any table, a negative key keeps its bits.
template <class T>
[[nodiscard]] inline std::uint64_t widen(T value) noexcept {
  if constexpr (std::is_signed_v<T>) return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  return static_cast<std::uint64_t>(value);
}

// ids[j] = element begin + j of `values`, or unknown_row from `limit` on. True: all of them are below. limit <=
// most_rows.
template <class T>
inline bool read_rows(const void* values, std::uint64_t begin, std::size_t count, std::uint64_t limit,
                      std::uint32_t* ids) noexcept {
  bool clean = true;
  for (std::size_t j = 0; j < count; ++j) {
    const std::uint64_t row = widen(load<T>(values, begin + j));
    const bool known = row < limit;
    ids[j] = known ? static_cast<std::uint32_t>(row) : unknown_row;
    clean &= known;
  }
  return clean;
}

}  // namespace clicklens::encode
