#include "base/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/file.h"

namespace clicklens::base {
namespace {

// Short and independent of the final name, which may already be as long as names can be.
std::string temporary_name(const std::string& folder) {
  static constinit std::atomic<unsigned> counter{0};
  char name[64];
  std::snprintf(name, sizeof name, "/.clicklens-%ld-%u.tmp", static_cast<long>(::getpid()), counter++);
  return folder + name;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

template <class Call>
int retry(Call call) noexcept {
  int result = 0;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::create(const char* path) {
  if (path == nullptr || *path == '\0') return Status::error(Code::invalid_argument, "path: empty");
  struct stat info {};
  if (::stat(path, &info) == 0 && S_ISDIR(info.st_mode))  // told now, not after hours of writing
    return Status::error(Code::io_error, "%s: is a folder", ShownPath(path).text);
  std::unique_ptr<OutputFile> file(new OutputFile(path, folder_of(path)));
  CLENS_TRY(file->open_temporary());
  return file;
}

OutputFile::OutputFile(std::string path, std::string folder) : path_(std::move(path)), folder_(std::move(folder)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status OutputFile::open_temporary() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string name = temporary_name(folder_);
    descriptor_ = retry([&] { return ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666); });
    if (descriptor_ >= 0) {
      temporary_ = std::move(name);
      return {};
    }
    if (errno != EEXIST) break;  // left behind by a process of the same id
  }
  const int error = errno;
  if (error == ENOENT) return io_error(folder_.c_str(), "no such folder", error);
  return io_error(folder_.c_str(), "cannot write into the folder", error);
}

Status OutputFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error(path_.c_str(), "cannot write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Status OutputFile::commit(std::uint64_t size) noexcept {
  if (descriptor_ < 0) return Status::error(Code::bad_state, "%s: already committed", ShownPath(path_.c_str()).text);
  if (retry([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) != 0)
    return io_error(path_.c_str(), "cannot set the size", errno);
  if (retry([&] { return ::fsync(descriptor_); }) != 0) return io_error(path_.c_str(), "cannot sync", errno);
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR)
    return io_error(path_.c_str(), "cannot close", errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0)
    return io_error(path_.c_str(), "cannot rename into place", errno);
  temporary_.clear();
  return sync_folder();
}

Status OutputFile::sync_folder() noexcept {
  const int folder = retry([&] { return ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (folder < 0) return io_error(folder_.c_str(), "cannot open the folder", errno);
  const int result = retry([&] { return ::fsync(folder); });
  const int error = errno;
  ::close(folder);
  if (result != 0 && error != EINVAL)  // EINVAL: a file system whose folders cannot be synced
    return io_error(folder_.c_str(), "cannot sync the folder", error);
  return {};
}

}  // namespace clicklens::base
