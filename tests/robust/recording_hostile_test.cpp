// Recordings cut at every byte and damaged in every byte: what is whole is read, the rest is counted, nothing crashes.
#include <sys/wait.h>

#include <csignal>

#include "support/recording.h"

namespace clicklens::testing {
namespace {

struct Recorded {
  TemporaryPath path{"day"};
  std::string file, scratch;
  std::vector<char> bytes;
  ReadBack whole;
  std::vector<std::size_t> ends;  // of records

  Recorded() {
    TinyHost host({2, 1});
    const auto session = host.session();
    const std::vector<float> scores = host.run(session.get());
    {
      const auto recorder = make_recorder(host, path.str());
      clens_output output = CLENS_OUTPUT_INIT;
      output.kind = CLENS_OUTPUT_LOGIT;
      output.values = const_cast<float*>(scores.data());
      output.capacity = scores.size();
      for (std::uint64_t i = 0; i < 3; ++i) {
        const std::uint64_t keys[] = {10 * i, 10 * i + 1};
        clens_batch batch = host.batch();
        batch.request_keys = keys;
        EXPECT_EQ(clens_recorder_record(recorder.get(), session.get(), &batch, i == 1 ? nullptr : &output), CLENS_OK);
      }
    }
    file = files_of(path.folder()).at(0);
    scratch = path.folder() + "/scratch.clrec";
    bytes = bytes_of(file);
    whole = read_back(file);
    std::size_t end = bytes.size();
    for (auto record = whole.records.rbegin(); record != whole.records.rend(); ++record) {
      ends.insert(ends.begin(), end);
      end -= 64 + record->flat.size() * 8 + (record->scores.size() * 4 + 7) / 8 * 8;
    }
    ends.insert(ends.begin(), end);  // of the header
  }
  ReadBack read(const std::vector<char>& changed, std::size_t size) const {
    write_bytes(scratch, changed.data(), size);
    return read_back(scratch);
  }
};

TEST(RecordingHostile, CutAtEveryByte) {
  const Recorded recorded;
  ASSERT_EQ(recorded.whole.records.size(), 3u);
  for (std::size_t size = 0; size <= recorded.bytes.size(); ++size) {
    const ReadBack read = recorded.read(recorded.bytes, size);
    if (size < recorded.ends[0]) {
      ASSERT_EQ(read.opened, CLENS_E_BAD_FILE) << size;
      continue;
    }
    ASSERT_EQ(read.opened, CLENS_OK) << size;
    std::size_t records = 0;
    while (records + 1 < recorded.ends.size() && recorded.ends[records + 1] <= size) ++records;
    ASSERT_EQ(read.records.size(), records) << size;
    for (std::size_t i = 0; i < records; ++i) ASSERT_EQ(read.records[i], recorded.whole.records[i]);
    ASSERT_EQ(read.info.torn_bytes, size - recorded.ends[records]) << size;
    ASSERT_EQ(read.info.corrupted, 0u) << size;
    ASSERT_EQ(read.info.records, records);
  }
}

TEST(RecordingHostile, DamagedInEveryByte) {
  const Recorded recorded;
  for (std::size_t at = 0; at < recorded.bytes.size(); ++at) {
    std::vector<char> damaged = recorded.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    const ReadBack read = recorded.read(damaged, damaged.size());
    if (at < recorded.ends[0]) {
      ASSERT_TRUE(read.opened == CLENS_E_BAD_FILE || read.opened == CLENS_E_UNKNOWN_REQUIREMENT) << at;
      continue;
    }
    std::size_t hit = 0;
    while (recorded.ends[hit + 1] <= at) ++hit;
    ASSERT_EQ(read.records.size(), 2u) << at;
    for (std::size_t i = 0; i < 2; ++i) ASSERT_EQ(read.records[i], recorded.whole.records[i < hit ? i : i + 1]) << at;
    ASSERT_EQ(read.info.corrupted, 1u) << at;
    ASSERT_EQ(read.info.skipped_bytes, recorded.ends[hit + 1] - recorded.ends[hit]) << at;
    ASSERT_EQ(read.info.torn_bytes, 0u) << at;
  }
}

TEST(RecordingHostile, RubbishBetweenRecordsIsSteppedOver) {
  const Recorded recorded;
  for (const std::size_t rubbish : {8u, 72u, 70'000u}) {
    std::vector<char> changed = recorded.bytes;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(recorded.ends[1]), rubbish, '\x43');
    const ReadBack read = recorded.read(changed, changed.size());
    ASSERT_EQ(read.records.size(), 3u) << rubbish;
    EXPECT_EQ(read.records[2], recorded.whole.records[2]);
    EXPECT_EQ(read.info.corrupted, 1u);
    EXPECT_EQ(read.info.skipped_bytes, rubbish);
  }
}

TEST(RecordingHostile, RecordsOfAnotherFileAreNotTaken) {
  const Recorded recorded;
  std::vector<char> changed = recorded.bytes;
  std::vector<char> other = recorded.bytes;
  // the same recording of another model: its records must not be read as this one's
  TinyHost host({2, 1});
  const TemporaryPath path("other");
  clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
  options.sample_rate = 0.999999;  // another header
  const auto session = host.session();
  const std::uint64_t keys[] = {1, 2};
  clens_batch batch = host.batch();
  batch.request_keys = keys;
  {
    const auto recorder = make_recorder(host, path.str(), &options);
    ASSERT_EQ(clens_recorder_record(recorder.get(), session.get(), &batch, nullptr), CLENS_OK);
  }
  const std::vector<char> others = bytes_of(files_of(path.folder()).at(0));
  changed.insert(changed.end(), others.begin(), others.end());
  const ReadBack read = recorded.read(changed, changed.size());
  EXPECT_EQ(read.records.size(), 3u);
  EXPECT_EQ(read.info.corrupted, 1u);
}

// A recorder that is killed while it writes leaves files that are read to their last whole record.
TEST(RecordingHostile, AKilledWriterLeavesWhatItWrote) {
  TinyHost host({3, 2});
  const auto session = host.session();
  const TemporaryPath path("day");
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
    options.file_bytes = 20'000;
    clens_recorder* recorder = nullptr;
    if (clens_recorder_create(host.model(), host.inputs(), path.c_str(), &options, &recorder) != CLENS_OK) _exit(1);
    for (std::uint64_t i = 0;; ++i) {
      const std::uint64_t keys[] = {2 * i, 2 * i + 1};
      clens_batch batch = host.batch();
      batch.request_keys = keys;
      if (clens_recorder_record(recorder, session.get(), &batch, nullptr) != CLENS_OK) _exit(2);
      if (clens_recorder_flush(recorder) != CLENS_OK) _exit(3);
      if (i == 200 && write(ready[1], "x", 1) != 1) _exit(4);
    }
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  close(ready[0]);
  close(ready[1]);
  std::size_t records = 0;
  const auto files = files_of(path.folder());
  for (const std::string& file : files) {
    const ReadBack read = read_back(file);
    EXPECT_EQ(read.opened, CLENS_OK) << file;
    EXPECT_EQ(read.info.corrupted, 0u);
    EXPECT_TRUE(file == files.back() || read.info.torn_bytes == 0u);
    records += read.records.size();
  }
  EXPECT_GE(records, 200u);
}

}  // namespace
}  // namespace clicklens::testing
