// Gathered columns hold the entries asked for: lists, strings, weights, nulls, slices, against plain indexing.
#include "encode/gather.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "encode/access.h"

namespace clicklens::encode {
namespace {

// Entry as text: null or not, then values with weights.
std::string show(const Column& column, std::uint64_t entry, std::uint32_t width) {
  std::string text = is_set(column.validity, column.first + entry) ? "" : "null:";
  const auto element = [&](std::uint64_t k, const std::string& value) {
    text += is_set(column.value_validity, k) ? value : "(" + value + ")";
    if (column.weights != nullptr) text += "*" + std::to_string(load<float>(column.weights, k));
    text += ' ';
  };
  if (column.kind == ColumnKind::floats) {
    for (std::uint64_t k = (column.first + entry) * width; k < (column.first + entry + 1) * width; ++k)
      element(k, std::to_string(load<float>(column.values, k)));
    return text;
  }
  with_offsets(column, [&](const auto& offsets) {
    for (std::uint64_t k = offsets[entry]; k < offsets[entry + 1]; ++k) {
      if (column.kind != ColumnKind::strings) {
        element(k, std::to_string(load<std::int16_t>(column.values, k)));
        continue;
      }
      const auto at = [&](std::uint64_t i) {
        return column.offset_bits == 64 ? static_cast<std::size_t>(load<std::int64_t>(column.value_offsets, i))
                                        : static_cast<std::size_t>(load<std::int32_t>(column.value_offsets, i));
      };
      element(k, std::string(static_cast<const char*>(column.values) + at(k), at(k + 1) - at(k)));
    }
  });
  return text;
}

void expect_gathered(const Column& column, std::uint32_t width) {
  const std::vector<std::uint64_t> orders[] = {{0, 1, 2, 3}, {3, 1, 0, 2}, {2, 2, 2, 2, 0}, {}};
  for (const auto& order : orders) {
    const GatheredColumn gathered(column, order, width);
    const base::Status fits = check_column(gathered.view(), order.size(), width, "f", true);
    ASSERT_TRUE(fits.ok()) << fits.message();
    for (std::size_t i = 0; i < order.size(); ++i)
      EXPECT_EQ(show(gathered.view(), i, width), show(column, order[i], width)) << i;
  }
}

constexpr std::uint8_t validity[] = {0b10110110}, value_validity[] = {0b11011011, 0b01101101};
constexpr float weights[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

TEST(Gather, ListsOfIntegers) {
  const std::int16_t values[] = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
  const std::int32_t offsets[] = {0, 1, 1, 4, 6, 9};
  Column column{0,       ColumnKind::keys, ValueType::i16, 32, 1, values, 10, nullptr, 0, offsets,
                weights, validity,         value_validity};
  expect_gathered(column, 0);
  column.row_offsets = nullptr;  // one each
  column.first = 3;
  column.weights = nullptr;
  expect_gathered(column, 0);
}

TEST(Gather, Strings) {
  const std::string bytes = "alphabetagammadelta";
  const std::int32_t strings[] = {0, 5, 9, 14, 14, 19};
  const std::int32_t offsets[] = {0, 2, 2, 3, 5};
  Column column{0,
                ColumnKind::strings,
                ValueType::bytes,
                32,
                0,
                bytes.data(),
                bytes.size(),
                strings,
                5,
                offsets,
                weights,
                validity,
                nullptr};
  expect_gathered(column, 0);
  column.row_offsets = nullptr;
  column.first = 1;
  expect_gathered(column, 0);
}

TEST(Gather, Dense) {
  const Column column{0,       ColumnKind::floats, ValueType::f32, 0, 1, weights, 10, nullptr, 0, nullptr,
                      nullptr, validity,           value_validity};
  expect_gathered(column, 2);
}

}  // namespace
}  // namespace clicklens::encode
