#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/checksum.h"
#include "base/memory.h"
#include "format/container.h"
#include "format/model_file.h"
#include "support/emulated.h"
#include "support/sparse_model.h"
#include "support/tiny_model.h"

namespace clicklens::format {
namespace {

using base::Code;
using testing::TemporaryPath;
using testing::tiny_model;
using testing::TinyModel;
using Access = OpenOptions::Access;

void expect_is(const ModelFile& file, const TinyModel& model) {
  for (std::uint32_t i = 0; i < model.segments.size(); ++i) {
    const auto segment = file.segment(i);
    ASSERT_EQ(segment.size(), model.segments[i].size());
    EXPECT_EQ(std::memcmp(segment.data(), model.segments[i].data(), segment.size()), 0) << i;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(segment.data()) % 64, 0u);
  }
  EXPECT_TRUE(file.segment(static_cast<std::uint32_t>(model.segments.size())).empty());
  EXPECT_TRUE(file.segment(no_index).empty());
  EXPECT_TRUE(file.verify_segments().ok());
  EXPECT_TRUE(file.warm().ok());
}

TEST(Open, EveryOptionGivesTheSameModel) {
  const TinyModel model = tiny_model();
  const TemporaryPath path("model.clens");
  ASSERT_TRUE(testing::write_model(model, path.c_str()).ok());
  for (unsigned bits = 0; bits < 32; ++bits) {
    OpenOptions options;
    options.access = (bits & 1) != 0 ? Access::copy : Access::map;
    options.warm = (bits & 2) != 0;
    options.huge_pages = (bits & 4) != 0;
    options.lock = (bits & 8) != 0;
    options.verify_segments = (bits & 16) != 0;
    const auto file = ModelFile::open(path.c_str(), options);
    ASSERT_TRUE(file.ok()) << bits << " " << file.status().message();
    expect_is(**file, model);
    EXPECT_EQ((*file)->name(), path.str());
    EXPECT_EQ((*file)->file_size(), std::filesystem::file_size(path.str()));
  }
}

TEST(Open, IdIsTheHashOfTheFlatBuffer) {
  const auto bytes = testing::model_bytes(tiny_model());
  const auto header = decode_header(
      [&] {
        HeaderBytes front;
        std::memcpy(front.data(), bytes.data(), front.size());
        return front;
      }(),
      bytes.size(), {});
  ASSERT_TRUE(header.ok());
  const auto hash = base::xxh3_128(std::span(bytes).subspan(64, header->flatbuffer_size));
  OpenOptions options;
  options.access = Access::copy;
  const auto model = ModelFile::from_memory(bytes, options);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ((*model)->id().low, hash.low);
  EXPECT_EQ((*model)->id().high, hash.high);
}

TEST(Open, FromMemoryRefersOrCopies) {
  const TinyModel model = tiny_model();
  const auto bytes = testing::model_bytes(model);
  auto block = base::AlignedBlock::allocate(bytes.size() + 1);
  ASSERT_TRUE(block.ok());
  std::memcpy(block->data(), bytes.data(), bytes.size());
  OpenOptions options;
  const auto referred = ModelFile::from_memory({block->data(), bytes.size()}, options);
  ASSERT_TRUE(referred.ok()) << referred.status().message();
  expect_is(**referred, model);
  EXPECT_EQ((*referred)->segment(0).data(), block->data() + (*referred)->desc().segments[0].offset);

  std::memmove(block->data() + 1, bytes.data(), bytes.size());
  const std::span<const std::byte> shifted{block->data() + 1, bytes.size()};
  EXPECT_EQ(ModelFile::from_memory(shifted, options).status().code(), Code::invalid_argument);
  options.access = Access::copy;
  const auto copied = ModelFile::from_memory(shifted, options);
  ASSERT_TRUE(copied.ok());
  std::memset(block->data(), 0, block->size());
  expect_is(**copied, model);
}

TEST(Open, MessagesNameTheFile) {
  const TemporaryPath path("model.clens");
  const auto absent = ModelFile::open(path.c_str(), {});
  EXPECT_EQ(absent.status().code(), Code::io_error);
  EXPECT_NE(std::strstr(absent.status().message(), path.c_str()), nullptr);
  EXPECT_EQ(ModelFile::open("", {}).status().code(), Code::invalid_argument);
  EXPECT_EQ(ModelFile::open(path.folder().c_str(), {}).status().code(), Code::io_error);
  std::ofstream(path.str())
      << "user,ad,click\n1,2,0\n and so on, a table rather than a model, long enough for a header";
  const auto text = ModelFile::open(path.c_str(), {});
  EXPECT_EQ(text.status().code(), Code::bad_file);
  EXPECT_NE(std::strstr(text.status().message(), "model.clens: header: not a clicklens model"), nullptr)
      << text.status().message();
}

TEST(Open, VerifySegmentsNamesTheOneThatDiffers) {
  const TinyModel model = tiny_model();
  auto bytes = testing::model_bytes(model);
  OpenOptions options;
  options.access = Access::copy;
  const auto offset = (*ModelFile::from_memory(bytes, options))->desc().segments[1].offset;
  bytes[offset + 5] ^= std::byte{1};
  EXPECT_TRUE(ModelFile::from_memory(bytes, options).ok());
  options.verify_segments = true;
  const auto damaged = ModelFile::from_memory(bytes, options);
  EXPECT_EQ(damaged.status().code(), Code::checksum_mismatch);
  EXPECT_NE(std::strstr(damaged.status().message(), "segments[1] ('ad table')"), nullptr) << damaged.status().message();
}

// ---- constant time: the work of opening, not the clock

struct Work {
  long faults = 0;
  long bytes_read = 0;  // by read calls; -1 where the system does not say
};

long bytes_read_so_far() {
  std::ifstream io("/proc/self/io");
  std::string key;
  long value = 0;
  while (io >> key >> value)
    if (key == "rchar:") return value;
  return -1;
}

Work work_of_opening(const std::string& path) {
  rusage before{}, after{};
  const long first = bytes_read_so_far();
  const long read = bytes_read_so_far();
  const long asking = read - first;
  ::getrusage(RUSAGE_SELF, &before);
  const auto file = ModelFile::open(path.c_str(), {});
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_TRUE(file.ok()) << file.status().message();
  const long done = bytes_read_so_far();
  return {after.ru_minflt + after.ru_majflt - before.ru_minflt - before.ru_majflt,
          read < 0 ? -1 : done - read - asking};
}

TEST(Open, FourGibibytesCostWhatFourMebibytesDo) {
  const TemporaryPath small("small.clens"), large("large.clens");
  testing::write_sparse_model(small.str(), (4u << 20) / 16);
  testing::write_sparse_model(large.str(), (std::uint64_t{4} << 30) / 16);
  ASSERT_GT(std::filesystem::file_size(large.str()), std::uint64_t{4} << 30);
  work_of_opening(small.str());  // first use of code and heap
  const Work of_small = work_of_opening(small.str()), of_large = work_of_opening(large.str());
  if (!testing::emulated()) {  // it keeps books about every page of a mapping
    EXPECT_LE(of_large.faults, of_small.faults + 32);
  }
  if (of_small.bytes_read < 0) GTEST_SKIP() << "/proc/self/io does not say what was read";
  EXPECT_NEAR(static_cast<double>(of_large.bytes_read), static_cast<double>(of_small.bytes_read), 256);
  EXPECT_LT(of_large.bytes_read, 64 << 10);
}

TEST(Open, EveryRowOfALargeTableIsThere) {
  const TemporaryPath path("large.clens");
  testing::write_sparse_model(path.str(), (std::uint64_t{4} << 30) / 16);
  const auto file = ModelFile::open(path.c_str(), {});
  ASSERT_TRUE(file.ok()) << file.status().message();
  const auto table = (*file)->segment(0);
  ASSERT_EQ(table.size(), std::uint64_t{4} << 30);
  EXPECT_EQ(table[table.size() - 1], std::byte{0});
  EXPECT_EQ((*file)->segment(1).size(), 800u);
}

// Memory of the caller's with every option: nothing of it is kept, unless it was copied to get huge pages.
TEST(OpenMemory, OfTheCallersTakesEveryOption) {
  TinyModel model = tiny_model();
  TableDesc& table = model.desc.tables[0];
  const std::uint64_t bytes = std::uint64_t{5} << 20;  // holds a whole huge page wherever it lies
  model.segments[table.segment].resize(bytes);
  model.desc.segments[table.segment].size = bytes;
  table.rows = bytes / table.row_stride;
  const std::vector<std::byte> file = testing::model_bytes(model);
  auto block = base::AlignedBlock::allocate(file.size(), 64);
  ASSERT_TRUE(block.ok());
  std::copy(file.begin(), file.end(), block->data());
  for (unsigned flags = 0; flags < 16; ++flags) {
    OpenOptions options;
    options.warm = (flags & 1) != 0;
    options.huge_pages = (flags & 2) != 0;
    options.lock = (flags & 4) != 0;
    options.verify_segments = (flags & 8) != 0;
    const auto opened = ModelFile::from_memory({block->data(), file.size()}, options);
    if (!opened.ok() && options.lock && opened.status().code() == base::Code::io_error) continue;  // RLIMIT_MEMLOCK
    ASSERT_TRUE(opened.ok()) << flags << ": " << opened.status().message();
    const std::span<const std::byte> segment = (*opened)->segment(table.segment);
    EXPECT_TRUE(std::equal(segment.begin(), segment.end(), model.segments[table.segment].begin()));
    const bool copied = segment.data() < block->data() || segment.data() >= block->data() + block->size();
    EXPECT_EQ((*opened)->keeper(table.segment) != nullptr, copied) << flags;
    EXPECT_EQ((*opened)->verified(table.segment) != nullptr, copied) << flags;
    EXPECT_TRUE(options.huge_pages || !copied) << flags;
  }
}

}  // namespace
}  // namespace clicklens::format
