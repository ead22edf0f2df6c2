// A file that appears complete or not at all: written beside its place, renamed by commit().
#pragma once

#include <string>
#include <string_view>

namespace clicklens::cli {

class AtomicFile {
 public:
  // A path that exists and is no regular file (a device, a pipe) is written directly.
  explicit AtomicFile(std::string path);
  ~AtomicFile();  // without commit(): nothing is left behind, whatever failed
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  void commit();

 private:
  void create_temporary();
  [[noreturn]] void fail(const char* doing) const;

  std::string path_, temporary_;  // temporary_ empty: there is none, or none any more
  int file_ = -1;
};

}  // namespace clicklens::cli
