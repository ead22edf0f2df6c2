#include "base/output_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"

namespace clicklens::base {
namespace {

constexpr ::mode_t permissions = 0777, new_mode = 0666;
constexpr int most_attempts = 100;
constexpr std::size_t copied_at_once = std::size_t{32} << 10;

std::uint64_t random_bits() noexcept {
  std::uint64_t bits = 0;
  if (::getrandom(&bits, sizeof bits, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof bits)) return bits;
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

// Short and independent of the final name, which may already be as long as names can be. Random: in a
// container every process has the same id, and killed ones may leave their files behind.
constexpr int random_digits = 16;
constexpr std::string_view name_end = ".tmp";

std::string temporary_name(const std::string& folder) {
  std::string name = folder + "/.clicklens-" + std::to_string(::getpid()) + "-";
  return name.append(random_digits, '0').append(name_end);
}

void draw(std::string& name) noexcept {
  char digits[random_digits + 1];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(random_bits()));
  std::copy_n(digits, random_digits, name.end() - random_digits - name_end.size());
}

// What a relative path means now, whatever the process calls its folder when the file is done. Where that cannot be
// said, the path.
std::string absolute(const char* path) {
  if (*path == '/') return path;
  const std::unique_ptr<char, decltype(&std::free)> here(::getcwd(nullptr, 0), &std::free);
  return here == nullptr ? path : std::string(here.get()) + "/" + path;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// By which a file without a name can be linked: AT_EMPTY_PATH would need a capability.
struct LinkPath {
  explicit LinkPath(int descriptor) noexcept { std::snprintf(text, sizeof text, "/proc/self/fd/%d", descriptor); }
  char text[32];
};

bool same_file(const struct ::stat& a, const struct ::stat& b) noexcept {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Of an error of linkat: not the disk's.
bool forbids_links(int error) noexcept {
  return error == EPERM || error == EACCES || error == EXDEV || error == ENOENT || error == EOPNOTSUPP ||
         error == ENOSYS || error == EINVAL;
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
  std::unique_ptr<OutputFile> file(new OutputFile(path, absolute(path)));
  if (exists) file->replaced_ = info.st_mode & permissions;
  if (!file->open_unnamed()) CLENS_TRY(file->open_named());
  CLENS_TRY(file->set_permissions());
  return file;
}

OutputFile::OutputFile(std::string path, std::string target)
    : path_(std::move(path)),
      target_(std::move(target)),
      folder_(folder_of(target_)),
      temporary_(temporary_name(folder_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (is_named_) ::unlink(temporary_.c_str());
}

// False: not here, for whatever reason. A file with a name has the same permissions, or says what is wrong.
bool OutputFile::open_unnamed() noexcept {
  descriptor_ =
      retry([&] { return ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, replaced_.value_or(new_mode)); });
  if (descriptor_ < 0) return false;
  struct stat made {};
  struct stat linkable {};
  // Linux before 6.0 forgot the umask on file systems without ACLs: of a file from which nothing was taken away only
  // one with a name tells whether that is right.
  if (::fstat(descriptor_, &made) == 0 && (replaced_ || (made.st_mode & permissions) != new_mode) &&
      ::stat(LinkPath(descriptor_).text, &linkable) == 0 && same_file(made, linkable))
    return true;
  ::close(std::exchange(descriptor_, -1));
  return false;
}

Status OutputFile::open_named() noexcept {
  descriptor_ = under_a_new_name([&](const char* name) {
    return ::open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, replaced_.value_or(new_mode));
  });
  if (descriptor_ < 0 && errno == ENOENT) return io_error(folder_.c_str(), "no such folder", ENOENT);
  if (descriptor_ < 0) return io_error(temporary_.c_str(), "cannot create", errno);
  return {};
}

// What `make`(name) gives for the first name that is free.
template <class Make>
int OutputFile::under_a_new_name(Make make) noexcept {
  int made = -1;
  for (int attempt = 0; attempt < most_attempts && made < 0; ++attempt) {
    draw(temporary_);
    made = retry([&] { return make(temporary_.c_str()); });
    if (made < 0 && errno != EEXIST) break;
  }
  is_named_ = made >= 0;
  return made;
}

Status OutputFile::set_permissions() noexcept {
  if (!replaced_) return {};
  struct stat made {};  // the umask may have taken bits away
  if (::fstat(descriptor_, &made) == 0 && (made.st_mode & permissions) == *replaced_) return {};
  if (::fchmod(descriptor_, *replaced_) == 0) return {};
  return io_error(path_.c_str(), "cannot set the permissions", errno);
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
  if (!is_named_) CLENS_TRY(link_temporary());
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR)
    return io_error(path_.c_str(), "cannot close", errno);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0)
    return io_error(path_.c_str(), "cannot rename into place", errno);
  is_named_ = false;
  return sync_folder();
}

// To a name of its own first: a link replaces nothing.
Status OutputFile::link_temporary() noexcept {
  const LinkPath from(descriptor_);
  const int linked = under_a_new_name(
      [&](const char* name) { return ::linkat(AT_FDCWD, from.text, AT_FDCWD, name, AT_SYMLINK_FOLLOW); });
  if (linked == 0 && retry([&] { return ::fsync(descriptor_); }) != 0)  // not every disk has the name with the folder
    return io_error(path_.c_str(), "cannot sync", errno);
  if (linked == 0) return {};
  return forbids_links(errno) ? copy_to_name() : io_error(path_.c_str(), "cannot link", errno);
}

// Where a policy, such as AppArmor's, lets files be made but not linked: what was written is not lost.
Status OutputFile::copy_to_name() noexcept {
  const int unnamed = std::exchange(descriptor_, -1);
  Status status = open_named();
  if (status.ok()) status = set_permissions();
  if (status.ok()) status = copy_all(unnamed);
  ::close(unnamed);
  return status;
}

Status OutputFile::copy_all(int from) noexcept {
  std::array<std::byte, copied_at_once> buffer;
  for (std::uint64_t at = 0;;) {
    const ssize_t got = ::pread(from, buffer.data(), buffer.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path_.c_str(), "cannot read", errno);
    if (got == 0) break;
    CLENS_TRY(write_at(at, std::span(buffer).first(static_cast<std::size_t>(got))));
    at += static_cast<std::uint64_t>(got);
  }
  if (retry([&] { return ::fsync(descriptor_); }) != 0) return io_error(path_.c_str(), "cannot sync", errno);
  return {};
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
