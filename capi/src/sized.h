// Structs that carry their size: how a caller built against another version of the header is understood.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "base/status.h"
#include "released.h"

namespace clicklens::capi {

// No version of any struct comes near this: a larger size is memory nobody initialised.
inline constexpr std::size_t largest_struct = 4096;

// Whether some version's struct may have this size: one of those released, or a newer one.
template <class Struct>
constexpr bool is_some_version(std::size_t size) noexcept {
  if (size > sizeof(Struct)) return size <= largest_struct && size % alignof(Struct) == 0;
  const auto& sizes = Released<Struct>::sizes;
  return std::find(std::begin(sizes), std::end(sizes), size) != std::end(sizes);
}

template <class Struct>
base::Status check_struct_size(std::size_t size, const char* argument) noexcept {
  if (is_some_version<Struct>(size)) return {};
  return base::Status::error(base::Code::invalid_argument, "%s.struct_size: %zu; set it with the _INIT macro", argument,
                             size);
}

[[nodiscard]] inline bool is_zero(const unsigned char* begin, const unsigned char* end) noexcept {
  return std::all_of(begin, end, [](unsigned char byte) { return byte == 0; });
}

// Copies a caller's struct into `known`, which holds the defaults of fields the caller's version lacks. A
// struct larger than ours is accepted when its unknown tail is zero. NULL leaves the defaults.
template <class Struct>
base::Status read_sized(const Struct* given, const char* argument, Struct& known) noexcept {
  static_assert(std::is_trivially_copyable_v<Struct> && offsetof(Struct, struct_size) == 0);
  if (given == nullptr) return {};
  const std::size_t size = given->struct_size;
  CLENS_TRY(check_struct_size<Struct>(size, argument));
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  const auto known_to_us = std::min(size, sizeof(Struct));
  if (!is_zero(bytes + known_to_us, bytes + size)) {
    return base::Status::error(base::Code::invalid_argument, "%s: sets fields that this version does not know",
                               argument);
  }
  std::memcpy(&known, given, known_to_us);
  known.struct_size = sizeof(Struct);
  return {};
}

// Gives a caller's struct as much of `known` as it has room for; its struct_size stays.
template <class Struct>
base::Status write_sized(const Struct& known, const char* argument, Struct* given) noexcept {
  static_assert(std::is_trivially_copyable_v<Struct> && offsetof(Struct, struct_size) == 0);
  const std::size_t size = given->struct_size;
  CLENS_TRY(check_struct_size<Struct>(size, argument));
  std::memcpy(given, &known, std::min(size, sizeof(Struct)));
  given->struct_size = size;
  return {};
}

// Element `index` of a caller's array whose elements, without a size of their own, are `stride` bytes
// apart, which is the size of their version; as read_sized.
template <class Element>
base::Status read_element(const Element* first, std::size_t index, std::size_t stride, const char* array,
                          Element& known) noexcept {
  static_assert(std::is_trivially_copyable_v<Element>);
  const auto* bytes = reinterpret_cast<const unsigned char*>(first) + index * stride;
  const auto known_to_us = std::min(stride, sizeof(Element));
  std::memcpy(&known, bytes, known_to_us);
  if (is_zero(bytes + known_to_us, bytes + stride)) return {};
  return base::Status::error(base::Code::invalid_argument, "%s[%zu]: sets fields that this version does not know",
                             array, index);
}

template <class Element>
base::Status check_stride(std::size_t stride, const char* argument) noexcept {
  if (is_some_version<Element>(stride)) return {};
  return base::Status::error(base::Code::invalid_argument, "%s: %zu; the struct has %zu bytes", argument, stride,
                             sizeof(Element));
}

}  // namespace clicklens::capi
