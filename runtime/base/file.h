// A regular file opened for reading, and a read-only mapping of one. Every error names the path and what
// the system said; interrupted calls are taken up again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/status.h"

namespace clicklens::base {

// The path as messages show it: whole, or "..." and its last 159 bytes, so that the reason still fits.
struct ShownPath {
  explicit ShownPath(const char* path) noexcept;
  char text[168];
};

// "path: what: strerror(error)"
Status io_error(const char* path, const char* what, int error) noexcept;

class File {
 public:
  // Regular files only: a pipe would block and a device has no size.
  static Result<File> open(const char* path);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // Size now, not when the file was opened.
  [[nodiscard]] Result<std::uint64_t> size() const noexcept;
  // All of `into`; BAD_FILE when the file ends early.
  Status read_at(std::uint64_t offset, std::span<std::byte> into) const noexcept;

  [[nodiscard]] const char* path() const noexcept { return path_.c_str(); }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  File(int descriptor, std::string path) noexcept : descriptor_(descriptor), path_(std::move(path)) {}

  int descriptor_ = -1;
  std::string path_;
};

// Pages stay those of the file: shared by processes, evictable, never copied. Outlives its File.
class Mapping {
 public:
  // The first `size` bytes (not zero).
  static Result<Mapping> map(const File& file, std::uint64_t size) noexcept;

  Mapping() noexcept = default;
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace clicklens::base
