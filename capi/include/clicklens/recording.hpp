// Recording and replay in C++11, as clicklens.hpp has the rest:
//
//   clicklens::Recorder recorder(model, inputs, "/var/log/ctr");      // in the server
//   recorder.record(session, batch, keys, scores);
//
//   clicklens::Recording recording("/var/log/ctr-00000001.clrec");    // later, anywhere
//   clicklens::Session again(model, recording.inputs());
//   while (recording.next()) std::vector<float> scores = recording.run(again);
#ifndef CLICKLENS_RECORDING_HPP
#define CLICKLENS_RECORDING_HPP

#include <clicklens/clicklens.hpp>

namespace clicklens {

struct ReleaseRecording {
  void operator()(clens_recorder* handle) const noexcept { clens_recorder_release(handle); }
  void operator()(clens_recording* handle) const noexcept { clens_recording_release(handle); }
  void operator()(clens_inputs* handle) const noexcept { clens_inputs_release(handle); }
};

// Any number of threads, each with a session of its own.
class Recorder {
 public:
  Recorder(const Model& model, const Inputs& inputs, const std::string& prefix,
           const clens_recorder_options* options = nullptr) {
    clens_recorder* made = nullptr;
    check(clens_recorder_create(model.get(), inputs.get(), prefix.c_str(), options, &made));
    handle_.reset(made);
  }
  clens_recorder* get() const noexcept { return handle_.get(); }
  // `keys`: one per request. `scores`: of Session::run, of this kind.
  void record(Session& session, const Batch& batch, const std::vector<std::uint64_t>& keys,
              const std::vector<float>& scores, clens_output_kind kind = CLENS_OUTPUT_PROBABILITY) {
    std::vector<float> copy = scores;  // clens_output points to what a run may write
    clens_output output = CLENS_OUTPUT_INIT;
    output.kind = static_cast<std::uint32_t>(kind);
    output.values = copy.data();
    output.capacity = copy.size();
    record(session, batch, keys, &output);
  }
  void record(Session& session, const Batch& batch, const std::vector<std::uint64_t>& keys) {
    record(session, batch, keys, static_cast<const clens_output*>(nullptr));
  }
  void flush() { check(clens_recorder_flush(get())); }
  clens_recorder_stats describe() const {
    clens_recorder_stats stats = CLENS_RECORDER_STATS_INIT;
    check(clens_recorder_describe(get(), &stats));
    return stats;
  }

 private:
  void record(Session& session, const Batch& batch, const std::vector<std::uint64_t>& keys,
              const clens_output* output) {
    clens_batch view = session.view(batch);
    const std::uint64_t requests = view.requests == 0 ? view.candidates : view.requests;
    if (keys.size() != requests) fail(CLENS_E_INVALID_ARGUMENT, "keys: not one for each request");
    view.request_keys = keys.data();
    check(clens_recorder_record(get(), session.get(), &view, output));
  }

  std::unique_ptr<clens_recorder, ReleaseRecording> handle_;
};

// One thread at a time.
class Recording {
 public:
  explicit Recording(const std::string& path) : record_(CLENS_RECORD_INIT) {
    clens_recording* made = nullptr;
    check(clens_recording_open(path.c_str(), &made));
    handle_.reset(made);
  }
  clens_recording* get() const noexcept { return handle_.get(); }
  clens_recording_info describe() const {
    clens_recording_info info = CLENS_RECORDING_INFO_INIT;
    check(clens_recording_describe(get(), &info));
    return info;
  }
  // What the host sent: for sessions that run the records.
  Inputs inputs() const {
    std::vector<std::pair<std::string, clens_column_kind>> sent;
    const std::size_t count = describe().inputs;
    for (std::size_t i = 0; i < count; ++i) {
      clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
      check(clens_recording_input(get(), i, &spec));
      sent.push_back(std::make_pair(std::string(spec.name), static_cast<clens_column_kind>(spec.kind)));
    }
    return Inputs(sent);
  }
  // False at the end.
  bool next() {
    const clens_status status = clens_recording_next(get(), &record_);
    if (status == CLENS_E_NOT_FOUND) return false;
    check(status);
    return true;
  }
  const clens_record& record() const noexcept { return record_; }
  // Scores as they were recorded; empty: none were.
  std::vector<float> recorded() const {
    return record_.scores == nullptr ? std::vector<float>()
                                     : std::vector<float>(record_.scores, record_.scores + record_.score_count);
  }
  // Scores of the record at hand, by a session made with inputs().
  std::vector<float> run(Session& session, clens_output_kind kind = CLENS_OUTPUT_PROBABILITY) const {
    std::vector<float> scores(static_cast<std::size_t>(record_.candidates) * session.model().describe().outputs + 1);
    check(clens_session_run_flat(session.get(), record_.flat, record_.flat_size, static_cast<std::uint32_t>(kind),
                                 scores.data(), scores.size()));
    scores.pop_back();
    return scores;
  }

 private:
  std::unique_ptr<clens_recording, ReleaseRecording> handle_;
  clens_record record_;
};

}  // namespace clicklens

#endif  // CLICKLENS_RECORDING_HPP
