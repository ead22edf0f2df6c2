// A disk that is full, or fails in any other call: whoever writes a file gets a status that names it, what was there
// before stays, byte for byte, and nothing else is left. Interrupted calls and writes cut short change nothing.
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "alloc_lens_host.h"
#include "disk.h"
#include "format/writer.h"
#include "support/recording.h"

namespace clicklens::testing {
namespace {

std::size_t files_in(const std::string& folder) {
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder)) ++files;
  return files;
}

// `write` puts a file at `path`, in place of another one.
void fail_each_call_once(const char* name, const TemporaryPath& path, const std::function<clens_status()>& write) {
  const std::vector<std::byte> before(100, std::byte{7});
  write_bytes(path.str(), before);
  ASSERT_EQ(write(), CLENS_OK) << name << ": " << last_error();
  const std::vector<std::byte> after = read_bytes(path.str());
  ASSERT_NE(after, before);
  for (const int error : {ENOSPC, EIO}) {
    std::int64_t refused = 0;
    for (;; ++refused) {
      write_bytes(path.str(), before);
      clens_status status;
      bool has_refused;
      {
        const ArmedDisk disk(refused, error);
        status = write();
        has_refused = ArmedDisk::has_refused();
      }
      EXPECT_EQ(files_in(path.folder()), 1u) << name << ", call " << refused;
      const std::vector<std::byte> found = read_bytes(path.str());
      if (!has_refused) {
        EXPECT_EQ(status, CLENS_OK) << name << ": " << last_error();
        EXPECT_EQ(found, after) << name;
        break;
      }
      if (status == CLENS_OK) {  // of a close that had nothing left to do
        EXPECT_EQ(found, after) << name << ", call " << refused;
        continue;
      }
      ASSERT_EQ(status, CLENS_E_IO) << name << ", call " << refused << ": " << last_error();
      EXPECT_NE(last_error().find(path.folder()), std::string::npos) << name << ": " << last_error();
      // Once it has its name it is whole; that the folder was not synced is told.
      EXPECT_TRUE(found == before || found == after) << name << ", call " << refused;
    }
    EXPECT_GE(refused, 5) << name;
  }
  write_bytes(path.str(), before);
  {
    const RestlessDisk disk;
    EXPECT_EQ(write(), CLENS_OK) << name << ": " << last_error();
    EXPECT_GT(RestlessDisk::interruptions(), 3) << name;
  }
  EXPECT_EQ(read_bytes(path.str()), after) << name;
}

// By files that have no name until they are whole, where the file system has these, and by files that have one.
void fail_each_call(const char* name, const TemporaryPath& path, const std::function<clens_status()>& write) {
  fail_each_call_once(name, path, write);
  const NamedFilesOnly named;
  fail_each_call_once(name, path, write);
  EXPECT_GT(NamedFilesOnly::refusals(), 0) << name;
}

TEST(DiskFailure, Models) {
  const LensHost host;
  const TemporaryPath path("written.clens");
  TinyModel model = tiny_model();
  for (format::NodeDesc& node : model.desc.nodes) node.order.clear();
  const auto description = format::pack_model(model.desc);
  fail_each_call("writer", path, [&] {
    Held<clens_writer, clens_writer_release> writer;
    CLENS_OR_RETURN(clens_writer_begin(path.c_str(), description.data(), description.size(), nullptr, writer.out()));
    for (std::uint32_t i = 0; i < model.segments.size(); ++i) {
      CLENS_OR_RETURN(clens_writer_segment(writer.get(), i));
      CLENS_OR_RETURN(clens_writer_append(writer.get(), model.segments[i].data(), model.segments[i].size()));
    }
    return clens_writer_finish(writer.get());
  });
  fail_each_call("refine_tables", path,
                 [&] { return clens_refine_tables(host.model(), CLENS_ROW_F16, nullptr, 0, path.c_str(), nullptr); });
  fail_each_call("refiner", path, [&] {
    Held<clens_refiner, clens_refiner_release> refiner;
    CLENS_OR_RETURN(clens_refiner_create(host.model(), refiner.out()));
    CLENS_OR_RETURN(clens_refiner_fold_batch_norms(refiner.get()));
    return clens_refiner_write(refiner.get(), path.c_str());
  });
}

TEST(DiskFailure, WhatLensesKeep) {
  const LensHost host;
  const TemporaryPath path("kept");
  const clens_batch batch = host.batch();
  const clens_rows rows = host.rows();
  Held<clens_profile, clens_profile_release> profile;
  const clens_profile_options options = host.profiled();
  ASSERT_EQ(clens_profile_create(host.model(), &options, profile.out()), CLENS_OK);
  ASSERT_EQ(clens_profile_add(profile.get(), host.seeing(), &batch, &rows), CLENS_OK);
  fail_each_call("profile_attach", path,
                 [&] { return clens_profile_attach(profile.get(), host.path(), path.c_str()); });
  Held<clens_probe_rows, clens_probe_rows_release> kept;
  Held<clens_probe, clens_probe_release> probe;
  ASSERT_EQ(clens_probe_rows_create(host.model(), nullptr, kept.out()), CLENS_OK);
  ASSERT_EQ(clens_probe_rows_add(kept.get(), host.seeing(), &batch, &rows, nullptr), CLENS_OK);
  ASSERT_EQ(clens_probe_fit(kept.get(), nullptr, nullptr, probe.out()), CLENS_OK);
  fail_each_call("probe_save", path, [&] { return clens_probe_save(probe.get(), path.c_str()); });
  fail_each_call("probe_attach", path, [&] { return clens_probe_attach(probe.get(), host.path(), path.c_str()); });
}

// Records that a flush said to be written are there, whatever fails afterwards, and before each is whole.
TEST(DiskFailure, Recordings) {
  const LensHost host;
  std::vector<std::uint64_t> keys(host.users.size());
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = i;
  clens_batch batch = host.batch();
  batch.request_keys = keys.data();
  constexpr std::uint64_t flushes = 5;
  bool failed = true;
  for (std::int64_t refused = 0; failed; ++refused) {
    const TemporaryPath path("day");
    std::uint64_t acknowledged = 0, lost = 0;
    {
      Held<clens_recorder, clens_recorder_release> recorder;
      const ArmedDisk disk(refused, ENOSPC);
      clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
      options.file_bytes = 2048;  // some files
      if (clens_recorder_create(host.model(), host.inputs(), path.c_str(), &options, recorder.out()) == CLENS_OK)
        for (std::uint64_t i = 0; i < flushes; ++i) {
          ASSERT_EQ(clens_recorder_record(recorder.get(), host.seeing(), &batch, nullptr), CLENS_OK);
          const bool flushed = clens_recorder_flush(recorder.get()) == CLENS_OK;
          EXPECT_TRUE(flushed || last_error().find(path.folder()) != std::string::npos) << last_error();
          clens_recorder_stats stats = CLENS_RECORDER_STATS_INIT;
          ASSERT_EQ(clens_recorder_describe(recorder.get(), &stats), CLENS_OK);
          acknowledged = stats.records;
          lost = stats.lost;
          EXPECT_EQ(acknowledged + lost, i + 1);
        }
      failed = ArmedDisk::has_refused();
    }
    std::uint64_t there = 0;
    for (const std::string& file : files_of(path.folder())) {
      const ReadBack back = read_back(file);
      EXPECT_EQ(back.opened, CLENS_OK) << file;
      EXPECT_EQ(back.info.corrupted, 0u);
      there += back.records.size();
    }
    EXPECT_EQ(there, acknowledged) << "call " << refused;
    EXPECT_LE(lost, 1u);
    if (!failed) {
      EXPECT_EQ(acknowledged, flushes);
      EXPECT_GT(refused, 8);
    }
  }
}

TEST(DiskFailure, RecordingsThatAreInterrupted) {
  const LensHost host;
  const TemporaryPath path("day");
  std::vector<std::uint64_t> keys(host.users.size(), 1);
  clens_batch batch = host.batch();
  batch.request_keys = keys.data();
  {
    const RestlessDisk disk;
    Held<clens_recorder, clens_recorder_release> recorder;
    ASSERT_EQ(clens_recorder_create(host.model(), host.inputs(), path.c_str(), nullptr, recorder.out()), CLENS_OK);
    ASSERT_EQ(clens_recorder_record(recorder.get(), host.seeing(), &batch, nullptr), CLENS_OK);
    ASSERT_EQ(clens_recorder_flush(recorder.get()), CLENS_OK) << last_error();
  }
  const auto files = files_of(path.folder());
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(read_back(files.front()).records.size(), 1u);
}

}  // namespace
}  // namespace clicklens::testing
