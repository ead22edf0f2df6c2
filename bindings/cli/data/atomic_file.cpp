#include "data/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "error.h"

namespace clicklens::cli {
namespace {

bool is_special(const std::string& path) noexcept {
  struct stat found = {};
  return stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode);
}

// The file itself where `path` is a link: renaming must not replace the link.
std::string resolve(const std::string& path) {
  std::error_code failed;
  const auto real = std::filesystem::weakly_canonical(path, failed);
  return failed ? path : real.string();
}

}  // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  if (is_special(path_)) {
    file_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    path_ = resolve(path_);
    temporary_ = join({path_, ".", std::to_string(getpid()), ".tmp"});
    file_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  }
  if (file_ < 0) fail("cannot create");
}

AtomicFile::~AtomicFile() {
  if (file_ < 0) return;
  close(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) fail("cannot write");
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (!temporary_.empty() && fsync(file_) != 0) fail("cannot write");
  if (close(file_) != 0) {
    file_ = -1;
    fail("cannot write");
  }
  file_ = -1;
  if (!temporary_.empty() && std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot rename into place");
}

void AtomicFile::fail(const char* doing) const {
  throw Error(join({path_, ": ", doing, ": ", std::strerror(errno)}));
}

}  // namespace clicklens::cli
