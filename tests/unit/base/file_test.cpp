#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/output_file.h"
#include "base/pages.h"
#include "support/emulated.h"
#include "support/sanitizer.h"
#include "support/tiny_model.h"

namespace clicklens::base {
namespace {

using testing::TemporaryPath;

std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool names(const Status& status, const std::string& what) {
  return std::strstr(status.message(), what.c_str()) != nullptr;
}

TEST(File, ReadsPiecesAndNamesWhatIsMissing) {
  const TemporaryPath path("digits");
  write_text(path.str(), "0123456789");
  const auto file = File::open(path.c_str());
  ASSERT_TRUE(file.ok()) << file.status().message();
  ASSERT_TRUE(file->size().ok());
  EXPECT_EQ(*file->size(), 10u);
  std::array<std::byte, 4> piece{};
  ASSERT_TRUE(file->read_at(3, piece).ok());
  EXPECT_EQ(std::memcmp(piece.data(), "3456", 4), 0);
  const Status early = file->read_at(8, piece);
  EXPECT_EQ(early.code(), Code::bad_file);
  EXPECT_TRUE(names(early, "2 bytes early")) << early.message();
  EXPECT_TRUE(names(early, path.str()));
}

TEST(File, RefusesWhatIsNotARegularFile) {
  const TemporaryPath path("nothing");
  const auto absent = File::open(path.c_str());
  EXPECT_EQ(absent.status().code(), Code::io_error);
  EXPECT_TRUE(names(absent.status(), path.str()));
  EXPECT_TRUE(names(absent.status(), std::strerror(ENOENT))) << absent.status().message();
  EXPECT_EQ(File::open(path.folder().c_str()).status().code(), Code::io_error);
  EXPECT_EQ(File::open("/dev/zero").status().code(), Code::io_error);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(File::open(path.c_str()).status().code(), Code::io_error);  // and does not wait for a writer
  EXPECT_EQ(File::open("").status().code(), Code::invalid_argument);
  EXPECT_EQ(File::open(nullptr).status().code(), Code::invalid_argument);
}

TEST(File, LongPathsLeaveRoomForTheReason) {
  const std::string path = "/nowhere/" + std::string(250, 'a') + "/" + std::string(200, 'b') + "/end.clens";
  const auto file = File::open(path.c_str());
  EXPECT_TRUE(names(file.status(), "end.clens"));
  EXPECT_TRUE(names(file.status(), std::strerror(ENOENT))) << file.status().message();
}

TEST(Mapping, ShowsTheFileAndOutlivesIt) {
  const TemporaryPath path("mapped");
  write_text(path.str(), "content");
  Mapping mapping;
  {
    auto file = File::open(path.c_str());
    ASSERT_TRUE(file.ok());
    auto mapped = Mapping::map(*file, 7);
    ASSERT_TRUE(mapped.ok()) << mapped.status().message();
    mapping = std::move(*mapped);
  }
  EXPECT_EQ(std::memcmp(mapping.bytes().data(), "content", 7), 0);
}

TEST(OutputFile, AppearsOnlyWhenCommitted) {
  const TemporaryPath path("out");
  write_text(path.str(), "old");
  {
    auto file = OutputFile::create(path.c_str());
    ASSERT_TRUE(file.ok()) << file.status().message();
    ASSERT_TRUE((*file)->write_at(4, bytes_of("new")).ok());
    EXPECT_EQ(read_text(path.str()), "old");
    ASSERT_TRUE((*file)->commit(9).ok());
    EXPECT_EQ(read_text(path.str()), std::string("\0\0\0\0new\0\0", 9));
    EXPECT_EQ((*file)->commit(9).code(), Code::bad_state);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path.folder()), {}), 1);
}

TEST(OutputFile, AbandonedLeavesNothing) {
  const TemporaryPath path("out");
  {
    auto file = OutputFile::create(path.c_str());
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->write_at(0, bytes_of("half")).ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(path.folder()));
}

TEST(OutputFile, NamesAFolderThatIsNotThere) {
  const TemporaryPath path("absent/out");
  const auto file = OutputFile::create(path.c_str());
  EXPECT_EQ(file.status().code(), Code::io_error);
  EXPECT_TRUE(names(file.status(), path.folder() + "/absent: no such folder")) << file.status().message();
  EXPECT_EQ(OutputFile::create(path.folder().c_str()).status().code(), Code::io_error);  // a folder itself
}

TEST(OutputFile, ReplacesRegularFilesOnly) {
  const TemporaryPath path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const std::string link = path.folder() + "/link";
  ASSERT_EQ(::symlink(path.c_str(), link.c_str()), 0);
  for (const std::string& each : {path.str(), link, std::string("/dev/null")}) {
    const auto file = OutputFile::create(each.c_str());
    EXPECT_EQ(file.status().code(), Code::io_error);
    EXPECT_TRUE(names(file.status(), each + ": not a regular file")) << file.status().message();
  }
  EXPECT_TRUE(std::filesystem::is_fifo(path.str()));
}

TEST(OutputFile, ASymbolicLinkIsReplacedNotFollowed) {
  const TemporaryPath path("link");
  const std::string target = path.folder() + "/target";
  write_text(target, "old");
  ASSERT_EQ(::symlink(target.c_str(), path.c_str()), 0);
  auto file = OutputFile::create(path.c_str());
  ASSERT_TRUE(file.ok()) << file.status().message();
  ASSERT_TRUE((*file)->commit(0).ok());
  EXPECT_FALSE(std::filesystem::is_symlink(path.str()));
  EXPECT_EQ(read_text(target), "old");
}

TEST(OutputFile, KeepsThePermissionsOfWhatItReplaces) {
  const TemporaryPath path("out");
  for (const mode_t mode : {mode_t{0600}, mode_t{0666}, mode_t{0444}, mode_t{0640}}) {
    std::filesystem::remove(path.str());
    write_text(path.str(), "old");
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    auto file = OutputFile::create(path.c_str());
    ASSERT_TRUE(file.ok()) << file.status().message();
    ASSERT_TRUE((*file)->commit(0).ok());
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777u, mode);
  }
}

TEST(OutputFile, LeftoversOfAProcessOfTheSameIdDoNoHarm) {
  const TemporaryPath path("out");
  for (int i = 0; i < 1000; ++i)
    write_text(path.folder() + "/.clicklens-" + std::to_string(::getpid()) + "-" + std::to_string(i) + ".tmp", "");
  const auto file = OutputFile::create(path.c_str());
  EXPECT_TRUE(file.ok()) << file.status().message();
}

TEST(OutputFile, NamesTheFileItTried) {
  const TemporaryPath path("file");
  write_text(path.str(), "");
  const auto file = OutputFile::create((path.str() + "/out").c_str());
  EXPECT_TRUE(names(file.status(), path.str() + "/.clicklens-")) << file.status().message();
  EXPECT_TRUE(names(file.status(), std::strerror(ENOTDIR))) << file.status().message();
}

TEST(OutputFile, TakesTheLongestNames) {
  const TemporaryPath path(std::string(255, 'n'));
  auto file = OutputFile::create(path.c_str());
  ASSERT_TRUE(file.ok()) << file.status().message();
  EXPECT_TRUE((*file)->commit(0).ok());
  EXPECT_TRUE(std::filesystem::exists(path.str()));
}

// Private memory without huge pages, untouched.
class Pages : public ::testing::Test {
 protected:
  static constexpr std::size_t size = std::size_t{8} << 20;
  void SetUp() override {
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(data, MAP_FAILED);
    ::madvise(data, size, MADV_NOHUGEPAGE);
    pages_ = {static_cast<const std::byte*>(data), size};
  }
  void TearDown() override { ::munmap(const_cast<std::byte*>(pages_.data()), size); }

  long faults_of_touching() const {
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    const volatile std::byte* bytes = pages_.data();
    for (std::size_t i = 0; i < size; i += 4096) static_cast<void>(bytes[i]);
    ::getrusage(RUSAGE_SELF, &after);
    return after.ru_minflt - before.ru_minflt;
  }
  std::span<const std::byte> pages_;
};

TEST_F(Pages, WarmPagesFaultNoMore) {
  if (testing::emulated()) GTEST_SKIP() << "an emulator ignores madvise";
  if (testing::under_tsan) GTEST_SKIP() << "ThreadSanitizer's shadow of the pages faults";
  ASSERT_TRUE(warm_pages(pages_.subspan(0, size)).ok());
  EXPECT_LT(faults_of_touching(), 1024);  // of 2048 pages; a sanitizer has some faults of its own
  EXPECT_TRUE(warm_pages({}).ok());
}

TEST_F(Pages, SmallPagesAreNotTakenForHugeOnes) {
  faults_of_touching();
  EXPECT_FALSE(has_huge_pages(pages_));
  EXPECT_TRUE(has_huge_pages(pages_.subspan(1, 4096)));  // nothing to gain
}

TEST_F(Pages, LocksAndUnlocks) {
  auto locked = LockedPages::lock(pages_.subspan(0, 4096));
  ASSERT_TRUE(locked.ok()) << locked.status().message();
  LockedPages moved = std::move(*locked);
  EXPECT_TRUE(LockedPages::lock({}).ok());
}

}  // namespace
}  // namespace clicklens::base
