#include "base/output_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <utility>

#include "base/file.h"

namespace clicklens::base {
namespace {

constexpr ::mode_t permissions = 0777;

std::uint64_t random_bits() noexcept {
  std::uint64_t bits = 0;
  if (::getrandom(&bits, sizeof bits, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof bits)) return bits;
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

// Short and independent of the final name, which may already be as long as names can be. Random: in a
// container every process has the same id, and killed ones leave their files behind.
std::string temporary_name(const std::string& folder) {
  char name[64];
  std::snprintf(name, sizeof name, "/.clicklens-%ld-%016llx.tmp", static_cast<long>(::getpid()),
                static_cast<unsigned long long>(random_bits()));
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
  const bool exists = ::stat(path, &info) == 0;
  // told now, not after hours of writing
  if (exists && S_ISDIR(info.st_mode)) return Status::error(Code::io_error, "%s: is a folder", ShownPath(path).text);
  if (exists && !S_ISREG(info.st_mode))
    return Status::error(Code::io_error, "%s: not a regular file", ShownPath(path).text);
  std::unique_ptr<OutputFile> file(new OutputFile(path, folder_of(path)));
  CLENS_TRY(file->open_temporary(exists ? &info : nullptr));
  return file;
}

OutputFile::OutputFile(std::string path, std::string folder) : path_(std::move(path)), folder_(std::move(folder)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status OutputFile::open_temporary(const struct ::stat* replaced) {
  const ::mode_t mode = replaced == nullptr ? 0666 : replaced->st_mode & permissions;
  std::string name;
  for (int attempt = 0; attempt < 100 && descriptor_ < 0; ++attempt) {
    name = temporary_name(folder_);
    descriptor_ = retry([&] { return ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode); });
    if (descriptor_ < 0 && errno != EEXIST) break;
  }
  if (descriptor_ < 0 && errno == ENOENT) return io_error(folder_.c_str(), "no such folder", ENOENT);
  if (descriptor_ < 0) return io_error(name.c_str(), "cannot create", errno);
  temporary_ = std::move(name);
  if (replaced == nullptr) return {};
  struct stat made {};  // the umask may have taken bits away
  if (::fstat(descriptor_, &made) == 0 && (made.st_mode & permissions) == mode) return {};
  if (::fchmod(descriptor_, mode) == 0) return {};
  return io_error(temporary_.c_str(), "cannot set the permissions", errno);
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
