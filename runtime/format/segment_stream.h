// Bytes of one segment after the other into a file that is being written, each with its checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/checksum.h"
#include "base/output_file.h"
#include "base/status.h"

namespace clicklens::format {

class SegmentStream {
 public:
  SegmentStream() { buffer_.reserve(buffer_bytes); }

  void begin(std::uint64_t offset) noexcept {
    offset_ = offset;
    appended_ = 0;
    hash_.reset();
  }
  base::Status append(base::OutputFile& file, std::span<const std::byte> bytes) {
    hash_.update(bytes);
    if (buffer_.size() + bytes.size() > buffer_bytes) CLENS_TRY(flush(file));
    if (bytes.size() > buffer_bytes)
      CLENS_TRY(file.write_at(offset_ + appended_, bytes));
    else
      buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    appended_ += bytes.size();
    return {};
  }
  // Writes what is still kept back.
  base::Status flush(base::OutputFile& file) noexcept {
    if (buffer_.empty()) return {};
    const base::Status status = file.write_at(offset_ + appended_ - buffer_.size(), buffer_);
    buffer_.clear();
    return status;
  }

  [[nodiscard]] std::uint64_t appended() const noexcept { return appended_; }
  [[nodiscard]] std::uint64_t digest() const noexcept { return hash_.digest(); }

 private:
  // Callers may append row by row; the system sees pieces of this size.
  static constexpr std::size_t buffer_bytes = std::size_t{256} << 10;

  base::Xxh3Stream hash_;
  std::vector<std::byte> buffer_;
  std::uint64_t offset_ = 0, appended_ = 0;
};

}  // namespace clicklens::format
