// A file that appears whole or not at all: written under a temporary name in the same folder, synced,
// renamed over its path, and the folder synced. Abandoned: the temporary file is removed. A file that is
// replaced leaves its permissions behind; of a symbolic link to one, the link is replaced.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/status.h"

namespace clicklens::base {

class OutputFile {
 public:
  static Result<std::unique_ptr<OutputFile>> create(const char* path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Bytes never written read as zero.
  Status write_at(std::uint64_t offset, std::span<const std::byte> bytes) noexcept;
  Status commit(std::uint64_t size) noexcept;

 private:
  OutputFile(std::string path, std::string folder);

  Status open_temporary(const struct ::stat* replaced);
  Status sync_folder() noexcept;

  std::string path_, folder_, temporary_;
  int descriptor_ = -1;
};

}  // namespace clicklens::base
