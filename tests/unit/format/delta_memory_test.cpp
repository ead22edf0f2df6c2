// A delta of a few bytes may say that any number of segments are rows of one of the base's: what comes of it takes no
// more than base and delta could account for.
#include <gtest/gtest.h>

#include <cstring>

#include "format/delta.h"
#include "format/delta_make.h"
#include "support/files.h"
#include "support/tiny_delta.h"

namespace clicklens::format {
namespace {

using base::Code;
using testing::LooseDelta;

constexpr std::uint64_t table_bytes = std::uint64_t{1} << 20;
constexpr std::uint64_t copy_all = table_bytes + 1;
constexpr std::uint32_t copies = 80;  // of the table: more than may be spared

// The tiny model with a table of a mebibyte; its file in memory.
class DeltaMemory : public ::testing::Test {
 protected:
  DeltaMemory() {
    TableDesc& table = model_.desc.tables[0];
    model_.segments[table.segment].resize(table_bytes);
    model_.desc.segments[table.segment].size = table_bytes;
    table.rows = table_bytes / table.row_stride;
    base_ = opened(model_);
    testing::TinyModel next = model_;
    next.segments[table.segment][1] ^= std::byte{0x10};
    next_ = opened(next);
    const testing::TemporaryPath path("memory.clensd");
    const base::Status made = make_delta(*base_, *next_, path.c_str(), 1.0);
    EXPECT_TRUE(made.ok()) << made.message();
    loose_ = LooseDelta::of(testing::read_bytes(path.str()));
  }
  static std::unique_ptr<ModelFile> opened(const testing::TinyModel& model) {
    OpenOptions copy;
    copy.access = OpenOptions::Access::copy;
    auto file = ModelFile::from_memory(model_bytes(model), copy);
    EXPECT_TRUE(file.ok()) << file.status().message();
    return std::move(*file);
  }
  [[nodiscard]] std::uint32_t segment() const { return model_.desc.tables[0].segment; }
  SegmentChange& change() { return loose_.desc.segments[segment()]; }
  // As many tables more, each a segment that `like` is, with the same change.
  void repeat(const SegmentDesc& like) {
    ModelDesc desc = next_->desc();
    for (std::uint32_t i = 0; i < copies; ++i) {
      TableDesc more = desc.tables[0];
      more.name += std::to_string(i);
      more.segment = static_cast<std::uint32_t>(desc.segments.size());
      desc.segments.push_back(like);
      desc.tables.push_back(more);
      loose_.desc.segments.push_back(change());
    }
    desc.segments[segment()].xxh3 = like.xxh3;
    ASSERT_TRUE(loose_.describe(desc));
  }
  base::Result<std::unique_ptr<ModelFile>> applied(const ModelFile& base, std::uint64_t copied_below) {
    const std::vector<std::byte> bytes = loose_.sealed();
    const auto delta = Delta::from_memory(bytes, {});
    if (!delta.ok()) return delta.status();
    return (*delta)->apply(base, copied_below);
  }
  // Every copy is the first.
  void expect_shared(const base::Result<std::unique_ptr<ModelFile>>& model) const {
    ASSERT_TRUE(model.ok()) << model.status().message();
    const auto count = static_cast<std::uint32_t>((*model)->desc().segments.size());
    for (std::uint32_t i = count - copies; i < count; ++i)
      EXPECT_EQ((*model)->segment(i).data(), (*model)->segment(segment()).data()) << i;
    EXPECT_TRUE((*model)->verify_segments().ok());
  }

  testing::TinyModel model_ = testing::tiny_model();
  std::unique_ptr<ModelFile> base_, next_;
  LooseDelta loose_;
};

TEST_F(DeltaMemory, CopiesWithoutEndAreRefused) {
  EXPECT_TRUE(applied(*base_, copy_all).ok());
  repeat(next_->desc().segments[segment()]);
  const auto model = applied(*base_, copy_all);
  EXPECT_EQ(model.status().code(), Code::limit_exceeded) << model.status().message();
  EXPECT_NE(std::strstr(model.status().message(), "more memory than the base and the delta"), nullptr)
      << model.status().message();
}

TEST_F(DeltaMemory, RowsApartTakeWhatTheirMapsTake) {
  repeat(next_->desc().segments[segment()]);
  const auto model = applied(*base_, 0);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_TRUE((*model)->verify_segments().ok());
}

TEST_F(DeltaMemory, AStrideThatIsNotTheTablesIsRefused) {
  SegmentChange& half = change();
  half.stride /= 2;
  loose_.stretches[half.bytes].resize(half.stride);
  const auto model = applied(*base_, 0);
  EXPECT_EQ(model.status().code(), Code::bad_file);
  EXPECT_NE(std::strstr(model.status().message(), "stride"), nullptr) << model.status().message();
}

TEST_F(DeltaMemory, WhatIsReplacedByTheSameBytesIsThereOnce) {
  const std::vector<std::byte> bytes(next_->segment(segment()).begin(), next_->segment(segment()).end());
  change() = {Change::replaced, no_index, 0, static_cast<std::uint32_t>(loose_.stretches.size()), no_index};
  loose_.stretches.push_back(bytes);
  repeat(next_->desc().segments[segment()]);
  expect_shared(applied(*base_, 0));
}

TEST_F(DeltaMemory, WhatIsKeptOfACallersMemoryIsThereOnce) {
  change() = {Change::kept, segment(), 0, no_index, no_index};
  repeat(base_->desc().segments[segment()]);
  const std::vector<std::byte> bytes = model_bytes(model_);
  auto block = base::AlignedBlock::allocate(bytes.size());
  ASSERT_TRUE(block.ok());
  std::memcpy(block->data(), bytes.data(), bytes.size());
  const auto base = ModelFile::from_memory({block->data(), block->size()}, {});
  ASSERT_TRUE(base.ok());
  const auto model = applied(**base, 0);
  expect_shared(model);
  EXPECT_NE((*model)->segment(segment()).data(), (*base)->segment(segment()).data());
}

}  // namespace
}  // namespace clicklens::format
