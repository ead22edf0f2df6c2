#include "support/revised.h"

#include <algorithm>

#include "format/delta.h"
#include "format/delta_make.h"

namespace clicklens::testing {
namespace {

constexpr std::uint32_t appended_rows = 5, lost_rows = 3;

void change_rows(ModelMaker& maker, const format::TableDesc& table, std::mt19937& random) {
  std::vector<std::byte>& bytes = maker.bytes(table.segment);
  const std::uint64_t rows = bytes.size() / table.row_stride;
  const std::vector<std::byte> before = bytes;
  for (std::uint64_t row = 0; row < rows; ++row) {  // as other rows were: sound numbers, whatever the type
    if (random() % 4 != 0) continue;
    const auto from = before.begin() + static_cast<std::ptrdiff_t>(random() % rows * table.row_stride);
    std::copy_n(from, table.row_stride, bytes.begin() + static_cast<std::ptrdiff_t>(row * table.row_stride));
  }
}

void resize_rows(ModelMaker& maker, format::TableDesc& table, std::uint64_t rows, std::mt19937& random) {
  std::vector<std::byte>& bytes = maker.bytes(table.segment);
  const std::vector<std::byte> before = bytes;
  bytes.resize(rows * table.row_stride);
  for (std::uint64_t row = table.rows; row < rows; ++row) {
    const auto from = before.begin() + static_cast<std::ptrdiff_t>(random() % table.rows * table.row_stride);
    std::copy_n(from, table.row_stride, bytes.begin() + static_cast<std::ptrdiff_t>(row * table.row_stride));
  }
  maker.desc.segments[table.segment].size = bytes.size();
  table.rows = rows;
}

}  // namespace

ModelMaker revised(const ModelMaker& first, std::uint32_t seed) {
  ModelMaker second = first;
  std::mt19937 random(seed);
  const auto kind = random() % 3;
  for (format::TableDesc& table : second.desc.tables) {
    if (random() % 4 != 0) change_rows(second, table, random);
    if (kind == 1) resize_rows(second, table, table.rows + appended_rows, random);
    if (kind == 2) resize_rows(second, table, table.rows - lost_rows, random);
  }
  for (format::EncoderDesc& encoder : second.desc.encoders) {
    auto& rows = std::get<format::IdentityEncoder>(encoder.encoder).rows;
    if (kind == 1) rows += appended_rows;
    if (kind == 2) rows -= lost_rows;
  }
  for (std::uint32_t i = 0; i < second.constants.size(); ++i) {
    if (random() % 3 != 0) continue;
    std::vector<float> values = second.constants[i];
    for (float& value : values) value += 0.125f;
    second.replace_constant(i, std::move(values));
  }
  return second;
}

Revision::Revision(const ModelMaker& first, const ModelMaker& second, bool apart) {
  const auto expect_ok = [](const base::Status& status) { EXPECT_TRUE(status.ok()) << status.message(); };
  expect_ok(first.write(before.str()));
  expect_ok(second.write(after.str()));
  format::OpenOptions options;
  options.verify_segments = true;
  auto opened = exec::Model::open(before.c_str(), options);
  expect_ok(opened.status());
  if (opened.ok()) base = *opened;
  opened = exec::Model::open(after.c_str(), options);
  expect_ok(opened.status());
  if (opened.ok()) whole = *opened;
  if (base == nullptr || whole == nullptr) return;
  expect_ok(format::make_delta(base->file(), whole->file(), delta.c_str(), 1.0));
  const auto read = format::Delta::open(delta.c_str(), {});
  expect_ok(read.status());
  if (!read.ok()) return;
  auto file = (*read)->apply(base->file(), apart ? 0 : format::least_overlaid_bytes);
  expect_ok(file.status());
  if (!file.ok()) return;
  auto made = exec::Model::make(std::move(*file), {});
  expect_ok(made.status());
  if (made.ok()) applied = *made;
}

}  // namespace clicklens::testing
