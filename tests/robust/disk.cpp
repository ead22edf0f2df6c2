#include "disk.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>

namespace clicklens::testing {
namespace {

std::atomic<bool> set = false, restless = false, refused = false;
std::atomic<std::int64_t> left = 0, interrupted = 0;
std::atomic<int> refusal = 0, forbidden = 0;
std::atomic<bool> named_only = false;
std::atomic<std::int64_t> unnamed_refused = 0;

// Whether this call fails; errno says how.
bool fails() noexcept {
  if (!set.load(std::memory_order_relaxed) || left.fetch_sub(1, std::memory_order_relaxed) != 0) return false;
  refused = true;
  errno = refusal;
  return true;
}

bool lacks_unnamed() noexcept {
  if (!named_only.load(std::memory_order_relaxed)) return false;
  unnamed_refused.fetch_add(1, std::memory_order_relaxed);
  errno = EOPNOTSUPP;
  return true;
}

bool forbids_links() noexcept {
  errno = forbidden.load(std::memory_order_relaxed);
  return errno != 0;
}

// Every second time.
bool interrupts() noexcept {
  if (!restless.load(std::memory_order_relaxed)) return false;
  thread_local bool turn = false;
  turn = !turn;
  if (!turn) return false;
  interrupted.fetch_add(1, std::memory_order_relaxed);
  errno = EINTR;
  return true;
}

std::size_t part(std::size_t size) noexcept {
  constexpr std::size_t most = 7;
  return restless.load(std::memory_order_relaxed) ? std::min(size, most) : size;
}

}  // namespace

ArmedDisk::ArmedDisk(std::int64_t number, int error) noexcept {
  refused = false;
  left = number;
  refusal = error;
  set = true;
}
ArmedDisk::~ArmedDisk() {
  set = false;
}
bool ArmedDisk::has_refused() noexcept {
  return refused;
}

RestlessDisk::RestlessDisk() noexcept {
  interrupted = 0;
  restless = true;
}
RestlessDisk::~RestlessDisk() {
  restless = false;
}
std::int64_t RestlessDisk::interruptions() noexcept {
  return interrupted;
}

NamedFilesOnly::NamedFilesOnly() noexcept {
  unnamed_refused = 0;
  named_only = true;
}
NamedFilesOnly::~NamedFilesOnly() {
  named_only = false;
}
std::int64_t NamedFilesOnly::refusals() noexcept {
  return unnamed_refused;
}

ForbiddenLinks::ForbiddenLinks(int error) noexcept {
  forbidden = error;
}
ForbiddenLinks::~ForbiddenLinks() {
  forbidden = 0;
}

}  // namespace clicklens::testing

using clicklens::testing::fails;
using clicklens::testing::forbids_links;
using clicklens::testing::interrupts;
using clicklens::testing::lacks_unnamed;
using clicklens::testing::part;

// In place of libc's, in this program alone.
extern "C" {

int open(const char* path, int flags, ...) {
  if ((flags & O_TMPFILE) == O_TMPFILE && lacks_unnamed()) return -1;
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

ssize_t write(int file, const void* bytes, size_t size) {
  if (fails() || interrupts()) return -1;
  return ::syscall(SYS_write, file, bytes, part(size));
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  if (fails() || interrupts()) return -1;
  return ::syscall(SYS_pwrite64, file, bytes, part(size), offset);
}

int ftruncate(int file, off_t size) noexcept {
  if (fails() || interrupts()) return -1;
  return static_cast<int>(::syscall(SYS_ftruncate, file, size));
}

int fsync(int file) {
  if (fails() || interrupts()) return -1;
  return static_cast<int>(::syscall(SYS_fsync, file));
}

// What it is for happens all the same: the number is free again.
int close(int file) {
  const int result = static_cast<int>(::syscall(SYS_close, file));
  return result == 0 && fails() ? -1 : result;
}

int link(const char* from, const char* to) noexcept {
  return fails() ? -1 : static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  if (forbids_links() || fails()) return -1;
  return static_cast<int>(::syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}

int rename(const char* from, const char* to) noexcept {
  return fails() ? -1 : static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0u));
}
}
