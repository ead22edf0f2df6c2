// Warming a model whose segments lie apart brings in what they lie in, whoever mapped it.
#include "format/held_model.h"

#include <gtest/gtest.h>

#include <fstream>

#include "format/delta.h"
#include "format/delta_make.h"
#include "format/patched_file.h"
#include "support/files.h"
#include "support/tiny_model.h"

namespace clicklens::format {
namespace {

constexpr std::uint64_t held_bytes = std::uint64_t{4} << 20;

class HeldModelPages : public ::testing::Test {
 protected:
  HeldModelPages() {
    TableDesc& table = model_.desc.tables[0];
    model_.segments[table.segment].resize(held_bytes);
    model_.desc.segments[table.segment].size = held_bytes;
    table.rows = held_bytes / table.row_stride;
    EXPECT_TRUE(write_model(model_, path_.c_str()).ok());
    base_ = opened(path_);
  }
  static std::unique_ptr<ModelFile> opened(const testing::TemporaryPath& path) {
    auto file = ModelFile::open(path.c_str(), {});
    EXPECT_TRUE(file.ok()) << file.status().message();
    return std::move(*file);
  }
  // Bytes of the base's file that this process has mapped in.
  [[nodiscard]] std::uint64_t resident() const {
    std::ifstream maps("/proc/self/smaps");
    std::uint64_t sum = 0;
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
      if (line.find('-') < line.find(' ')) inside = line.find(path_.str()) != std::string::npos;
      if (inside && line.rfind("Rss:", 0) == 0) sum += 1024 * std::stoull(line.substr(4));
    }
    return sum;
  }

  testing::TinyModel model_ = testing::tiny_model();
  const testing::TemporaryPath path_{"held.clens"};
  std::unique_ptr<ModelFile> base_;
};

TEST_F(HeldModelPages, OfADeltasResultAreWarmed) {
  testing::TinyModel next = model_;
  next.segments[next.desc.tables[0].segment][1] ^= std::byte{0x10};
  const testing::TemporaryPath whole("next.clens"), path("next.clensd");
  ASSERT_TRUE(write_model(next, whole.c_str()).ok());
  ASSERT_TRUE(make_delta(*opened(path_), *opened(whole), path.c_str(), 1.0).ok());
  const auto delta = Delta::open(path.c_str(), {});
  ASSERT_TRUE(delta.ok());
  const auto model = (*delta)->apply(*base_, 0);
  ASSERT_TRUE(model.ok()) << model.status().message();
  base_.reset();
  ASSERT_LT(resident(), held_bytes / 2);
  const base::Status warm = (*model)->warm();
  EXPECT_TRUE(warm.ok()) << warm.message();
  EXPECT_GE(resident(), held_bytes);
}

TEST_F(HeldModelPages, OfAPatchedModelAreWarmed) {
  std::vector<HeldSegment> held;
  for (std::uint32_t i = 0; i < base_->desc().segments.size(); ++i)
    held.push_back({base_->segment(i), base_->keeper(i), true});
  const auto model = patched_file("patched", base_->desc(), std::move(held), {});
  ASSERT_TRUE(model.ok()) << model.status().message();
  base_.reset();
  ASSERT_LT(resident(), held_bytes / 2);
  EXPECT_TRUE((*model)->warm().ok());
  EXPECT_GE(resident(), held_bytes);
}

}  // namespace
}  // namespace clicklens::format
