#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "encode/bag_reader.h"

namespace clicklens::encode {
namespace {

format::FeatureDesc dense(std::uint32_t width, std::vector<float> missing_value) {
  format::FeatureDesc feature;
  feature.name = "price";
  feature.kind = format::FeatureKind::dense;
  feature.width = width;
  feature.missing_value = std::move(missing_value);
  return feature;
}

Column floats(const void* values, std::size_t count) {
  Column column;
  column.kind = ColumnKind::floats;
  column.value_type = ValueType::f32;
  column.values = values;
  column.value_count = count;
  return column;
}

constexpr float untouched = -99.0f;

TEST(DenseReader, CopiesRowsIntoStrides) {
  const std::vector<float> values = {-9, -9, 1, 2, 3, 4, 5, 6};
  Column column = floats(values.data(), values.size());
  column.first = 1;
  std::vector<float> out(6, untouched);
  Counts counts;
  ASSERT_TRUE(read_dense(dense(2, {}), &column, 1, 3, false, out.data(), 3, counts).ok());
  EXPECT_EQ(out, (std::vector<float>{3, 4, untouched, 5, 6, untouched}));
  EXPECT_EQ(counts.missing + counts.bad_values, 0u);
}

TEST(DenseReader, ZeroHasOneSign) {
  const std::vector<float> values = {-0.0f, 1, -0.0f, NAN};
  const Column column = floats(values.data(), values.size());
  Counts counts;
  std::vector<float> out(4);
  ASSERT_TRUE(read_dense(dense(2, {-0.0f}), &column, 0, 2, false, out.data(), 2, counts).ok());
  for (const float v : out) EXPECT_FALSE(std::signbit(v));
  EXPECT_EQ(out, (std::vector<float>{0, 1, 0, 0}));
}

TEST(DenseReader, MissingAndBadValuesBecomeTheMissingValue) {
  const std::vector<float> values = {1, NAN, INFINITY, 4, 5, 6, 7, -INFINITY};
  Column column = floats(values.data(), values.size());
  const std::uint8_t validity = 0b1011, elements = 0b11101111;
  column.validity = &validity;
  column.value_validity = &elements;
  Counts counts;
  std::vector<float> out(8);
  ASSERT_TRUE(read_dense(dense(2, {10, 20}), &column, 0, 4, false, out.data(), 2, counts).ok());
  EXPECT_EQ(out, (std::vector<float>{1, 20, 10, 4, 10, 20, 7, 20}));
  EXPECT_EQ(counts.missing, 1u);
  EXPECT_EQ(counts.bad_values, 3u);

  counts = {};
  column.validity = nullptr;
  ASSERT_TRUE(read_dense(dense(2, {10}), &column, 2, 3, false, out.data(), 2, counts).ok());
  EXPECT_EQ(out[0], 10.0f);
  EXPECT_EQ(out[1], 6.0f);
  EXPECT_EQ(counts.missing, 1u);
}

TEST(DenseReader, AnAbsentColumnIsMissing) {
  Counts counts;
  std::vector<float> out(4, untouched);
  ASSERT_TRUE(read_dense(dense(2, {1.5f}), nullptr, 7, 9, true, out.data(), 2, counts).ok());
  EXPECT_EQ(out, std::vector<float>(4, 1.5f));
  ASSERT_TRUE(read_dense(dense(2, {}), nullptr, 7, 9, true, out.data(), 2, counts).ok());
  EXPECT_EQ(out, std::vector<float>(4, 0.0f));
  EXPECT_EQ(counts.missing, 4u);
}

TEST(DenseReader, StrictNamesTheValue) {
  const std::vector<float> values = {1, 2, 3, NAN};
  const Column column = floats(values.data(), values.size());
  Counts counts;
  std::vector<float> out(4);
  const auto status = read_dense(dense(2, {}), &column, 0, 2, true, out.data(), 2, counts);
  EXPECT_EQ(status.code(), base::Code::bad_value);
  EXPECT_STREQ(status.message(), "feature 'price', entry 1, element 1: value is not finite");
}

TEST(DenseReader, ReadsUnalignedMemory) {
  std::vector<char> bytes(1 + 2 * sizeof(float));
  const float values[] = {1.5f, 2.5f};
  std::memcpy(bytes.data() + 1, values, sizeof values);
  const Column column = floats(bytes.data() + 1, 2);
  Counts counts;
  std::vector<float> out(2);
  ASSERT_TRUE(read_dense(dense(1, {}), &column, 0, 2, true, out.data(), 1, counts).ok());
  EXPECT_EQ(out, (std::vector<float>{1.5f, 2.5f}));
}

}  // namespace
}  // namespace clicklens::encode
