// Checksums that held once are not compared again while the memory is the same; whether they were can be seen where a
// mapped file is changed in place, which no host should do.
#include "format/verified.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "format/delta.h"
#include "support/files.h"
#include "support/tiny_delta.h"

namespace clicklens::testing {
namespace {

using base::Code;
using format::ModelFile;
using format::OpenOptions;
using Verify = ModelFile::Verify;

// A file, mapped, of which bytes can be changed under the map.
struct Version {
  TemporaryPath path{"version.clens"};
  std::unique_ptr<ModelFile> file;

  explicit Version(const std::vector<std::byte>& bytes) { write_bytes(path.str(), bytes); }
  base::Status open(const Version* base, bool verify) {
    OpenOptions options;
    options.base = base == nullptr ? nullptr : base->file.get();
    options.verify_segments = verify;
    auto opened = ModelFile::open(path.c_str(), options);
    if (opened.ok()) file = std::move(*opened);
    return opened.status();
  }
  // Of a segment that is this file's own.
  void damage(std::uint32_t segment) const {
    const auto file_at = static_cast<std::streamoff>(file->desc().segments[segment].offset);
    std::fstream stream(path.str(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(file_at);
    const auto byte = static_cast<char>(stream.get() ^ 1);
    stream.seekp(file_at);
    stream.put(byte);
  }
};

// The same model but for the first number of a constant.
std::vector<std::byte> retrained(std::uint32_t constant, float number) {
  TinyModel model = tiny_model();
  std::memcpy(model.segments[model.desc.constants[constant].segment].data(), &number, sizeof number);
  return model_bytes(model);
}

class VerifiedSegments : public ::testing::Test {
 protected:
  const format::ModelDesc desc_ = tiny_model().desc;
  const std::uint32_t table_ = desc_.tables[0].segment, own_ = desc_.constants[0].segment;
  Version base_{model_bytes(tiny_model())}, next_{retrained(0, 0.5f)}, last_{retrained(1, 0.25f)};
};

TEST_F(VerifiedSegments, OfAVerifiedBaseAreNotReadAgain) {
  ASSERT_TRUE(base_.open(nullptr, true).ok());
  base_.damage(table_);
  EXPECT_TRUE(next_.open(&base_, true).ok()) << "verifies its own segments alone";
  EXPECT_EQ(next_.file->verify_segments().code(), Code::checksum_mismatch) << "all, when asked for";
  EXPECT_EQ(next_.file->verify_segments(Verify::unverified).code(), Code::checksum_mismatch)
      << "what was found damaged is known to be so";
  EXPECT_EQ(base_.file->verify_segments(Verify::unverified).code(), Code::checksum_mismatch);
  base_.damage(table_);  // whole again
  EXPECT_TRUE(next_.file->verify_segments(Verify::unverified).ok());
  EXPECT_TRUE(base_.file->verified(table_)->holds());
}

TEST_F(VerifiedSegments, OfABaseThatWasNotVerifiedAreRead) {
  ASSERT_TRUE(base_.open(nullptr, false).ok());
  EXPECT_FALSE(base_.file->verified(table_)->holds());
  base_.damage(table_);
  EXPECT_EQ(next_.open(&base_, true).code(), Code::checksum_mismatch);
  ASSERT_TRUE(next_.open(&base_, false).ok());
  EXPECT_EQ(next_.file->verify_segments(Verify::unverified).code(), Code::checksum_mismatch);
}

TEST_F(VerifiedSegments, OfItsOwnAreRead) {
  ASSERT_TRUE(base_.open(nullptr, true).ok());
  ASSERT_TRUE(next_.open(&base_, false).ok());
  EXPECT_FALSE(next_.file->verified(own_)->holds());
  next_.damage(own_);
  EXPECT_EQ(next_.file->verify_segments(Verify::unverified).code(), Code::checksum_mismatch);
  EXPECT_EQ(next_.open(&base_, true).code(), Code::checksum_mismatch);
}

TEST_F(VerifiedSegments, OfAChainAreKnownByTheirMemory) {
  ASSERT_TRUE(base_.open(nullptr, false).ok());
  ASSERT_TRUE(next_.open(&base_, true).ok());  // which verifies the base's memory, too
  ASSERT_TRUE(last_.open(&next_, false).ok());
  EXPECT_EQ(last_.file->verified(table_), base_.file->verified(table_));
  EXPECT_TRUE(last_.file->verified(table_)->holds());
  EXPECT_FALSE(base_.file->verified(own_)->holds()) << "the middle has a memory of its own for it";
  EXPECT_FALSE(last_.file->verified(own_)->holds());
  base_.damage(table_);
  EXPECT_TRUE(last_.file->verify_segments(Verify::unverified).ok());
  EXPECT_TRUE(last_.file->verified(own_)->holds());
}

TEST_F(VerifiedSegments, OfACallersMemoryAreReadEachTime) {
  const std::vector<std::byte> bytes = model_bytes(tiny_model());
  auto block = base::AlignedBlock::allocate(bytes.size());
  ASSERT_TRUE(block.ok());
  std::memcpy(block->data(), bytes.data(), bytes.size());
  OpenOptions options;
  options.verify_segments = true;
  const auto file = ModelFile::from_memory({block->data(), block->size()}, options);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->verified(table_), nullptr);
  block->data()[(*file)->desc().segments[table_].offset] ^= std::byte{1};
  EXPECT_EQ((*file)->verify_segments(Verify::unverified).code(), Code::checksum_mismatch);
}

// Kept segments are known as the base's, replaced ones were compared when they were read, what is made of base and
// delta is compared once.
TEST_F(VerifiedSegments, OfADelta) {
  const std::vector<std::byte> bytes = tiny_delta();
  const TinyModel result = tiny_next();
  const std::uint32_t users = result.desc.tables[0].segment, replaced = result.desc.constants[1].segment,
                      kept = result.desc.constants[0].segment;
  const auto delta = format::Delta::from_memory(bytes, {});
  ASSERT_TRUE(delta.ok());
  for (const std::uint64_t copied_below : {std::uint64_t{0}, format::least_overlaid_bytes}) {
    for (const bool verified : {false, true}) {
      ASSERT_TRUE(base_.open(nullptr, verified).ok());
      const auto applied = (*delta)->apply(*base_.file, copied_below);
      ASSERT_TRUE(applied.ok());
      EXPECT_EQ((*applied)->verified(kept), base_.file->verified(kept));
      EXPECT_EQ((*applied)->verified(kept)->holds(), verified);
      EXPECT_TRUE((*applied)->verified(replaced)->holds());
      EXPECT_FALSE((*applied)->verified(users)->holds());
      ASSERT_TRUE((*applied)->verify_segments(Verify::unverified).ok());
      EXPECT_TRUE((*applied)->verified(users)->holds());
    }
  }
  ASSERT_TRUE(base_.open(nullptr, true).ok());
  base_.damage(users);
  const auto applied = (*delta)->apply(*base_.file, 0);
  ASSERT_TRUE(applied.ok());
  EXPECT_EQ((*applied)->verify_segments(Verify::unverified).code(), Code::checksum_mismatch);
}

// Versions over one base, verified at once.
TEST_F(VerifiedSegments, AreMarkedByAnyThread) {
  ASSERT_TRUE(base_.open(nullptr, false).ok());
  ASSERT_TRUE(next_.open(&base_, false).ok());
  ASSERT_TRUE(last_.open(&base_, false).ok());
  std::vector<std::thread> threads;
  for (const Version* version : {&base_, &next_, &last_})
    threads.emplace_back([version] { EXPECT_TRUE(version->file->verify_segments(Verify::unverified).ok()); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(base_.file->verified(table_)->holds());
}

}  // namespace
}  // namespace clicklens::testing
