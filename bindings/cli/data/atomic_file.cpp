#include "data/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>
#include <utility>

#include "data/interrupt_cleanup.h"
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
    create_temporary();
  }
  if (file_ < 0) fail("cannot create");
}

// Not mkstemp: the file's permissions shall be those that any new file gets.
void AtomicFile::create_temporary() {
  constexpr int attempts = 100;
  std::random_device random;
  for (int i = 0; i < attempts; ++i) {
    const std::uint64_t number = (std::uint64_t{random()} << 32) | random();
    std::string candidate = join({path_, ".", std::to_string(number), ".tmp"});
    // O_EXCL: neither another's file nor a link that waits under this name is written to
    file_ = open(candidate.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file_ >= 0) temporary_ = std::move(candidate);
    if (file_ >= 0 || errno != EEXIST) break;
  }
  if (file_ >= 0) remove_when_interrupted(temporary_);
}

AtomicFile::~AtomicFile() {
  if (file_ >= 0) close(file_);
  if (temporary_.empty()) return;
  unlink(temporary_.c_str());
  keep_when_interrupted();
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
  if (close(std::exchange(file_, -1)) != 0) fail("cannot write");
  if (temporary_.empty()) return;
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot rename into place");
  keep_when_interrupted();
  temporary_.clear();
}

void AtomicFile::fail(const char* doing) const {
  throw Error(join({path_, ": ", doing, ": ", std::strerror(errno)}));
}

}  // namespace clicklens::cli
