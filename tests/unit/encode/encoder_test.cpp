#include "encode/encoder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace clicklens::encode {
namespace {

TEST(IdentityEncoder, AKeyIsItsRow) {
  const auto made = Encoder::make({"slot", format::IdentityEncoder{5}}, {}, {});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ((*made)->rows(), 5u);
  EXPECT_EQ((*made)->key_type(), format::KeyType::u64);
  const std::vector<std::uint64_t> keys = {0, 4, 5, 1ull << 32, ~0ull, 3};
  std::vector<std::uint32_t> rows(keys.size());
  (*made)->encode(std::span<const std::uint64_t>(keys), rows.data());
  EXPECT_EQ(rows, (std::vector<std::uint32_t>{0, 4, unknown_row, unknown_row, unknown_row, 3}));
  const std::string_view text = "3";
  (*made)->encode(std::span(&text, 1), rows.data());
  EXPECT_EQ(rows[0], unknown_row);
}

TEST(IdentityEncoder, RefusesRowsNoIdReaches) {
  for (const std::uint64_t rows : {std::uint64_t{0}, most_rows + 1, ~std::uint64_t{0}}) {
    const auto made = Encoder::make({"slot", format::IdentityEncoder{rows}}, {}, {});
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.status().code(), base::Code::bad_file);
    EXPECT_NE(std::string(made.status().message()).find("slot"), std::string::npos);
  }
  EXPECT_TRUE(Encoder::make({"slot", format::IdentityEncoder{most_rows}}, {}, {}).ok());
}

}  // namespace
}  // namespace clicklens::encode
