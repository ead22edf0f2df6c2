// Random numbers by counting: a draw is a hash of (seed, day, index, purpose), so it depends on no
// other draw, on no order, and on no number of rows.
#pragma once

#include <cstdint>

namespace clicklens::cli {

// splitmix64's finaliser: a bijection of 64 bits.
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9u;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

class CounterRng {
 public:
  constexpr CounterRng(std::uint64_t seed, std::uint64_t day, std::uint64_t purpose) noexcept
      : key_(mix(mix(mix(seed + golden) ^ (day + 1) * golden) + (purpose + 1) * golden)) {}

  [[nodiscard]] constexpr std::uint64_t bits(std::uint64_t index) const noexcept {
    return mix(mix(key_ + (index + 1) * golden) ^ key_);
  }
  // [0, 1), 53 bits.
  [[nodiscard]] constexpr double uniform(std::uint64_t index) const noexcept {
    return static_cast<double>(bits(index) >> 11) * 0x1p-53;
  }
  // [0, n), n < 2^32.
  [[nodiscard]] constexpr std::uint64_t below(std::uint64_t index, std::uint64_t n) const noexcept {
    return ((bits(index) >> 32) * n) >> 32;
  }

 private:
  static constexpr std::uint64_t golden = 0x9E3779B97F4A7C15u;
  std::uint64_t key_;
};

}  // namespace clicklens::cli
