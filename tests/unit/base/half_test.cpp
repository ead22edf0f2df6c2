// The oracle is arithmetic in double: the definition of the formats, and nearbyint's round-half-even.
#include "base/half.h"

#include <gtest/gtest.h>

#include <cfenv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace clicklens::base {
namespace {

struct Format {
  int fraction_bits, smallest_exponent;  // of the smallest normal
  double largest;
};
constexpr Format f16{10, -14, 65504.0};
const Format bf16{7, -126, std::ldexp(255.0, 120)};

double value_of(std::uint16_t bits, const Format& format) {
  const int exponent_bits = 15 - format.fraction_bits;
  const int exponent = (bits >> format.fraction_bits) & ((1 << exponent_bits) - 1);
  const int fraction = bits & ((1 << format.fraction_bits) - 1);
  const int scale = format.smallest_exponent - format.fraction_bits;
  const double magnitude = exponent == 0 ? std::ldexp(fraction, scale)
                                         : std::ldexp(fraction + (1 << format.fraction_bits), scale + exponent - 1);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

double rounded(float value, const Format& format) {
  if (value == 0 || std::isinf(value)) return value;
  int exponent = 0;
  std::frexp(static_cast<double>(value), &exponent);  // |value| in [2^(exponent-1), 2^exponent)
  const int unit = std::max(exponent - 1, format.smallest_exponent) - format.fraction_bits;
  const double result = std::ldexp(std::nearbyint(std::ldexp(static_cast<double>(value), -unit)), unit);
  if (std::fabs(result) > format.largest) return std::copysign(std::numeric_limits<double>::infinity(), value);
  return result;
}

void expect_both(float value) {
  ASSERT_EQ(static_cast<double>(f16_to_f32(f32_to_f16(value))), rounded(value, f16)) << std::hexfloat << value;
  ASSERT_EQ(static_cast<double>(bf16_to_f32(f32_to_bf16(value))), rounded(value, bf16)) << std::hexfloat << value;
  ASSERT_EQ(std::signbit(f16_to_f32(f32_to_f16(value))), std::signbit(value));
  ASSERT_EQ(std::signbit(bf16_to_f32(f32_to_bf16(value))), std::signbit(value));
}

TEST(Half, EveryPatternWidensExactlyAndComesBack) {
  for (std::uint32_t i = 0; i < 0x10000; ++i) {
    const auto bits = static_cast<std::uint16_t>(i);
    if ((bits & 0x7FFF) < 0x7C00) {
      ASSERT_EQ(static_cast<double>(f16_to_f32(bits)), value_of(bits, f16)) << i;
      ASSERT_EQ(f32_to_f16(f16_to_f32(bits)), bits);
    }
    if ((bits & 0x7FFF) < 0x7F80) {
      ASSERT_EQ(static_cast<double>(bf16_to_f32(bits)), value_of(bits, bf16)) << i;
      ASSERT_EQ(f32_to_bf16(bf16_to_f32(bits)), bits);
    }
  }
}

// Around every midpoint of neighbours: where round-half-even is decided.
TEST(Half, NarrowingRoundsHalfToEven) {
  for (std::uint32_t i = 0; i < 0x7C00; ++i) {
    const float low = f16_to_f32(static_cast<std::uint16_t>(i));
    const float high = i + 1 == 0x7C00 ? 65536.0f : f16_to_f32(static_cast<std::uint16_t>(i + 1));
    const float middle = 0.5f * (low + high);
    for (float value : {middle, std::nextafter(middle, 0.0f), std::nextafter(middle, 1e30f), -middle})
      expect_both(value);
  }
  for (std::uint32_t i = 0; i < 0x7F7F; ++i) {
    const float low = bf16_to_f32(static_cast<std::uint16_t>(i)), high = bf16_to_f32(static_cast<std::uint16_t>(i + 1));
    const float middle = 0.5f * low + 0.5f * high;
    for (float value : {middle, std::nextafter(middle, 0.0f), -std::nextafter(middle, 1e38f)}) expect_both(value);
  }
}

TEST(Half, RandomBits) {
  std::uint32_t state = 1;
  for (int i = 0; i < 200000; ++i) {
    state = state * 1664525u + 1013904223u;
    const float value = std::bit_cast<float>(state ^ (state << 9));
    if (!std::isnan(value)) expect_both(value);
  }
}

TEST(Half, InfinityAndNaN) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(f32_to_f16(infinity), 0x7C00);
  EXPECT_EQ(f32_to_f16(-infinity), 0xFC00);
  EXPECT_EQ(f16_to_f32(0x7C00), infinity);
  EXPECT_EQ(f32_to_bf16(infinity), 0x7F80);
  for (std::uint32_t bits : {0x7FC00000u, 0x7F800001u, 0xFF800001u, 0x7FFFFFFFu}) {
    const auto nan = std::bit_cast<float>(bits);
    EXPECT_TRUE(std::isnan(f16_to_f32(f32_to_f16(nan)))) << std::hex << bits;
    EXPECT_TRUE(std::isnan(bf16_to_f32(f32_to_bf16(nan)))) << std::hex << bits;
  }
  EXPECT_EQ(std::bit_cast<std::uint32_t>(f16_to_f32(0x7C01)), 0x7FC02000u);  // quiet, payload kept
}

}  // namespace
}  // namespace clicklens::base
