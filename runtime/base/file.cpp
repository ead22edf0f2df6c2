#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace clicklens::base {
namespace {

// One read call takes at most this much: the system's own ceiling is just below 2 GiB.
constexpr std::size_t read_at_once = std::size_t{1} << 30;

int open_for_reading(const char* path) noexcept {
  int descriptor = -1;
  do {  // O_NONBLOCK: a pipe is refused below instead of waiting here for its writer
    descriptor = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

}  // namespace

ShownPath::ShownPath(const char* path) noexcept {
  const std::size_t length = std::strlen(path);
  constexpr std::size_t shown = 159;
  if (length <= shown)
    std::snprintf(text, sizeof text, "%s", path);
  else
    std::snprintf(text, sizeof text, "...%s", path + (length - shown));
}

Status io_error(const char* path, const char* what, int error) noexcept {
  char reason[96] = "";
  const char* text = strerror_r(error, reason, sizeof reason);  // glibc's form returns the text
  const Code code = error == ENOMEM ? Code::out_of_memory : Code::io_error;
  return Status::error(code, "%s: %s: %s", ShownPath(path).text, what, text);
}

Result<File> File::open(const char* path) {
  if (path == nullptr || *path == '\0') return Status::error(Code::invalid_argument, "path: empty");
  const int descriptor = open_for_reading(path);
  if (descriptor < 0) return io_error(path, "cannot open", errno);
  File file(descriptor, path);
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return io_error(path, "cannot stat", errno);
  if (!S_ISREG(info.st_mode)) return Status::error(Code::io_error, "%s: not a regular file", ShownPath(path).text);
  return file;
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::uint64_t> File::size() const noexcept {
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0) return io_error(path(), "cannot stat", errno);
  return static_cast<std::uint64_t>(info.st_size);
}

Status File::read_at(std::uint64_t offset, std::span<std::byte> into) const noexcept {
  while (!into.empty()) {
    const std::size_t wanted = std::min(into.size(), read_at_once);
    const ssize_t got = ::pread(descriptor_, into.data(), wanted, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path(), "cannot read", errno);
    if (got == 0)
      return Status::error(Code::bad_file, "%s: ends at byte %llu, %zu bytes early", ShownPath(path()).text,
                           static_cast<unsigned long long>(offset), into.size());
    into = into.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

Result<Mapping> Mapping::map(const File& file, std::uint64_t size) noexcept {
  if (size == 0) return Status::error(Code::bad_file, "%s: empty", ShownPath(file.path()).text);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.descriptor(), 0);
  if (data == MAP_FAILED) return io_error(file.path(), "cannot map", errno);
  Mapping mapping;
  mapping.data_ = static_cast<const std::byte*>(data);
  mapping.size_ = size;
  return mapping;
}

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace clicklens::base
