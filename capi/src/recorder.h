// What stands behind clens_recorder: the ring that serving threads fill, and the files it is emptied into.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/record_ring.h"
#include "format/recording_files.h"
#include "handles.h"

namespace clicklens::capi {

struct RecorderOptions {
  double sample_rate = 1;
  std::uint64_t file_bytes = std::uint64_t{64} << 20;
  std::uint64_t ring_bytes = std::uint64_t{4} << 20;
  std::uint32_t files = 16, interval_ms = 20;
  bool thread = false;
};

// Whether the sample rate picks a request.
[[nodiscard]] bool is_sampled(std::uint64_t key, double rate) noexcept;

class Recorder {
 public:
  static base::Result<std::unique_ptr<Recorder>> create(const clens_model& model, const clens_inputs& inputs,
                                                        const char* prefix, const RecorderOptions& options);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Whether a session's flat batches are what this recorder's files say.
  [[nodiscard]] base::Status check(const clens_session& session) const noexcept;
  // A batch that the session has bound; scores: rows `stride` floats apart, or null.
  struct Scores {
    const float* values = nullptr;
    std::size_t stride = 0;
    std::uint32_t kind = 0;
  };
  void record(const clens_session& session, const exec::Batch& batch, const std::uint64_t* keys,
              const Scores& scores) noexcept;
  base::Status flush();
  // By a child process, which has neither the thread nor the right to write.
  [[nodiscard]] bool is_inherited() const noexcept;
  [[nodiscard]] clens_recorder_stats stats() const;

 private:
  Recorder(const clens_model& model, const clens_inputs& inputs, std::string prefix, const RecorderOptions& options,
           std::unique_ptr<base::RecordRing> ring);
  void add(const clens_session& session, const exec::Batch& batch, const std::uint64_t* keys, const Scores& scores,
           std::uint64_t begin, std::uint64_t end) noexcept;
  base::Status drain();  // with the lock held
  void serve();

  RecorderOptions options_;
  std::shared_ptr<const exec::Model> model_;
  std::vector<std::uint32_t> feature_of_;  // by input
  std::unique_ptr<base::RecordRing> ring_;
  std::atomic<std::uint64_t> offered_{0}, sampled_{0}, dropped_{0}, dropped_large_{0};

  mutable std::mutex mutex_;  // of those who empty the ring
  format::RecordingFiles files_;
  base::Status failure_;  // the first since the last flush
  std::condition_variable wake_;
  bool stop_ = false;
  std::unique_ptr<std::thread> thread_;
  int process_ = 0;
};

}  // namespace clicklens::capi

struct clens_recorder {
  std::unique_ptr<clicklens::capi::Recorder> recorder;
};
