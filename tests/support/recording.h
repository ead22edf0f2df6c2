// Recorders and recordings for tests: files of a prefix, all records of a file, labels of requests.
#pragma once

#include <clicklens/clicklens.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {

struct ReleaseRecording {
  void operator()(clens_recorder* handle) const { clens_recorder_release(handle); }
  void operator()(clens_recording* handle) const { clens_recording_release(handle); }
};
using RecorderHandle = std::unique_ptr<clens_recorder, ReleaseRecording>;
using RecordingHandle = std::unique_ptr<clens_recording, ReleaseRecording>;

RecorderHandle make_recorder(const TinyHost& host, const std::string& prefix,
                             const clens_recorder_options* options = nullptr);

clens_recorder_stats stats_of(const clens_recorder* recorder);

std::vector<std::string> files_of(const std::string& folder);

std::vector<char> bytes_of(const std::string& path);

void write_bytes(const std::string& path, const char* bytes, std::size_t size);

struct RecordedBatch {
  std::vector<std::uint64_t> flat;
  std::vector<float> scores;
  clens_record record = CLENS_RECORD_INIT;  // its pointers are no longer good

  bool operator==(const RecordedBatch& other) const { return flat == other.flat && bits(scores) == bits(other.scores); }
};

struct ReadBack {
  clens_status opened = CLENS_OK;
  std::vector<RecordedBatch> records;
  clens_recording_info info = CLENS_RECORDING_INFO_INIT;
};

ReadBack read_back(const std::string& path);

}  // namespace clicklens::testing
