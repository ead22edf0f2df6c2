// A hash of one integer.
#pragma once

#include <cstdint>

namespace clicklens::base {

// 64-bit finaliser of SplitMix64 (Steele, Lea and Flood 2014): keys that are close land anywhere.
constexpr std::uint64_t mix(std::uint64_t key) {
  key += 0x9E3779B97F4A7C15ull;
  key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9ull;
  key = (key ^ (key >> 27)) * 0x94D049BB133111EBull;
  return key ^ (key >> 31);
}

}  // namespace clicklens::base
