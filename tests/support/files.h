// Files of a test: a folder of its own, and whole files as bytes. Nothing of GoogleTest, so that fuzz targets may link
// it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace clicklens::testing {

// A path of its own in the folder for temporary files; removed with whatever is there.
class TemporaryPath {
 public:
  explicit TemporaryPath(const std::string& name);
  ~TemporaryPath();
  TemporaryPath(const TemporaryPath&) = delete;
  TemporaryPath& operator=(const TemporaryPath&) = delete;

  [[nodiscard]] const char* c_str() const noexcept { return path_.c_str(); }
  [[nodiscard]] const std::string& str() const noexcept { return path_; }
  [[nodiscard]] std::string folder() const { return folder_.string(); }

 private:
  std::filesystem::path folder_;
  std::string path_;
};

std::vector<std::byte> read_bytes(const std::string& path);

// Throws what fails the test.
void write_bytes(const std::string& path, std::span<const std::byte> bytes);

}  // namespace clicklens::testing
