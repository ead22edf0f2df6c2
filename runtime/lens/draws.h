// Random numbers by place: each depends on the stream and its place alone, so that no order of asking changes one.
#pragma once

#include <cstdint>

namespace clicklens::lens {

class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t stream) noexcept;

  // Uniform on (-size, size).
  [[nodiscard]] float uniform(std::uint64_t place, float size) const noexcept;
  [[nodiscard]] float normal(std::uint64_t place, double sd) const noexcept;
  // Uniform on 0 .. n - 1; n < 2^32.
  [[nodiscard]] std::uint32_t below(std::uint64_t place, std::uint32_t n) const noexcept {
    return static_cast<std::uint32_t>((at(place) >> 32) * n >> 32);
  }
  // On (0, 1).
  [[nodiscard]] double fraction(std::uint64_t place) const noexcept {
    return (static_cast<double>(at(place) >> 32) + 0.5) * 0x1p-32;
  }

 private:
  [[nodiscard]] std::uint64_t at(std::uint64_t place) const noexcept;
  std::uint64_t stream_;
};

}  // namespace clicklens::lens
