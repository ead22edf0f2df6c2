// x % m for one m and many x, by a multiplication: a 64-bit division costs as much as hashing a key.
#pragma once

#include <cstdint>

namespace clicklens::encode {

class Modulo {
 public:
  explicit Modulo(std::uint64_t m) noexcept : m_(m), inverse_(~std::uint64_t{0} / m) {}

  // The quotient's estimate x * floor((2^64 - 1) / m) / 2^64 is at most 2 too low, never too high.
  [[nodiscard]] std::uint64_t operator()(std::uint64_t x) const noexcept {
    __extension__ using Wide = unsigned __int128;
    const auto quotient = static_cast<std::uint64_t>((static_cast<Wide>(x) * inverse_) >> 64);
    std::uint64_t rest = x - quotient * m_;
    if (rest >= m_) rest -= m_;
    if (rest >= m_) rest -= m_;
    return rest;
  }

 private:
  std::uint64_t m_, inverse_;
};

}  // namespace clicklens::encode
