// The disk of this test program: the system calls that write files go through here, and one of them may fail, or all
// may be interrupted and cut short.
#pragma once

#include <cstdint>

namespace clicklens::testing {

// While it lives, call number `refused` of all threads' (write, pwrite, ftruncate, fsync, close, link, linkat, rename)
// fails with `error`.
class ArmedDisk {
 public:
  static constexpr std::int64_t none = -1;
  ArmedDisk(std::int64_t refused, int error) noexcept;
  ~ArmedDisk();
  ArmedDisk(const ArmedDisk&) = delete;
  ArmedDisk& operator=(const ArmedDisk&) = delete;

  [[nodiscard]] static bool has_refused() noexcept;
};

// While it lives, every call that may be interrupted is, once before each time that it does anything, and no write
// takes more than 7 bytes.
class RestlessDisk {
 public:
  RestlessDisk() noexcept;
  ~RestlessDisk();
  RestlessDisk(const RestlessDisk&) = delete;
  RestlessDisk& operator=(const RestlessDisk&) = delete;

  [[nodiscard]] static std::int64_t interruptions() noexcept;
};

// While it lives, the file system has no files without a name (O_TMPFILE).
class NamedFilesOnly {
 public:
  NamedFilesOnly() noexcept;
  ~NamedFilesOnly();
  NamedFilesOnly(const NamedFilesOnly&) = delete;
  NamedFilesOnly& operator=(const NamedFilesOnly&) = delete;

  [[nodiscard]] static std::int64_t refusals() noexcept;
};

// While it lives, files can be linked to no other name; the error is a policy's.
class ForbiddenLinks {
 public:
  explicit ForbiddenLinks(int error) noexcept;
  ~ForbiddenLinks();
  ForbiddenLinks(const ForbiddenLinks&) = delete;
  ForbiddenLinks& operator=(const ForbiddenLinks&) = delete;
};

}  // namespace clicklens::testing
