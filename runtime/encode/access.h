// Reading a column's arrays. Through memcpy: a host may hand in views that are not aligned.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "encode/column.h"

namespace clicklens::encode {

static_assert(std::endian::native == std::endian::little, "model files and flat batches are little-endian");

template <class T>
[[nodiscard]] inline T load(const void* base, std::uint64_t index) noexcept {
  T value;
  std::memcpy(&value, static_cast<const char*>(base) + index * sizeof(T), sizeof value);
  return value;
}

// Arrow bitmaps: null means all set.
[[nodiscard]] inline bool is_set(const std::uint8_t* bitmap, std::uint64_t index) noexcept {
  return bitmap == nullptr || ((bitmap[index >> 3] >> (index & 7)) & 1) != 0;
}

// By its bits, so that no host's -ffast-math can have an opinion.
[[nodiscard]] inline bool is_finite(float value) noexcept {
  return (std::bit_cast<std::uint32_t>(value) & 0x7F800000u) != 0x7F800000u;
}

// offsets[i] is the first element of entry i; offsets[i + 1] is behind its last.
struct OneEach {
  std::uint64_t first;
  [[nodiscard]] std::uint64_t operator[](std::uint64_t entry) const noexcept { return first + entry; }
};

template <class T>
struct ListOffsets {
  const void* offsets;
  std::uint64_t first;
  [[nodiscard]] std::uint64_t operator[](std::uint64_t entry) const noexcept {
    return static_cast<std::uint64_t>(load<T>(offsets, first + entry));
  }
};

// Calls f with the column's offsets, so that loops over entries are compiled per type.
template <class F>
auto with_offsets(const Column& column, F&& f) {
  if (column.row_offsets == nullptr) return f(OneEach{column.first});
  if (column.offset_bits == 64) return f(ListOffsets<std::int64_t>{column.row_offsets, column.first});
  return f(ListOffsets<std::int32_t>{column.row_offsets, column.first});
}

// Calls f with a zero of the column's integer type.
template <class F>
auto with_integer(ValueType type, F&& f) noexcept {
  switch (type) {
    case ValueType::i8:
      return f(std::int8_t{});
    case ValueType::i16:
      return f(std::int16_t{});
    case ValueType::i32:
      return f(std::int32_t{});
    case ValueType::u8:
      return f(std::uint8_t{});
    case ValueType::u16:
      return f(std::uint16_t{});
    case ValueType::u32:
      return f(std::uint32_t{});
    case ValueType::u64:
      return f(std::uint64_t{});
    default:
      return f(std::int64_t{});
  }
}

}  // namespace clicklens::encode
