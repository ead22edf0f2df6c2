#include "format/recording_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/file.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::io_error;
using base::Status;

constexpr std::string_view suffix = ".clrec";

// The number in PREFIX-00000012.clrec, 0 where the name is another's.
std::uint64_t number_in(std::string_view file, std::string_view begin) noexcept {
  if (!file.starts_with(begin) || !file.ends_with(suffix) || file.size() <= begin.size() + suffix.size()) return 0;
  const std::string_view digits = file.substr(begin.size(), file.size() - begin.size() - suffix.size());
  std::uint64_t number = 0;
  const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return failed == std::errc() && stop == digits.data() + digits.size() ? number : 0;
}

}  // namespace

RecordingFiles::RecordingFiles(std::string prefix, const RecordingInfo& info, std::uint64_t file_bytes,
                               std::uint32_t files)
    : prefix_(std::move(prefix)), header_(encode_recording(info)), file_bytes_(file_bytes), most_files_(files) {
  std::memcpy(&checksum_, header_.data() + offsetof(RecordingHeader, checksum), sizeof checksum_);
  const auto slash = prefix_.rfind('/');
  folder_ = slash == std::string::npos ? "." : slash == 0 ? "/" : prefix_.substr(0, slash);
  name_ = (slash == std::string::npos ? prefix_ : prefix_.substr(slash + 1)) + "-";
}

RecordingFiles::~RecordingFiles() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string RecordingFiles::path_of(std::uint64_t number) const {
  char digits[32];
  std::snprintf(digits, sizeof digits, "-%08llu", static_cast<unsigned long long>(number));
  return prefix_ + digits + std::string(suffix);
}

Status RecordingFiles::begin() {
  CLENS_TRY(list_files());
  return next_file();
}

Status RecordingFiles::list_files() {
  DIR* folder = ::opendir(folder_.c_str());
  if (folder == nullptr) return io_error(folder_.c_str(), "cannot open the folder", errno);
  while (const dirent* entry = ::readdir(folder))
    if (const std::uint64_t number = number_in(entry->d_name, name_); number > 0) numbers_.push_back(number);
  ::closedir(folder);
  std::sort(numbers_.begin(), numbers_.end());
  return {};
}

Status RecordingFiles::next_file() {
  CLENS_TRY(close_file());
  const std::uint64_t number = numbers_.empty() ? 1 : numbers_.back() + 1;
  CLENS_TRY(create(path_of(number)));
  numbers_.push_back(number);
  ++tally_.created;
  remove_oldest();
  return {};
}

// Under another name until the header is in it. Linked, not renamed: a file of that name is never replaced.
Status RecordingFiles::create(const std::string& path) {
  const std::string temporary = path + ".tmp";
  ::unlink(temporary.c_str());  // left by one that was killed here
  descriptor_ = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0666);
  if (descriptor_ < 0) return io_error(temporary.c_str(), "cannot create", errno);
  path_ = path;
  size_ = 0;
  Status status = write(header_);
  if (status.ok() && ::link(temporary.c_str(), path.c_str()) != 0)
    status = io_error(path.c_str(), "cannot link", errno);
  ::unlink(temporary.c_str());
  if (!status.ok()) ::close(std::exchange(descriptor_, -1));
  return status;
}

Status RecordingFiles::append(std::span<std::byte> record) {
  seal_record(record, checksum_);
  Status status;
  const bool full =
      descriptor_ >= 0 && size_ > header_.size() && record.size() > file_bytes_ - std::min(size_, file_bytes_);
  if (descriptor_ < 0 || full) status = next_file();
  if (status.ok()) status = write(record);
  if (status.ok()) {
    ++tally_.records;
    tally_.bytes += record.size();
  } else {
    ++tally_.lost;
  }
  return status;
}

// All of it, or the file as it was.
Status RecordingFiles::write(std::span<const std::byte> bytes) {
  const std::uint64_t before = size_;
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const Status status = io_error(path_.c_str(), "cannot write", errno);
      if (::ftruncate(descriptor_, static_cast<off_t>(before)) != 0) ::close(std::exchange(descriptor_, -1));
      size_ = before;
      return status;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
  return {};
}

Status RecordingFiles::close_file() {
  if (descriptor_ < 0) return {};
  const int file = std::exchange(descriptor_, -1);
  int result = 0;
  do result = ::fsync(file);
  while (result != 0 && errno == EINTR);
  const int error = errno;
  const bool synced = result == 0 || error == EINVAL;
  ::close(file);
  return synced ? Status{} : io_error(path_.c_str(), "cannot sync", error);
}

Status RecordingFiles::finish() {
  return close_file();
}

// One that somebody else has removed counts as gone, too.
void RecordingFiles::remove_oldest() {
  while (numbers_.size() > most_files_) {
    if (::unlink(path_of(numbers_.front()).c_str()) == 0) ++tally_.removed;
    numbers_.pop_front();
  }
}

}  // namespace clicklens::format
