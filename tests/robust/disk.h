// The disk of this test program: the system calls that write files go through here, and one of them may fail, or all
// may be interrupted and cut short.
#pragma once

#include <cstdint>

namespace clicklens::testing {

// While it lives, call number `refused` of all threads' (write, pwrite, ftruncate, fsync, close, link, rename) fails
// with `error`.
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

}  // namespace clicklens::testing
