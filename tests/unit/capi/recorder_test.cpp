// What was recorded comes back with its bits, sampled by key, in a bounded number of files, from any number of threads.
#include <sys/wait.h>

#include <set>
#include <thread>

#include "support/recording.h"

namespace clicklens::testing {
namespace {

// A host whose requests have keys, and what recording them should give.
struct Keyed {
  explicit Keyed(const std::vector<std::size_t>& requests, std::uint64_t first_key = 100) : host(requests) {
    for (std::size_t r = 0; r < requests.size(); ++r) keys.push_back(first_key + r);
    session = host.session();
    scores = host.run(session.get());
  }
  [[nodiscard]] clens_batch batch() const {
    clens_batch batch = host.batch();
    batch.request_keys = keys.data();
    return batch;
  }
  [[nodiscard]] clens_output output() {
    clens_output output = CLENS_OUTPUT_INIT;
    output.kind = CLENS_OUTPUT_LOGIT;
    output.values = scores.data();
    output.capacity = scores.size();
    return output;
  }
  clens_status record(clens_recorder* recorder, bool with_scores = true) {
    const clens_batch given = batch();
    const clens_output scored = output();
    return clens_recorder_record(recorder, session.get(), &given, with_scores ? &scored : nullptr);
  }
  TinyHost host;
  std::vector<std::uint64_t> keys;
  HandleOf<clens_session> session;
  std::vector<float> scores;
};

// Scores of a record under a session of the recording's own inputs.
std::vector<float> replay(const clens_model* model, const std::string& path, const RecordedBatch& batch) {
  clens_recording* recording = nullptr;
  EXPECT_EQ(clens_recording_open(path.c_str(), &recording), CLENS_OK);
  const RecordingHandle owner(recording);
  clens_inputs* inputs = nullptr;
  EXPECT_EQ(clens_recording_inputs(recording, &inputs), CLENS_OK);
  const HandleOf<clens_inputs> inputs_owner(inputs);
  clens_session* session = nullptr;
  EXPECT_EQ(clens_session_create(model, inputs, nullptr, &session), CLENS_OK) << last_error();
  const HandleOf<clens_session> session_owner(session);
  std::vector<float> scores(batch.scores.size());
  EXPECT_EQ(clens_session_run_flat(session, batch.flat.data(), batch.flat.size() * 8, batch.record.score_kind,
                                   scores.data(), scores.size()),
            CLENS_OK)
      << last_error();
  return scores;
}

TEST(Recorder, ABatchComesBackWithItsScores) {
  Keyed keyed({3, 0, 2, 17});
  const TemporaryPath path("day");
  {
    const auto recorder = make_recorder(keyed.host, path.str());
    ASSERT_EQ(keyed.record(recorder.get()), CLENS_OK) << last_error();
    ASSERT_EQ(keyed.record(recorder.get(), false), CLENS_OK) << last_error();
    EXPECT_EQ(clens_recorder_flush(recorder.get()), CLENS_OK);
    const clens_recorder_stats stats = stats_of(recorder.get());
    EXPECT_EQ(stats.offered, 8u);
    EXPECT_EQ(stats.sampled, 8u);
    EXPECT_EQ(stats.records, 2u);
    EXPECT_EQ(stats.dropped + stats.dropped_large + stats.lost, 0u);
  }
  const auto files = files_of(path.folder());
  ASSERT_EQ(files, std::vector<std::string>{path.str() + "-00000001.clrec"});
  const ReadBack read = read_back(files[0]);
  ASSERT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.info.inputs, 4u);
  EXPECT_EQ(read.info.tasks, 1u);
  EXPECT_EQ(read.info.corrupted + read.info.torn_bytes, 0u);
  clens_model_info model = CLENS_MODEL_INFO_INIT;
  ASSERT_EQ(clens_model_describe(keyed.host.model(), &model), CLENS_OK);
  EXPECT_EQ(read.info.model_low, model.id_low);
  EXPECT_EQ(read.info.model_high, model.id_high);
  EXPECT_EQ(bits(read.records[0].scores), bits(keyed.scores));
  EXPECT_EQ(read.records[0].record.candidates, 22u);
  EXPECT_EQ(read.records[0].record.requests, 4u);
  EXPECT_EQ(read.records[1].record.score_count, 0u);
  EXPECT_EQ(bits(replay(keyed.host.model(), files[0], read.records[0])), bits(keyed.scores));

  // the whole batch gives the bytes of clens_flat_write
  const clens_batch batch = keyed.batch();
  std::size_t size = 0;
  ASSERT_EQ(clens_flat_size(keyed.session.get(), &batch, &size), CLENS_OK);
  std::vector<std::uint64_t> flat(size / 8);
  ASSERT_EQ(clens_flat_write(keyed.session.get(), &batch, flat.data(), size), CLENS_OK);
  EXPECT_EQ(read.records[0].flat, flat);
}

TEST(Recorder, AViewOfARecordServesOtherCalls) {
  Keyed keyed({3, 1, 2});
  const TemporaryPath path("day");
  ASSERT_EQ(keyed.record(make_recorder(keyed.host, path.str()).get()), CLENS_OK);
  const ReadBack read = read_back(files_of(path.folder()).at(0));
  clens_batch view = CLENS_BATCH_INIT;
  clens_column columns[4];
  const auto& flat = read.records.at(0).flat;
  ASSERT_EQ(clens_flat_read(keyed.session.get(), flat.data(), flat.size() * 8, &view, columns, 4), CLENS_OK)
      << last_error();
  EXPECT_EQ(view.candidates, 6u);
  ASSERT_NE(view.request_keys, nullptr);
  EXPECT_TRUE(std::equal(keyed.keys.begin(), keyed.keys.end(), view.request_keys));
  std::vector<float> scores(6);
  clens_output output = keyed.output();
  output.values = scores.data();
  ASSERT_EQ(clens_session_run(keyed.session.get(), &view, &output), CLENS_OK) << last_error();
  EXPECT_EQ(bits(scores), bits(keyed.scores));
  EXPECT_EQ(clens_flat_read(keyed.session.get(), flat.data(), flat.size() * 8, &view, columns, 2),
            CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_flat_read(keyed.session.get(), flat.data(), 40, &view, columns, 4), CLENS_E_BAD_BATCH);
}

TEST(Recorder, SamplesByKeyAndKeepsWhatTheRequestScored) {
  Keyed keyed(std::vector<std::size_t>(400, 3));
  clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
  options.sample_rate = 0.3;
  const TemporaryPath path("day"), again("day");
  for (const TemporaryPath* where : {&path, &again}) {
    const auto recorder = make_recorder(keyed.host, where->str(), &options);
    ASSERT_EQ(keyed.record(recorder.get()), CLENS_OK);
    EXPECT_EQ(stats_of(recorder.get()).offered, 400u);
  }
  const ReadBack read = read_back(files_of(path.folder()).at(0));
  EXPECT_DOUBLE_EQ(read.info.sample_rate, 0.3);
  std::set<std::uint64_t> seen;
  for (const RecordedBatch& record : read.records) {
    clens_batch view = CLENS_BATCH_INIT;
    clens_column columns[4];
    ASSERT_EQ(clens_flat_read(keyed.session.get(), record.flat.data(), record.flat.size() * 8, &view, columns, 4),
              CLENS_OK);
    EXPECT_EQ(bits(replay(keyed.host.model(), files_of(path.folder()).at(0), record)), bits(record.scores));
    for (std::uint64_t r = 0; r < view.requests; ++r) {
      const std::uint64_t key = view.request_keys[r];
      EXPECT_TRUE(seen.insert(key).second);
      for (std::size_t c = 0; c < 3; ++c)
        EXPECT_EQ(record.scores[static_cast<std::size_t>(view.request_offsets[r]) + c],
                  keyed.scores[(key - 100) * 3 + c]);
    }
  }
  EXPECT_GT(seen.size(), 85u);  // 120 +- 4 sd
  EXPECT_LT(seen.size(), 157u);
  EXPECT_EQ(bytes_of(files_of(path.folder()).at(0)), bytes_of(files_of(again.folder()).at(0)));
}

TEST(Recorder, FilesRotateAndTheOldestGo) {
  Keyed keyed({5, 5, 5, 5});
  clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
  options.file_bytes = 4000;
  options.files = 3;
  const TemporaryPath path("day");
  std::size_t record_bytes = 0;
  {
    const auto recorder = make_recorder(keyed.host, path.str(), &options);
    for (int i = 0; i < 40; ++i) ASSERT_EQ(keyed.record(recorder.get()), CLENS_OK);
    ASSERT_EQ(clens_recorder_flush(recorder.get()), CLENS_OK);
    const clens_recorder_stats stats = stats_of(recorder.get());
    EXPECT_EQ(stats.records, 40u);
    EXPECT_EQ(stats.files_removed, stats.files_created - 3);
    EXPECT_GT(stats.files_created, 5u);
    record_bytes = stats.bytes / stats.records;
  }
  auto files = files_of(path.folder());
  ASSERT_EQ(files.size(), 3u);
  std::size_t records = 0;
  for (const std::string& file : files) {
    EXPECT_LE(std::filesystem::file_size(file), 4000u);
    const ReadBack read = read_back(file);
    EXPECT_EQ(read.info.corrupted + read.info.torn_bytes, 0u);
    records += read.records.size();
  }
  EXPECT_LE(records, 3 * 4000 / record_bytes);
  EXPECT_GT(records, 3u);
  // the next recorder goes on behind the last number
  const std::string last = files.back();
  { const auto recorder = make_recorder(keyed.host, path.str(), &options); }
  files = files_of(path.folder());
  EXPECT_EQ(files.size(), 3u);
  EXPECT_GT(files.back(), last);
  EXPECT_EQ(read_back(files.back()).records.size(), 0u);
}

TEST(Recorder, AFullRingDropsAndCounts) {
  Keyed keyed({40});
  clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
  options.ring_bytes = 8192;
  const TemporaryPath path("day");
  const auto recorder = make_recorder(keyed.host, path.str(), &options);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(keyed.record(recorder.get()), CLENS_OK);
  ASSERT_EQ(clens_recorder_flush(recorder.get()), CLENS_OK);
  clens_recorder_stats stats = stats_of(recorder.get());
  EXPECT_EQ(stats.records + stats.dropped, 50u);
  EXPECT_GE(stats.records, 2u);
  EXPECT_LT(stats.records, 20u);
  Keyed large({1500, 3});  // the first request alone is too large for the ring, the second is not
  ASSERT_EQ(large.record(recorder.get()), CLENS_OK);
  ASSERT_EQ(clens_recorder_flush(recorder.get()), CLENS_OK);
  const clens_recorder_stats after = stats_of(recorder.get());
  EXPECT_EQ(after.dropped_large, 1u);
  EXPECT_EQ(after.records, stats.records + 1);
}

// One recorder, several serving threads with sessions of their own, and the recorder's writer.
TEST(Recorder, ServingThreadsShareOne) {
  constexpr std::size_t threads = 4, rounds = 200;
  std::vector<std::unique_ptr<Keyed>> hosts;
  for (std::size_t t = 0; t < threads; ++t)
    hosts.push_back(std::make_unique<Keyed>(std::vector<std::size_t>{2 + t, 3}, 1000 * t));
  clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
  options.flags = CLENS_RECORDER_THREAD;
  options.interval_ms = 1;
  options.ring_bytes = 1 << 14;
  options.file_bytes = 100'000;
  options.files = 100;
  const TemporaryPath path("day");
  clens_recorder_stats stats = CLENS_RECORDER_STATS_INIT;
  {
    const auto recorder = make_recorder(hosts[0]->host, path.str(), &options);
    std::vector<std::thread> serving;
    std::atomic<int> failures{0};
    for (auto& host : hosts)
      serving.emplace_back([&] {
        for (std::size_t i = 0; i < rounds; ++i) {
          failures += host->record(recorder.get()) != CLENS_OK;
          if (i % 16 == 0) failures += clens_recorder_flush(recorder.get()) != CLENS_OK;
        }
      });
    for (std::thread& thread : serving) thread.join();
    EXPECT_EQ(failures, 0);
    ASSERT_EQ(clens_recorder_flush(recorder.get()), CLENS_OK);
    stats = stats_of(recorder.get());
  }
  EXPECT_EQ(stats.offered, threads * rounds * 2);
  EXPECT_EQ(stats.records + stats.dropped / 2, threads * rounds);
  EXPECT_GT(stats.records, 0u);
  std::uint64_t records = 0, wrong = 0;
  for (const std::string& file : files_of(path.folder())) {
    const ReadBack read = read_back(file);
    EXPECT_EQ(read.info.corrupted + read.info.torn_bytes, 0u);
    records += read.records.size();
    for (const RecordedBatch& record : read.records)
      wrong += std::none_of(hosts.begin(), hosts.end(),
                            [&](const auto& host) { return bits(host->scores) == bits(record.scores); });
  }
  EXPECT_EQ(records, stats.records);
  EXPECT_EQ(wrong, 0u);
}

TEST(Recorder, TellsWhatIsWrong) {
  Keyed keyed({2, 1});
  const TemporaryPath path("day");
  clens_recorder* made = nullptr;
  clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
  const auto refused = [&](const char* message) {
    EXPECT_EQ(clens_recorder_create(keyed.host.model(), keyed.host.inputs(), path.c_str(), &options, &made),
              CLENS_E_INVALID_ARGUMENT);
    EXPECT_NE(last_error().find(message), std::string::npos) << last_error();
    options = CLENS_RECORDER_OPTIONS_INIT;
  };
  options.sample_rate = 1.5;
  refused("sample_rate");
  options.ring_bytes = 5000;
  refused("ring_bytes");
  options.flags = 8;
  refused("flags");
  EXPECT_EQ(clens_recorder_create(keyed.host.model(), keyed.host.inputs(), "/nowhere/day", nullptr, &made), CLENS_E_IO);
  EXPECT_NE(last_error().find("/nowhere"), std::string::npos) << last_error();

  const auto recorder = make_recorder(keyed.host, path.str());
  clens_batch batch = keyed.host.batch();
  EXPECT_EQ(clens_recorder_record(recorder.get(), keyed.session.get(), &batch, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(session_error(keyed.session.get()).find("request_keys"), std::string::npos);
  batch = keyed.batch();
  clens_output output = keyed.output();
  output.capacity = 2;
  EXPECT_EQ(clens_recorder_record(recorder.get(), keyed.session.get(), &batch, &output), CLENS_E_BUFFER_TOO_SMALL);
  const clens_input_spec spec = {sizeof(clens_input_spec), "user", CLENS_COLUMN_KEYS};
  clens_input_spec specs[] = {
      spec, {sizeof spec, "ad", CLENS_COLUMN_KEYS}, {sizeof spec, "match", CLENS_COLUMN_FLOATS}};
  clens_inputs* inputs = nullptr;
  ASSERT_EQ(clens_inputs_create(specs, 3, &inputs), CLENS_OK);
  const HandleOf<clens_inputs> owner(inputs);
  clens_session* session = nullptr;
  ASSERT_EQ(clens_session_create(keyed.host.model(), inputs, nullptr, &session), CLENS_OK);
  const HandleOf<clens_session> session_owner(session);
  EXPECT_EQ(clens_recorder_record(recorder.get(), session, &batch, nullptr), CLENS_E_BAD_STATE);
  EXPECT_EQ(stats_of(recorder.get()).offered, 0u);
}

TEST(Recorder, AChildProcessLeavesTheFilesAlone) {
  Keyed keyed({2, 1});
  const TemporaryPath path("day");
  clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
  options.flags = CLENS_RECORDER_THREAD;
  options.interval_ms = 100'000;  // sleeps through this test
  auto recorder = make_recorder(keyed.host, path.str(), &options);
  ASSERT_EQ(keyed.record(recorder.get()), CLENS_OK);
  const pid_t child = fork();
  if (child == 0) {
    const bool refused = clens_recorder_flush(recorder.get()) == CLENS_E_BAD_STATE;
    clens_recorder_release(recorder.release());
    _exit(refused ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(read_back(files_of(path.folder()).at(0)).records.size(), 0u);
  recorder.reset();
  EXPECT_EQ(read_back(files_of(path.folder()).at(0)).records.size(), 1u);
}

}  // namespace
}  // namespace clicklens::testing
