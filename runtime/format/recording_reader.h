// Reads recordings, which nobody vouches for: record by record, stepping over damaged ones.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/file.h"
#include "base/memory.h"
#include "base/status.h"
#include "format/recording.h"

namespace clicklens::format {

struct Record {
  std::span<const std::byte> flat;  // at a multiple of 8
  std::span<const float> scores;    // empty: none were recorded
  std::uint32_t score_kind = 0, precision = 0, flags = 0;
};

class RecordingReader {
 public:
  struct Tally {
    std::uint64_t records = 0;        // handed out
    std::uint64_t corrupted = 0;      // stretches stepped over: a record with a wrong checksum, or bytes that are none
    std::uint64_t skipped_bytes = 0;  // in them
    std::uint64_t torn_bytes = 0;     // at the end: a record that was not finished
  };

  // IO; BAD_FILE: no recording, or damaged in its header; UNKNOWN_REQUIREMENT: of a later version.
  static base::Result<std::unique_ptr<RecordingReader>> open(const char* path);

  // The next whole record, valid until the next call; false at the end. A file that grows meanwhile is read on.
  base::Result<bool> next(Record& out);
  // The record just handed out is not what it should be inside: it counts as corrupted.
  void disown() noexcept;

  [[nodiscard]] const RecordingInfo& info() const noexcept { return info_; }
  [[nodiscard]] const Tally& tally() const noexcept { return tally_; }
  [[nodiscard]] std::uint64_t position() const noexcept { return offset_; }

 private:
  enum class Found { record, torn, none };  // at an offset: a sound header and its body; a sound header alone; neither

  explicit RecordingReader(base::File file) : file_(std::move(file)) {}
  base::Status read_header();
  base::Status read_signature(const RecordingHeader& header);
  base::Status refresh_size();
  base::Result<Found> look(std::uint64_t offset, RecordHeader& header);
  base::Result<bool> take(const RecordHeader& header, Record& out);
  base::Status step_over();
  base::Result<std::uint64_t> find_header(std::uint64_t from);
  base::Status reserve(std::uint64_t bytes);
  [[nodiscard]] base::Status bad(const char* what) const noexcept;

  base::File file_;
  std::uint64_t size_ = 0, offset_ = 0, file_checksum_ = 0, last_size_ = 0;
  RecordingInfo info_;
  Tally tally_;
  base::AlignedBlock block_;
};

}  // namespace clicklens::format
