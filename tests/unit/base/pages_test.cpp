// A warmed mapping is in memory and in this process's page table, with MADV_POPULATE_READ and, on kernels without it,
// by touching. Kernels without it are played by a seccomp filter in a child process.
#include "base/pages.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/emulated.h"
#include "support/sanitizer.h"
#include "support/tiny_model.h"

namespace clicklens::base {
namespace {

constexpr std::size_t size = (std::size_t{4} << 20) + 1000;  // 1025 pages of 4 KiB

// A file of `size` bytes, dropped from the page cache where the file system allows it.
class ColdFile {
 public:
  ColdFile() {
    std::ofstream(path_.str()) << std::string(size, 'x');
    descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    ::fsync(descriptor_);
    ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
    data_ = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor_, 0);
  }
  ~ColdFile() {
    if (data_ != MAP_FAILED) ::munmap(data_, size);
    ::close(descriptor_);
  }
  [[nodiscard]] bool ok() const { return data_ != MAP_FAILED; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(data_), size}; }

  [[nodiscard]] bool resident() const {
    std::vector<unsigned char> pages((size + 4095) / 4096);
    if (::mincore(data_, size, pages.data()) != 0) return false;
    return std::all_of(pages.begin(), pages.end(), [](unsigned char page) { return (page & 1) != 0; });
  }
  [[nodiscard]] long faults_of_touching() const {
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    const volatile std::byte* bytes = this->bytes().data();
    for (std::size_t i = 0; i < size; i += 4096) static_cast<void>(bytes[i]);
    ::getrusage(RUSAGE_SELF, &after);
    return after.ru_minflt + after.ru_majflt - before.ru_minflt - before.ru_majflt;
  }

 private:
  testing::TemporaryPath path_{"cold.bin"};
  int descriptor_ = -1;
  void* data_ = MAP_FAILED;
};

// From now on madvise(.., 22) answers `error`, as a kernel before 5.14 would. False where that cannot be had.
bool refuse_populate_read(int error) {
  constexpr std::uint32_t populate_read = 22;
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(SYS_madvise), 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 2 * sizeof(std::uint64_t)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, populate_read, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(filter)), filter};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(WarmPages, AMappedFileIsResidentAndFaultsNoMore) {
  if (testing::emulated()) GTEST_SKIP() << "an emulator ignores madvise";
  if (testing::under_tsan) GTEST_SKIP() << "ThreadSanitizer's shadow of the pages faults";
  const ColdFile file;
  ASSERT_TRUE(file.ok());
  welcome_huge_pages(file.bytes());
  ASSERT_TRUE(warm_pages(file.bytes()).ok());
  EXPECT_TRUE(file.resident());
  // AddressSanitizer's own note of these pages takes 129 more.
  EXPECT_LT(file.faults_of_touching(), testing::under_sanitizer ? 250 : 100) << "of 1025 pages";
}

enum Outcome : int { fine = 0, no_filter = 1, not_refused = 2, failed = 3, absent = 4, faults = 5, no_error = 6 };

// In a child, which the filter ends with.
template <class Body>
int in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(WarmPages, WithoutPopulateReadPagesAreTouched) {
  if (testing::emulated() || testing::under_sanitizer) GTEST_SKIP() << "needs a filter of system calls";
  const ColdFile file;
  ASSERT_TRUE(file.ok());
  for (const int error : {EINVAL, ENOSYS}) {
    const int outcome = in_child([&] {
      if (!refuse_populate_read(error)) return no_filter;
      if (::madvise(const_cast<std::byte*>(file.bytes().data()), 4096, 22) == 0 || errno != error) return not_refused;
      if (!warm_pages(file.bytes()).ok()) return failed;
      if (!file.resident()) return absent;
      return file.faults_of_touching() < 100 ? fine : faults;
    });
    if (outcome == no_filter) GTEST_SKIP() << "this system allows no filter: the fallback was NOT tested";
    EXPECT_EQ(outcome, fine) << "errno " << error;
  }
}

TEST(WarmPages, ADiskThatFailsIsAnError) {
  if (testing::emulated() || testing::under_sanitizer) GTEST_SKIP() << "needs a filter of system calls";
  const ColdFile file;
  ASSERT_TRUE(file.ok());
  const int outcome = in_child([&] {
    if (!refuse_populate_read(EFAULT)) return no_filter;
    return warm_pages(file.bytes()).code() == Code::io_error ? fine : no_error;
  });
  if (outcome == no_filter) GTEST_SKIP() << "this system allows no filter";
  EXPECT_EQ(outcome, fine);
}

}  // namespace
}  // namespace clicklens::base
