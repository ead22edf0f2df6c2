// Writes a recording into files PREFIX-00000001.clrec and so on, a bounded number of them, the oldest removed. A file
// gets its name with its whole header in it; records are appended by one write each, so that whoever is killed leaves
// at most one unfinished record, at the end. Numbers go on from those that are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "format/recording.h"

namespace clicklens::format {

class RecordingFiles {
 public:
  struct Tally {
    std::uint64_t records = 0, bytes = 0;    // written, headers of files not counted
    std::uint64_t lost = 0;                  // records that could not be written
    std::uint64_t created = 0, removed = 0;  // files
  };

  RecordingFiles(std::string prefix, const RecordingInfo& info, std::uint64_t file_bytes, std::uint32_t files);
  ~RecordingFiles();
  RecordingFiles(const RecordingFiles&) = delete;
  RecordingFiles& operator=(const RecordingFiles&) = delete;

  // Makes the first file; IO names what is wrong.
  base::Status begin();
  // Seals and appends. A record that fails is lost and counted; what is in the file stays readable.
  base::Status append(std::span<std::byte> record);
  // Syncs and closes.
  base::Status finish();

  [[nodiscard]] const Tally& tally() const noexcept { return tally_; }

 private:
  base::Status next_file();
  base::Status list_files();
  base::Status create(const std::string& path);
  base::Status write(std::span<const std::byte> bytes);
  base::Status close_file();
  void remove_oldest();
  [[nodiscard]] std::string path_of(std::uint64_t number) const;

  std::string prefix_, folder_, name_;  // name_: what file names begin with
  std::vector<std::byte> header_;
  std::uint64_t checksum_ = 0;  // of the header
  std::uint64_t file_bytes_;
  std::uint32_t most_files_;
  std::deque<std::uint64_t> numbers_;  // of the files that are there, ascending
  std::string path_;                   // of the file at hand
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  Tally tally_;
};

}  // namespace clicklens::format
