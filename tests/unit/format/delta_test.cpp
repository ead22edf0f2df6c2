// Deltas that are sound, of another base, damaged, or put together wrong.
#include "format/delta.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "format/delta_make.h"
#include "support/files.h"
#include "support/tiny_delta.h"

namespace clicklens::format {
namespace {

using base::Code;
using testing::LooseDelta;

std::unique_ptr<ModelFile> opened(const std::vector<std::byte>& bytes) {
  OpenOptions options;
  options.access = OpenOptions::Access::copy;
  auto file = ModelFile::from_memory(bytes, options);
  EXPECT_TRUE(file.ok()) << file.status().message();
  return std::move(*file);
}

class DeltaFile : public ::testing::Test {
 protected:
  // What comes of these bytes as a delta of the tiny model.
  base::Result<std::unique_ptr<ModelFile>> applied(std::span<const std::byte> bytes, std::uint64_t copied_below = 0) {
    const auto delta = Delta::from_memory(bytes, {});
    if (!delta.ok()) return delta.status();
    return (*delta)->apply(*base_, copied_below);
  }
  // The status of the sound delta after a change.
  base::Status changed(const std::function<void(LooseDelta&)>& change) {
    LooseDelta loose = LooseDelta::of(delta_);
    change(loose);
    return applied(loose.sealed()).status();
  }
  static std::vector<std::byte> bytes_of(const ModelFile& file, std::uint32_t segment) {
    std::vector<std::byte> bytes;
    EXPECT_TRUE(file.each_piece(segment,
                                [&bytes](std::span<const std::byte> piece) {
                                  bytes.insert(bytes.end(), piece.begin(), piece.end());
                                  return base::Status();
                                })
                    .ok());
    return bytes;
  }
  void expect_result(const ModelFile& file) const {
    for (std::uint32_t i = 0; i < next_.segments.size(); ++i) EXPECT_EQ(bytes_of(file, i), next_.segments[i]) << i;
  }

  const testing::TinyModel next_ = testing::tiny_next();
  const std::vector<std::byte> delta_ = testing::tiny_delta();
  const std::unique_ptr<ModelFile> base_ = opened(model_bytes(testing::tiny_model()));
};

TEST_F(DeltaFile, SharesWhatStayed) {
  const auto model = applied(delta_);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_EQ((*model)->id(), opened(model_bytes(next_))->id());
  EXPECT_TRUE((*model)->verify_segments().ok());
  expect_result(**model);
  const TableDesc &users = next_.desc.tables[0], &ads = next_.desc.tables[1];
  ASSERT_NE((*model)->overlay(users.segment), nullptr);
  EXPECT_EQ((*model)->overlay(users.segment)->apart().size(), 3 * users.row_stride);
  ASSERT_NE((*model)->overlay(ads.segment), nullptr);
  EXPECT_EQ((*model)->overlay(ads.segment)->apart().size(), ads.row_stride);
  const std::uint32_t replaced = next_.desc.constants[1].segment;
  for (const ConstantDesc& constant : next_.desc.constants)
    EXPECT_EQ((*model)->segment(constant.segment).data() == base_->segment(constant.segment).data(),
              constant.segment != replaced);
}

TEST_F(DeltaFile, SmallTablesAreCopied) {
  const auto model = applied(delta_, least_overlaid_bytes);
  ASSERT_TRUE(model.ok()) << model.status().message();
  for (std::uint32_t i = 0; i < next_.segments.size(); ++i) EXPECT_EQ((*model)->overlay(i), nullptr);
  expect_result(**model);
}

TEST_F(DeltaFile, OutlivesItsBase) {
  auto base = opened(model_bytes(testing::tiny_model()));
  const auto delta = Delta::from_memory(delta_, {});
  ASSERT_TRUE(delta.ok());
  const auto model = (*delta)->apply(*base, 0);
  ASSERT_TRUE(model.ok());
  base.reset();
  expect_result(**model);
}

TEST_F(DeltaFile, OfABaseInACallersMemoryIsCopied) {
  const std::vector<std::byte> bytes = model_bytes(testing::tiny_model());
  auto block = base::AlignedBlock::allocate(bytes.size());
  ASSERT_TRUE(block.ok());
  std::memcpy(block->data(), bytes.data(), bytes.size());
  const auto base = ModelFile::from_memory({block->data(), block->size()}, {});
  ASSERT_TRUE(base.ok());
  const auto delta = Delta::from_memory(delta_, {});
  const auto model = (*delta)->apply(**base, 0);
  ASSERT_TRUE(model.ok()) << model.status().message();
  std::memset(block->data(), 0, block->size());
  expect_result(**model);
}

TEST_F(DeltaFile, OverAModelThatCameOfADelta) {
  const auto middle = applied(delta_);
  ASSERT_TRUE(middle.ok());
  testing::TinyModel last = next_;
  last.segments[last.desc.tables[0].segment][5] ^= std::byte{1};
  const testing::TemporaryPath path("last.clensd");
  const base::Status made = make_delta(**middle, *opened(model_bytes(last)), path.c_str(), 1.0);
  ASSERT_TRUE(made.ok()) << made.message();
  const auto delta = Delta::open(path.c_str(), {});
  ASSERT_TRUE(delta.ok()) << delta.status().message();
  const auto model = (*delta)->apply(**middle, 0);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_EQ((*model)->id(), opened(model_bytes(last))->id());
  const std::uint32_t users = last.desc.tables[0].segment;
  ASSERT_NE((*model)->overlay(users), nullptr) << "not copied";
  EXPECT_EQ((*model)->overlay(users)->apart().size(), 4 * last.desc.tables[0].row_stride) << "rows 0, 3, 4 and 77";
  EXPECT_EQ((*model)->keeper(users), base_->keeper(users)) << "nobody keeps the middle for it";
  EXPECT_TRUE((*model)->verify_segments().ok());
  const testing::TemporaryPath written("last.clens");
  ASSERT_TRUE(write_whole(**model, written.c_str()).ok());
  EXPECT_EQ(testing::read_bytes(written.str()), model_bytes(last));
}

TEST_F(DeltaFile, AnotherBaseIsRefused) {
  const auto delta = Delta::from_memory(delta_, {});
  ASSERT_TRUE(delta.ok());
  const auto other = opened(model_bytes(testing::tiny_model(2)));
  const auto model = (*delta)->apply(*other, 0);
  EXPECT_EQ(model.status().code(), Code::stale);
  EXPECT_NE(std::strstr(model.status().message(), "made for a base of model id"), nullptr) << model.status().message();
}

TEST_F(DeltaFile, CutAnywhereIsRefused) {
  for (std::size_t size = 0; size < delta_.size(); ++size)
    ASSERT_FALSE(applied(std::span(delta_).first(size)).ok()) << size;
}

// A bit that means something is found out; one that does not (padding) changes nothing.
TEST_F(DeltaFile, AnyFlippedBitIsFoundOut) {
  std::size_t refused = 0;
  for (std::size_t at = 0; at < delta_.size(); ++at) {
    std::vector<std::byte> bytes = delta_;
    bytes[at] ^= std::byte{1} << (at % 8);
    const auto model = applied(bytes);
    refused += model.ok() ? 0 : 1;
    if (model.ok())
      expect_result(**model);
    else
      ASSERT_STRNE(model.status().message(), "");
  }
  EXPECT_GT(refused, delta_.size() / 2);
}

// Sound checksums over nonsense.
TEST_F(DeltaFile, WhatFitsNoBaseIsRefused) {
  const std::uint32_t users = next_.desc.tables[0].segment, ads = next_.desc.tables[1].segment;
  const auto rows_of = [&](LooseDelta& d) -> std::vector<std::byte>& {
    return d.stretches[d.desc.segments[users].rows];
  };
  const std::pair<const char*, std::function<void(LooseDelta&)>> changes[] = {
      {"rows descend", [&](LooseDelta& d) { std::swap_ranges(&rows_of(d)[0], &rows_of(d)[4], &rows_of(d)[4]); }},
      {"a row twice", [&](LooseDelta& d) { std::copy_n(&rows_of(d)[0], 4, &rows_of(d)[4]); }},
      {"a row too far", [&](LooseDelta& d) { rows_of(d)[9] = std::byte{1}; }},
      {"a row too many", [&](LooseDelta& d) { rows_of(d).resize(16, std::byte{0xFF}); }},
      {"a row too few", [&](LooseDelta& d) { rows_of(d).resize(8); }},
      {"half a row number", [&](LooseDelta& d) { rows_of(d).resize(11); }},
      {"no such segment", [&](LooseDelta& d) { d.desc.segments[users].base_segment = 1000; }},
      {"no segment", [&](LooseDelta& d) { d.desc.segments[users].base_segment = no_index; }},
      {"another segment", [&](LooseDelta& d) { d.desc.segments[users].base_segment = ads; }},
      {"stride 0", [&](LooseDelta& d) { d.desc.segments[users].stride = 0; }},
      {"stride 1", [&](LooseDelta& d) { d.desc.segments[users].stride = 1; }},
      {"a large stride", [&](LooseDelta& d) { d.desc.segments[users].stride = 0xFFFFFFFFu; }},
      {"no bytes", [&](LooseDelta& d) { d.desc.segments[users].bytes = no_index; }},
      {"no such numbers", [&](LooseDelta& d) { d.desc.segments[users].rows = 1000; }},
      {"other bytes", [&](LooseDelta& d) { d.stretches[d.desc.segments[users].bytes].pop_back(); }},
      {"kept of another",
       [&](LooseDelta& d) {
         d.desc.segments[users] = {Change::kept, users, 0, no_index, no_index};
       }},
      {"replaced by another",
       [&](LooseDelta& d) {
         d.desc.segments[users] = {Change::replaced, no_index, 0, d.desc.result_bytes, no_index};
       }},
      {"a kind of tomorrow", [&](LooseDelta& d) { d.desc.segments[users].change = static_cast<Change>(3); }},
      {"no result", [&](LooseDelta& d) { d.desc.result_bytes = no_index; }},
      {"another result", [&](LooseDelta& d) { d.stretches[d.desc.result_bytes][100] ^= std::byte{1}; }},
      {"an empty result", [&](LooseDelta& d) { d.stretches[d.desc.result_bytes].clear(); }},
      {"another id", [&](LooseDelta& d) { d.desc.result.low ^= 1; }},
      {"segments elsewhere", [&](LooseDelta& d) { d.desc.result_segments_offset = 12; }},
      {"segments far away", [&](LooseDelta& d) { d.desc.result_segments_offset = UINT64_MAX - 63; }},
      {"a segment too few", [&](LooseDelta& d) { d.desc.segments.pop_back(); }},
      {"a segment too many", [&](LooseDelta& d) { d.desc.segments.push_back(d.desc.segments.back()); }},
  };
  for (const auto& [what, change] : changes) {
    const base::Status status = changed(change);
    EXPECT_FALSE(status.ok()) << what;
    EXPECT_NE(status.message()[0], '\0') << what;
    EXPECT_LT(static_cast<int>(status.code()), 300) << what << ": " << status.message();
  }
  EXPECT_TRUE(changed([](LooseDelta&) {}).ok());
}

// Rows that are sound but not the result's pass application and fail verification, as a damaged model's do.
TEST_F(DeltaFile, OtherRowsAreFoundByTheResultsChecksum) {
  LooseDelta loose = LooseDelta::of(delta_);
  loose.stretches[loose.desc.segments[next_.desc.tables[0].segment].bytes][0] ^= std::byte{1};
  const auto model = applied(loose.sealed());
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_EQ((*model)->verify_segments().code(), Code::checksum_mismatch);
}

TEST_F(DeltaFile, MessagesNameTheFileOnceAndTheTable) {
  const testing::TemporaryPath path("cut.clensd");
  const LooseDelta loose = LooseDelta::of(delta_);
  const auto message = [&](std::size_t size, std::size_t damaged) {
    testing::write_bytes(path.str(), delta_);
    const auto delta = Delta::open(path.c_str(), {});
    EXPECT_TRUE(delta.ok()) << delta.status().message();
    std::vector<std::byte> bytes(delta_.begin(), delta_.begin() + static_cast<std::ptrdiff_t>(size));
    if (damaged < size) bytes[damaged] ^= std::byte{1};
    testing::write_bytes(path.str(), bytes);
    const auto model = (*delta)->apply(*base_, 0);
    EXPECT_FALSE(model.ok());
    return std::string(model.status().message());
  };
  const std::uint32_t users = next_.desc.tables[0].segment;
  const std::string table = "segments[" + std::to_string(users) + "] ('" + next_.desc.tables[0].name + "'): stretches[";
  const SegmentDesc rows = loose.desc.stretches[loose.desc.segments[users].rows];
  const std::string cut = message(rows.offset, delta_.size()), damaged = message(delta_.size(), rows.offset);
  EXPECT_EQ(cut.find(path.str() + ": " + table), 0u) << cut;
  EXPECT_EQ(cut.rfind(path.str()), 0u) << cut;
  EXPECT_NE(cut.find("ends at byte"), std::string::npos) << cut;
  EXPECT_EQ(damaged.find(path.str() + ": " + table), 0u) << damaged;
  EXPECT_NE(damaged.find("its checksum differs"), std::string::npos) << damaged;
}

TEST_F(DeltaFile, IsNoModelAndAModelIsNoDelta) {
  OpenOptions copy;
  copy.access = OpenOptions::Access::copy;
  EXPECT_EQ(ModelFile::from_memory(delta_, copy).status().code(), Code::bad_file);
  EXPECT_EQ(Delta::from_memory(model_bytes(next_), {}).status().code(), Code::bad_file);
}

TEST_F(DeltaFile, PastTheLimitIsNotWritten) {
  const testing::TemporaryPath path("large.clensd");
  const auto next = opened(model_bytes(next_));
  EXPECT_EQ(make_delta(*base_, *next, path.c_str(), 0.001).code(), Code::limit_exceeded);
  EXPECT_FALSE(std::filesystem::exists(path.str()));
  EXPECT_EQ(make_delta(*base_, *next, "", 1.0).code(), Code::invalid_argument);
  EXPECT_EQ(make_delta(*base_, *next, "/no/such/folder/x.clensd", 1.0).code(), Code::io_error);
}

TEST_F(DeltaFile, ADamagedModelMakesNone) {
  std::vector<std::byte> bytes = model_bytes(next_);
  bytes.back() ^= std::byte{1};
  const testing::TemporaryPath path("damaged.clensd");
  EXPECT_EQ(make_delta(*base_, *opened(bytes), path.c_str(), 1.0).code(), Code::checksum_mismatch);
}

}  // namespace
}  // namespace clicklens::format
