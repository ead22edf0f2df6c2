// Bytes of a plain or gzip file, front to back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

struct gzFile_s;

namespace clicklens::cli {

class GzipStream {
 public:
  explicit GzipStream(std::string path);

  // Up to `size` bytes; 0 only at the end. Truncated or damaged gzip data is an Error without the file's
  // name, thrown once every byte before the damage has been read: the caller knows the line.
  std::size_t read(char* out, std::size_t size);
  // Bytes of the file itself that are behind us: for progress.
  [[nodiscard]] std::uint64_t position() const noexcept;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  struct Close {
    void operator()(gzFile_s* file) const noexcept;
  };
  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
  bool started_ = false, truncated_ = false;
};

// Size of a file in bytes, 0 where there is none to tell (a pipe).
std::uint64_t file_size(const std::string& path) noexcept;

}  // namespace clicklens::cli
