// Where a model's bytes come from: a file, or the caller's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/checked.h"
#include "base/file.h"
#include "base/status.h"

namespace clicklens::format {

class Source {
 public:
  virtual ~Source() = default;
  [[nodiscard]] virtual base::Result<std::uint64_t> size() const noexcept = 0;
  // All of `into`, else a status that names the source.
  virtual base::Status read_at(std::uint64_t offset, std::span<std::byte> into) const noexcept = 0;
};

class FileSource final : public Source {
 public:
  explicit FileSource(const base::File& file) noexcept : file_(file) {}
  [[nodiscard]] base::Result<std::uint64_t> size() const noexcept override { return file_.size(); }
  base::Status read_at(std::uint64_t offset, std::span<std::byte> into) const noexcept override {
    return file_.read_at(offset, into);
  }

 private:
  const base::File& file_;
};

class MemorySource final : public Source {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}
  [[nodiscard]] base::Result<std::uint64_t> size() const noexcept override { return std::uint64_t{bytes_.size()}; }
  base::Status read_at(std::uint64_t offset, std::span<std::byte> into) const noexcept override {
    if (!base::range_within<std::uint64_t>(offset, into.size(), bytes_.size()))
      return base::Status::error(base::Code::bad_file, "model in memory: ends at byte %zu", bytes_.size());
    if (!into.empty()) std::memcpy(into.data(), bytes_.data() + offset, into.size());
    return {};
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace clicklens::format
