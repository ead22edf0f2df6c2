// Narrow tables through the C ABI: strides, encoding, and a model written again.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

TEST(TablesC, StridesOfRows) {
  std::uint64_t stride = 0;
  EXPECT_EQ(clens_table_row_stride(CLENS_ROW_INT8, 16, &stride), CLENS_OK);
  EXPECT_EQ(stride, 32u);
  EXPECT_EQ(clens_table_row_stride(CLENS_ROW_F16, 5, &stride), CLENS_OK);
  EXPECT_EQ(stride % 2, 0u);
  EXPECT_EQ(clens_table_row_stride(5, 16, &stride), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "row_type: 5 is no clens_row_type");
  EXPECT_EQ(clens_table_row_stride(CLENS_ROW_F32, 0, &stride), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_table_row_stride(CLENS_ROW_F32, ~0ull, &stride), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_table_row_stride(CLENS_ROW_F32, 1, nullptr), CLENS_E_INVALID_ARGUMENT);
}

TEST(TablesC, EncodesRowsAndTheirPadding) {
  const float values[] = {0, 255, 10, -1, 14, 2};
  std::vector<unsigned char> out(32, 0xAA);
  ASSERT_EQ(clens_table_encode(CLENS_ROW_INT8, values, 2, 3, 16, out.data(), out.size()), CLENS_OK) << last_error();
  float affine[2];
  std::memcpy(affine, out.data(), sizeof affine);
  EXPECT_EQ(affine[0], 1.0f);
  EXPECT_EQ(affine[1], 0.0f);
  EXPECT_EQ(out[8], 0);
  EXPECT_EQ(out[9], 255);
  EXPECT_EQ(out[10], 10);
  for (std::size_t i = 11; i < 16; ++i) EXPECT_EQ(out[i], 0) << i;
  ASSERT_EQ(clens_table_encode(CLENS_ROW_INT4, values + 3, 1, 3, 12, out.data(), out.size()), CLENS_OK);
  EXPECT_EQ(out[8], 0xF0);
  EXPECT_EQ(out[9], 0x03);
}

TEST(TablesC, EncodingChecksWhatItIsGiven) {
  const float values[] = {1, 70000};
  unsigned char out[64];
  const auto encode = [&](std::uint32_t type, std::uint64_t rows, std::uint64_t dim, std::uint64_t stride,
                          std::size_t room) { return clens_table_encode(type, values, rows, dim, stride, out, room); };
  EXPECT_EQ(encode(CLENS_ROW_INT8, 1, 2, 8, 64), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(encode(CLENS_ROW_INT8, 1, 2, 14, 64), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "row_stride: 14, a row has 10 bytes, aligned to 4");
  EXPECT_EQ(encode(CLENS_ROW_INT8, 1, 2, 12, 11), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(encode(CLENS_ROW_INT8, ~0ull, 2, 12, 64), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(encode(99, 1, 2, 12, 64), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(encode(CLENS_ROW_F16, 2, 1, 2, 64), CLENS_E_BAD_VALUE);
  EXPECT_EQ(last_error(), "values: row 1, column 0: the type cannot hold 70000");
  EXPECT_EQ(encode(CLENS_ROW_BF16, 2, 1, 2, 64), CLENS_OK);
  EXPECT_EQ(clens_table_encode(CLENS_ROW_F16, nullptr, 0, 1, 2, nullptr, 0), CLENS_OK);
  EXPECT_EQ(clens_table_encode(CLENS_ROW_F16, nullptr, 1, 1, 2, out, 64), CLENS_E_INVALID_ARGUMENT);
}

class RefineC : public ::testing::Test {
 protected:
  TinyHost host_;
  TemporaryPath out_{"refined.clens"};
};

TEST_F(RefineC, WritesAllTablesAndTellsWhatItCost) {
  std::vector<clens_table_change> changes(2, CLENS_TABLE_CHANGE_INIT);
  ASSERT_EQ(clens_refine_tables(host_.model(), CLENS_ROW_INT8, nullptr, 0, out_.c_str(), changes.data()), CLENS_OK)
      << last_error();
  EXPECT_STREQ(changes[0].name, "user table");
  EXPECT_STREQ(changes[1].name, "ad table");
  EXPECT_EQ(changes[0].from, std::uint32_t{CLENS_ROW_F32});
  EXPECT_EQ(changes[0].to, std::uint32_t{CLENS_ROW_INT8});
  EXPECT_EQ(changes[0].bytes_before, 1600u);
  EXPECT_EQ(changes[0].bytes_after, 1200u);
  EXPECT_GT(changes[0].largest_error, 0.0);
  EXPECT_LT(changes[0].largest_error, 0.01);
  clens_model* model = nullptr;
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.flags = CLENS_OPEN_VERIFY_SEGMENTS;
  ASSERT_EQ(clens_model_open(out_.c_str(), &options, &model), CLENS_OK) << last_error();
  const HandleOf<clens_model> refined(model);
  clens_table_info info = CLENS_TABLE_INFO_INIT;
  ASSERT_EQ(clens_model_table(model, 1, &info), CLENS_OK);
  EXPECT_STREQ(info.type, "int8");
  EXPECT_EQ(info.bytes, changes[1].bytes_after);
  EXPECT_EQ(clens_model_self_test(model), CLENS_E_NOT_FOUND);
}

TEST_F(RefineC, ChecksItsArguments) {
  const auto refine = [&](std::uint32_t type, const std::size_t* tables, std::size_t count,
                          clens_table_change* changes) {
    return clens_refine_tables(host_.model(), type, tables, count, out_.c_str(), changes);
  };
  const std::size_t beyond = 2, twice[] = {1, 1}, second = 1;
  EXPECT_EQ(refine(9, nullptr, 0, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(refine(CLENS_ROW_F16, nullptr, 1, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(refine(CLENS_ROW_F16, &beyond, 1, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(refine(CLENS_ROW_F16, twice, 2, nullptr), CLENS_E_INVALID_ARGUMENT);
  clens_table_change changes[2] = {CLENS_TABLE_CHANGE_INIT, CLENS_TABLE_CHANGE_INIT};
  changes[1].struct_size = 0;
  EXPECT_EQ(refine(CLENS_ROW_F16, nullptr, 0, changes), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refine_tables(nullptr, CLENS_ROW_F16, nullptr, 0, out_.c_str(), nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refine_tables(host_.model(), CLENS_ROW_F16, nullptr, 0, nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_refine_tables(host_.model(), CLENS_ROW_F16, nullptr, 0, "/nowhere/at/all", nullptr), CLENS_E_IO);
  EXPECT_EQ(refine(CLENS_ROW_F16, &second, 1, changes), CLENS_OK) << last_error();
}

}  // namespace
}  // namespace clicklens::testing
