// A file whose size changes while it is opened: every order of events gives a status or a whole model.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "format/front.h"
#include "format/model_file.h"
#include "support/tiny_model.h"

namespace clicklens::format {
namespace {

using base::Code;
using testing::TemporaryPath;

// A source that says one size and then has fewer bytes: what a file cut between stat and read looks like.
class ShrunkSource final : public Source {
 public:
  ShrunkSource(std::span<const std::byte> bytes, std::uint64_t said) : memory_(bytes), said_(said) {}
  [[nodiscard]] base::Result<std::uint64_t> size() const noexcept override { return said_; }
  base::Status read_at(std::uint64_t offset, std::span<std::byte> into) const noexcept override {
    return memory_.read_at(offset, into);
  }

 private:
  MemorySource memory_;
  std::uint64_t said_;
};

TEST(ChangingFile, CutAfterItsSizeWasAsked) {
  const auto bytes = testing::model_bytes(testing::tiny_model());
  EXPECT_TRUE(read_front(ShrunkSource(bytes, bytes.size()), "model", {}).ok());
  for (std::size_t left : {std::size_t{0}, std::size_t{63}, std::size_t{64}, std::size_t{65}, std::size_t{500}})
    EXPECT_EQ(read_front(ShrunkSource(std::span(bytes).first(left), bytes.size()), "model", {}).status().code(),
              Code::bad_file)
        << left;
}

TEST(ChangingFile, CutWhileItIsRead) {
  const TemporaryPath path("model.clens");
  const auto bytes = testing::model_bytes(testing::tiny_model());
  testing::write_bytes(path.str(), bytes);
  const auto file = base::File::open(path.c_str());
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(::truncate(path.c_str(), 100), 0);
  std::vector<std::byte> into(bytes.size());
  EXPECT_EQ(file->read_at(0, into).code(), Code::bad_file);
  EXPECT_EQ(read_front(FileSource(*file), "model", {}).status().code(), Code::bad_file);
}

// Copies, so that no page of the file is touched after it was cut.
TEST(ChangingFile, GrowsAndShrinksAsItIsOpened) {
  const TemporaryPath path("model.clens");
  const auto bytes = testing::model_bytes(testing::tiny_model());
  testing::write_bytes(path.str(), bytes);
  std::atomic<bool> stop{false};
  std::thread changer([&] {
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    for (off_t size = 0; !stop; size = (size + 997) % static_cast<off_t>(bytes.size()))
      if (::ftruncate(file, size) != 0 || ::pwrite(file, bytes.data(), bytes.size(), 0) < 0) break;
    ::close(file);
  });
  OpenOptions options;
  options.access = OpenOptions::Access::copy;
  options.verify_segments = true;
  for (int i = 0; i < 1000; ++i) {
    const auto model = ModelFile::open(path.c_str(), options);
    if (model.ok()) {
      EXPECT_EQ((*model)->file_size(), bytes.size());
    } else {
      EXPECT_GE(model.status().code(), Code::bad_file);
    }
  }
  stop = true;
  changer.join();
}

}  // namespace
}  // namespace clicklens::format
