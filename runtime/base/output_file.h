// A file that appears whole or not at all: written without a name in the same folder (O_TMPFILE), synced, linked to a
// temporary name and at once renamed over its path, and the folder synced. A process that is killed before leaves
// nothing. Where a file cannot be without a name, or the umask takes nothing away (open_unnamed has the reason), it has
// a temporary one from the start, which a killed process leaves behind. Abandoned: nothing is left. A file that is
// replaced leaves its permissions behind; of a symbolic link to one, the link is replaced.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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
  OutputFile(std::string path, std::string target);

  [[nodiscard]] bool open_unnamed() noexcept;
  Status open_named() noexcept;
  template <class Make>
  int under_a_new_name(Make make) noexcept;
  Status set_permissions() noexcept;
  Status link_temporary() noexcept;
  Status copy_to_name() noexcept;
  Status copy_all(int from) noexcept;
  Status sync_folder() noexcept;

  std::string path_, target_, folder_, temporary_;  // as given; what that means; where it lies; beside it
  bool is_named_ = false;                           // the file is at temporary_
  std::optional<::mode_t> replaced_;                // permissions of the file that is replaced
  int descriptor_ = -1;
};

}  // namespace clicklens::base
