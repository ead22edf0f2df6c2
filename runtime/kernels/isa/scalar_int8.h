// 8-bit products one at a time.
#pragma once

#include "kernels/isa/scalar.h"

namespace clicklens::kernels {

struct ScalarInt8 {
  using Element = std::int8_t;
  using Weight = std::int8_t;
  using Weights = std::int32_t;
  using Sums = std::int32_t;
  static constexpr std::size_t group = 1, depth = group;
  static constexpr std::int32_t zero_point = 0;

  [[gnu::always_inline]] static void store(Element* to, std::int32_t low_bits) { *to = static_cast<Element>(low_bits); }
  [[gnu::always_inline]] static std::int32_t load_sums(const std::int32_t* p) { return *p; }
  [[gnu::always_inline]] static std::int32_t load(const Weight* p) { return *p; }
  [[gnu::always_inline]] static std::int32_t in_register(std::int32_t w) { return w; }
  [[gnu::always_inline]] static std::int32_t broadcast(const Element* p) { return *p; }
  [[gnu::always_inline]] static std::int32_t add(std::int32_t sum, std::int32_t x, std::int32_t w) {
    return sum + x * w;
  }
};

}  // namespace clicklens::kernels
