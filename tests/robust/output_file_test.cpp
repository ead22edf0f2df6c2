// What is left of a file whose writer ends in the middle, and of one that the system lets nobody link.
#include "base/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "disk.h"
#include "support/files.h"

namespace clicklens::testing {
namespace {

using base::OutputFile;

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

const std::vector<std::byte> content(70'000, std::byte{7});

bool has_unnamed_files(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return false;
  ::close(file);
  return true;
}

// A process that writes half a file and is killed.
void killed_writer(const std::string& path) {
  int told[2];
  ASSERT_EQ(::pipe(told), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto file = OutputFile::create(path.c_str());
    const char written = file.ok() && (*file)->write_at(4096, content).ok() ? 1 : 0;
    if (::write(told[1], &written, 1) == 1)
      for (;;) ::pause();
    ::_exit(1);
  }
  char written = 0;
  EXPECT_EQ(::read(told[0], &written, 1), 1);
  EXPECT_EQ(written, 1);
  EXPECT_EQ(::kill(child, SIGKILL), 0);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  ::close(told[0]);
  ::close(told[1]);
}

TEST(KilledWriter, LeavesNothing) {
  const TemporaryPath path("out");
  if (!has_unnamed_files(path.folder())) GTEST_SKIP() << path.folder() << ": its file system has no O_TMPFILE";
  const mode_t before = ::umask(022);
  killed_writer(path.str());
  ::umask(before);
  EXPECT_EQ(names_in(path.folder()), std::vector<std::string>());
  write_bytes(path.str(), content);
  ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
  killed_writer(path.str());
  EXPECT_EQ(names_in(path.folder()), std::vector<std::string>{"out"});
  EXPECT_EQ(read_bytes(path.str()), content);
}

// What the test above would see if files had names, and so a test of it.
TEST(KilledWriter, LeavesItsTemporaryFileWhereFilesNeedNames) {
  const TemporaryPath path("out");
  const NamedFilesOnly named;
  killed_writer(path.str());
  const std::vector<std::string> left = names_in(path.folder());
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left.front().find(".clicklens-"), 0u) << left.front();
}

// What was written, and its permissions, by either way.
void write_and_check(const TemporaryPath& path) {
  for (const mode_t replaced : {0u, 0640u, 0444u, 0666u}) {
    std::filesystem::remove(path.str());
    const mode_t before = ::umask(027);
    if (replaced != 0) {
      write_bytes(path.str(), {});
      EXPECT_EQ(::chmod(path.c_str(), replaced), 0);
    }
    const auto file = OutputFile::create(path.c_str());
    ASSERT_TRUE(file.ok()) << file.status().message();
    EXPECT_TRUE((*file)->write_at(0, content).ok());
    const base::Status done = (*file)->commit(content.size() + 3);
    ::umask(before);
    ASSERT_TRUE(done.ok()) << done.message();
    std::vector<std::byte> wanted = content;
    wanted.resize(content.size() + 3);
    EXPECT_EQ(read_bytes(path.str()), wanted);
    EXPECT_EQ(names_in(path.folder()).size(), 1u);
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777u, replaced == 0 ? 0640u : replaced);
    EXPECT_EQ(info.st_nlink, 1u);
  }
}

TEST(OutputFileWays, GiveTheSameFile) {
  const TemporaryPath path("out");
  write_and_check(path);
  {
    const NamedFilesOnly named;
    write_and_check(path);
    EXPECT_GT(NamedFilesOnly::refusals(), 0);
  }
  for (const int error : {EPERM, EACCES, EXDEV, ENOENT, EOPNOTSUPP}) {
    const ForbiddenLinks forbidden(error);
    write_and_check(path);
  }
}

// Copied to a file with a name then: each of those calls may fail, too.
TEST(OutputFileWays, FailWithoutATraceWhereLinksAreForbidden) {
  const TemporaryPath path("out");
  const ForbiddenLinks forbidden(EPERM);
  write_bytes(path.str(), {});
  bool failed = true;
  for (std::int64_t refused = 0; failed; ++refused) {
    base::Status status;
    {
      const ArmedDisk disk(refused, ENOSPC);
      const auto file = OutputFile::create(path.c_str());
      ASSERT_TRUE(file.ok());
      status = (*file)->write_at(0, content);
      if (status.ok()) status = (*file)->commit(content.size());
      failed = ArmedDisk::has_refused();
    }
    EXPECT_EQ(names_in(path.folder()), std::vector<std::string>{"out"}) << "call " << refused;
    EXPECT_TRUE(failed || refused > 8) << refused;
    EXPECT_TRUE(status.ok() || status.code() == base::Code::io_error) << status.message();
    if (!status.ok() && read_bytes(path.str()).empty()) continue;
    EXPECT_EQ(read_bytes(path.str()), content);
    write_bytes(path.str(), {});
  }
}

TEST(OutputFileWays, WithoutAUmaskTheKernelIsNotTrustedWithIt) {
  const TemporaryPath path("out");
  const mode_t before = ::umask(0);
  {
    const auto file = OutputFile::create(path.c_str());
    EXPECT_TRUE(file.ok());
    EXPECT_EQ(names_in(path.folder()).size(), 1u);
  }
  ::umask(before);
  EXPECT_TRUE(names_in(path.folder()).empty());
}

// A relative path means what it did when the file was begun.
TEST(OutputFileFolder, StaysWhereTheProcessWas) {
  const std::filesystem::path before = std::filesystem::current_path();
  const TemporaryPath first("first"), second("second");
  std::filesystem::current_path(first.folder());
  auto file = OutputFile::create("out");
  ASSERT_TRUE(file.ok()) << file.status().message();
  std::filesystem::current_path(second.folder());
  const base::Status written = (*file)->write_at(0, content), committed = (*file)->commit(content.size());
  std::filesystem::current_path(before);
  EXPECT_TRUE(written.ok() && committed.ok()) << committed.message();
  EXPECT_EQ(names_in(first.folder()), std::vector<std::string>{"out"});
  EXPECT_EQ(names_in(second.folder()), std::vector<std::string>{});
}

}  // namespace
}  // namespace clicklens::testing
