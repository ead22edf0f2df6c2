#include "support/recording.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace clicklens::testing {

RecorderHandle make_recorder(const TinyHost& host, const std::string& prefix, const clens_recorder_options* options) {
  clens_recorder* made = nullptr;
  EXPECT_EQ(clens_recorder_create(host.model(), host.inputs(), prefix.c_str(), options, &made), CLENS_OK)
      << last_error();
  return RecorderHandle(made);
}

clens_recorder_stats stats_of(const clens_recorder* recorder) {
  clens_recorder_stats stats = CLENS_RECORDER_STATS_INIT;
  EXPECT_EQ(clens_recorder_describe(recorder, &stats), CLENS_OK);
  return stats;
}

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".clrec") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<char> bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::string& path, const char* bytes, std::size_t size) {
  std::ofstream(path, std::ios::binary).write(bytes, static_cast<std::streamsize>(size));
}

ReadBack read_back(const std::string& path) {
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
