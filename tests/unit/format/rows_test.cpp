// Rows of every element type against arithmetic in double and the formats' definition (support/rows.h).
#include "format/rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "support/rows.h"

namespace clicklens::format {
namespace {

constexpr ElementType types[] = {ElementType::f32, ElementType::f16, ElementType::bf16, ElementType::i8_row,
                                 ElementType::i4_row};
constexpr float infinite = std::numeric_limits<float>::infinity();

kernels::Element element(ElementType type) {
  return static_cast<kernels::Element>(type);
}

struct Row {
  std::vector<float> x, back;
  std::vector<std::byte> bytes;
  std::optional<std::uint32_t> odd;

  Row(ElementType type, std::vector<float> numbers) : x(std::move(numbers)), back(x.size()) {
    bytes.resize(row_bytes(type, x.size()));
    odd = encode_row(type, x.data(), static_cast<std::uint32_t>(x.size()), bytes.data());
    decode_row(type, bytes.data(), static_cast<std::uint32_t>(x.size()), back.data());
  }
};

std::vector<float> draw(std::mt19937& random, std::size_t dim, float scale) {
  std::vector<float> x(dim);
  for (float& v : x) v = scale * std::normal_distribution<float>()(random);
  return x;
}

TEST(Rows, DecodeAsTheFormatsAreDefined) {
  std::mt19937 random(1);
  for (const ElementType type : types) {
    for (std::uint32_t dim = 1; dim <= 40; ++dim) {
      std::vector<std::uint8_t> row(oracle::bytes_of_row(element(type), dim));
      ASSERT_EQ(row_bytes(type, dim), row.size());
      oracle::draw_row(
          element(type), dim, row.data(), random, [&] { return draw(random, 1, 1)[0]; }, dim % 2 == 0);
      std::vector<float> got(dim);
      decode_row(type, reinterpret_cast<const std::byte*>(row.data()), dim, got.data());
      for (std::uint32_t c = 0; c < dim; ++c) {
        const float expected = oracle::number_in_row(element(type), row.data(), c);
        EXPECT_TRUE(got[c] == expected || (std::isnan(got[c]) && std::isnan(expected))) << got[c] << ' ' << expected;
      }
    }
  }
}

TEST(Rows, QuantisedNumbersAreOfTheRowsGridAndNearest) {
  std::mt19937 random(2);
  for (const ElementType type : {ElementType::i8_row, ElementType::i4_row}) {
    const double levels = type == ElementType::i8_row ? 255 : 15;
    for (std::uint32_t dim = 1; dim <= 70; ++dim) {
      const Row row(type, draw(random, dim, std::ldexp(1.0f, static_cast<int>(dim) - 40)));
      ASSERT_FALSE(row.odd);
      const auto [low, high] = std::minmax_element(row.x.begin(), row.x.end());
      const double step = (double{*high} - double{*low}) / levels;
      for (std::uint32_t c = 0; c < dim; ++c)
        EXPECT_LE(std::abs(double{row.x[c]} - double{row.back[c]}), step / 2 + 4e-7 * std::abs(row.x[c]) + 1e-45)
            << "dim " << dim << " column " << c;
      EXPECT_EQ(row.back[static_cast<std::size_t>(low - row.x.begin())], *low);
    }
  }
}

TEST(Rows, TiesGoToTheEvenCode) {
  std::vector<float> x = {0.0f, 255.0f, 0.5f, 1.5f, 2.5f, 253.5f, 254.5f};
  EXPECT_EQ(Row(ElementType::i8_row, x).back, (std::vector<float>{0, 255, 0, 2, 2, 254, 254}));
  x = {-1.0f, 14.0f, -0.5f, 0.5f, 12.5f, 13.5f};
  EXPECT_EQ(Row(ElementType::i4_row, x).back, (std::vector<float>{-1, 14, -1, 1, 13, 13}));
}

TEST(Rows, EqualNumbersStayWhatTheyAre) {
  for (const ElementType type : {ElementType::i8_row, ElementType::i4_row}) {
    EXPECT_EQ(Row(type, {0.1f, 0.1f, 0.1f}).back, (std::vector<float>{0.1f, 0.1f, 0.1f}));
    EXPECT_EQ(Row(type, {-3e38f}).back, (std::vector<float>{-3e38f}));
    EXPECT_FALSE(std::signbit(Row(type, {-0.0f, 0.0f}).back[0]));
  }
}

TEST(Rows, ExtremeRowsStayFinite) {
  const float most = std::numeric_limits<float>::max();
  for (const ElementType type : {ElementType::i8_row, ElementType::i4_row}) {
    for (const float v : Row(type, {-most, most, 0.0f, 1.0f}).back) EXPECT_TRUE(std::isfinite(v));
    for (const float v : Row(type, {0.0f, most}).back) EXPECT_TRUE(std::isfinite(v));
    EXPECT_NEAR(Row(type, {0.0f, most}).back[1] / most, 1.0f, 1e-6f);
    EXPECT_EQ(Row(type, {0.0f, 1e-45f}).back[1], 0.0f);  // too near for a step between them
  }
}

TEST(Rows, WhatATypeCannotHoldIsNamed) {
  EXPECT_EQ(Row(ElementType::f16, {1, 65519, 65520}).odd, 2u);
  EXPECT_EQ(Row(ElementType::f16, {1, -1e9f}).odd, 1u);
  EXPECT_FALSE(Row(ElementType::f16, {infinite, std::nanf("")}).odd);
  EXPECT_TRUE(std::isnan(Row(ElementType::bf16, {infinite, std::nanf("")}).back[1]));
  EXPECT_EQ(Row(ElementType::bf16, {std::numeric_limits<float>::max()}).odd, 0u);
  EXPECT_EQ(Row(ElementType::i8_row, {1, 2, infinite, 3}).odd, 2u);
  EXPECT_EQ(Row(ElementType::i4_row, {std::nanf(""), 2}).odd, 0u);
  EXPECT_FALSE(Row(ElementType::f32, {infinite, std::nanf("")}).odd);
}

TEST(Rows, StridesTouchFewLinesAtReasonableWaste) {
  const auto stride = [](std::uint64_t bytes) { return padded_row_stride(ElementType::i8_row, bytes - 8); };
  EXPECT_EQ(stride(12), 12u);
  EXPECT_EQ(stride(16), 16u);
  EXPECT_EQ(stride(24), 32u);
  EXPECT_EQ(stride(40), 64u);
  EXPECT_EQ(stride(64), 64u);
  EXPECT_EQ(stride(72), 72u);  // two lines wherever it begins
  EXPECT_EQ(stride(100), 128u);
  EXPECT_EQ(stride(136), 136u);
  EXPECT_EQ(padded_row_stride(ElementType::f16, 16), 32u);
  EXPECT_EQ(padded_row_stride(ElementType::f32, 17), 68u);
  for (const ElementType type : types) {
    for (std::uint64_t dim = 1; dim < 300; ++dim) {
      EXPECT_GE(padded_row_stride(type, dim), row_bytes(type, dim));
      EXPECT_EQ(padded_row_stride(type, dim) % row_alignment(type), 0u);
      EXPECT_LE(padded_row_stride(type, dim), std::max<std::uint64_t>(2 * row_bytes(type, dim), 12));
    }
  }
}

}  // namespace
}  // namespace clicklens::format
