// Recorders and recordings for tests: files of a prefix, all records of a file, labels of requests.
#pragma once

#include <clicklens/clicklens.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
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

inline RecorderHandle make_recorder(const TinyHost& host, const std::string& prefix,
                                    const clens_recorder_options* options = nullptr) {
  clens_recorder* made = nullptr;
  EXPECT_EQ(clens_recorder_create(host.model(), host.inputs(), prefix.c_str(), options, &made), CLENS_OK)
      << last_error();
  return RecorderHandle(made);
}

inline clens_recorder_stats stats_of(const clens_recorder* recorder) {
  clens_recorder_stats stats = CLENS_RECORDER_STATS_INIT;
  EXPECT_EQ(clens_recorder_describe(recorder, &stats), CLENS_OK);
  return stats;
}

inline std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".clrec") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

inline std::vector<char> bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::string& path, const char* bytes, std::size_t size) {
  std::ofstream(path, std::ios::binary).write(bytes, static_cast<std::streamsize>(size));
}

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

inline ReadBack read_back(const std::string& path) {
  ReadBack all;
  clens_recording* made = nullptr;
  all.opened = clens_recording_open(path.c_str(), &made);
  if (all.opened != CLENS_OK) return all;
  const RecordingHandle recording(made);
  clens_record record = CLENS_RECORD_INIT;
  clens_status status = CLENS_OK;
  while ((status = clens_recording_next(made, &record)) == CLENS_OK) {
    RecordedBatch& batch = all.records.emplace_back();
    batch.flat.resize(record.flat_size / 8);
    std::memcpy(batch.flat.data(), record.flat, record.flat_size);
    if (record.scores != nullptr) batch.scores.assign(record.scores, record.scores + record.score_count);
    batch.record = record;
  }
  EXPECT_EQ(status, CLENS_E_NOT_FOUND) << last_error();
  EXPECT_EQ(clens_recording_describe(made, &all.info), CLENS_OK);
  return all;
}

}  // namespace clicklens::testing
