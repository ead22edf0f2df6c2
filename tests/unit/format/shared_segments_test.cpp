// A model opened over another version: segments that did not change are that version's, whoever is released first.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <vector>

#include "format/model_file.h"
#include "support/files.h"
#include "support/tiny_model.h"

namespace clicklens::testing {
namespace {

using format::ModelFile;
using format::OpenOptions;

class SharedSegments : public ::testing::TestWithParam<OpenOptions::Access> {
 protected:
  // The same model but for the segment of one constant: its first number.
  static std::vector<std::byte> retrained(std::uint32_t constant, float number) {
    TinyModel model = tiny_model();
    auto& segment = model.segments[model.desc.constants[constant].segment];
    std::memcpy(segment.data(), &number, sizeof number);
    return model_bytes(model);
  }
  std::unique_ptr<ModelFile> open(const std::vector<std::byte>& bytes, const ModelFile* base) {
    paths_.push_back(std::make_unique<TemporaryPath>("version.clens"));
    write_bytes(paths_.back()->str(), bytes);
    OpenOptions options;
    options.access = GetParam();
    options.base = base;
    options.verify_segments = true;
    options.warm = true;
    auto made = ModelFile::open(paths_.back()->c_str(), options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    return std::move(*made);
  }
  static bool share(const ModelFile& a, const ModelFile& b, std::uint32_t segment) {
    return a.segment(segment).data() == b.segment(segment).data();
  }
  static std::vector<std::byte> copy(const ModelFile& file, std::uint32_t segment) {
    const auto bytes = file.segment(segment);
    return {bytes.begin(), bytes.end()};
  }

  std::vector<std::unique_ptr<TemporaryPath>> paths_;
};

TEST_P(SharedSegments, WhatDidNotChangeIsTheBases) {
  const auto base = open(model_bytes(tiny_model()), nullptr);
  const std::vector<std::byte> bytes = retrained(0, 0.5f);
  const auto next = open(bytes, base.get()), alone = open(bytes, nullptr);
  const std::uint32_t changed = next->desc().constants[0].segment;
  for (std::uint32_t i = 0; i < next->desc().segments.size(); ++i) {
    EXPECT_EQ(share(*next, *base, i), i != changed) << i;
    EXPECT_EQ(copy(*next, i), copy(*alone, i)) << i;
  }
  EXPECT_EQ(next->id(), alone->id());
}

TEST_P(SharedSegments, OutliveTheVersionTheyCameWith) {
  auto first = open(model_bytes(tiny_model()), nullptr);
  auto second = open(retrained(0, 0.5f), first.get());
  auto third = open(retrained(1, 0.25f), second.get());  // its constant 0 is the first's again, by no one's memory
  const std::uint32_t table = first->desc().tables[0].segment, one = first->desc().constants[0].segment;
  EXPECT_TRUE(share(*third, *first, table));
  EXPECT_FALSE(share(*third, *second, one));
  EXPECT_EQ(third->keeper(table), first->keeper(table)) << "nobody keeps the second for it";
  const auto wanted = copy(*third, table);
  first.reset();
  second.reset();
  EXPECT_EQ(copy(*third, table), wanted);
  EXPECT_TRUE(third->verify_segments().ok());
}

TEST_P(SharedSegments, MemoryOfACallerIsNotShared) {
  const std::vector<std::byte> bytes = model_bytes(tiny_model());
  auto block = base::AlignedBlock::allocate(bytes.size(), 64);
  ASSERT_TRUE(block.ok());
  std::memcpy(block->data(), bytes.data(), bytes.size());
  const auto base = ModelFile::from_memory({block->data(), block->size()}, {});
  ASSERT_TRUE(base.ok());
  const auto next = open(bytes, base->get());
  for (std::uint32_t i = 0; i < next->desc().segments.size(); ++i) EXPECT_FALSE(share(*next, **base, i));
}

INSTANTIATE_TEST_SUITE_P(Access, SharedSegments,
                         ::testing::Values(OpenOptions::Access::map, OpenOptions::Access::copy));

}  // namespace
}  // namespace clicklens::testing
