// Overflow-checked arithmetic on sizes that come from untrusted files. An empty optional is "does not
// fit": callers turn it into a status naming the field.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>

namespace clicklens::base {

template <std::unsigned_integral T>
constexpr std::optional<T> checked_add(T a, T b) noexcept {
  T sum{};
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

template <std::unsigned_integral T>
constexpr std::optional<T> checked_multiply(T a, T b) noexcept {
  T product{};
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// The empty product is 1.
template <std::unsigned_integral T>
constexpr std::optional<T> checked_product(std::span<const T> factors) noexcept {
  std::optional<T> product{T{1}};
  for (T factor : factors) {
    product = checked_multiply(*product, factor);
    if (!product) break;
  }
  return product;
}

// The next multiple of `alignment` (a power of two) at or above `value`.
template <std::unsigned_integral T>
constexpr std::optional<T> checked_round_up(T value, T alignment) noexcept {
  const auto above = checked_add(value, static_cast<T>(alignment - 1));
  if (!above) return std::nullopt;
  return static_cast<T>(*above & ~static_cast<T>(alignment - 1));
}

// [offset, offset + size) lies inside [0, limit).
template <std::unsigned_integral T>
constexpr bool range_within(T offset, T size, T limit) noexcept {
  return offset <= limit && size <= limit - offset;
}

}  // namespace clicklens::base
