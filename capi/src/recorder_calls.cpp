// clens_recorder_*: options and batches checked, then the recorder.
#include <bit>

#include "batch.h"
#include "guard.h"
#include "recorder.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_options(const clens_recorder_options* given, RecorderOptions& options) noexcept {
  clens_recorder_options known = CLENS_RECORDER_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  const auto bad = [](const char* what) { return Status::error(Code::invalid_argument, "options.%s", what); };
  if (known.reserved != 0) return bad("reserved: must be 0");
  if ((known.flags & ~CLENS_RECORDER_THREAD) != 0) return bad("flags: unknown flags");
  if (known.sample_rate != 0) options.sample_rate = known.sample_rate;
  if (!(options.sample_rate > 0 && options.sample_rate <= 1)) return bad("sample_rate: not in (0, 1]");
  if (known.file_bytes != 0) options.file_bytes = known.file_bytes;
  if (known.ring_bytes != 0) options.ring_bytes = known.ring_bytes;
  constexpr std::uint64_t least = std::uint64_t{4} << 10, most = std::uint64_t{1} << 30;
  if (!std::has_single_bit(options.ring_bytes) || options.ring_bytes < least || options.ring_bytes > most)
    return bad("ring_bytes: no power of two of 4 KiB .. 1 GiB");
  if (known.files != 0) options.files = known.files;
  if (known.interval_ms != 0) options.interval_ms = known.interval_ms;
  options.thread = (known.flags & CLENS_RECORDER_THREAD) != 0;
  return {};
}

// Scores of a run, as many as the batch has candidates.
Status read_scores(const clens_session& session, const exec::Batch& batch, const clens_output* given,
                   Recorder::Scores& scores) noexcept {
  if (given == nullptr) return {};
  clens_output known = CLENS_OUTPUT_INIT;
  CLENS_TRY(read_sized(given, "output", known));
  if (known.kind > CLENS_OUTPUT_LOGIT)
    return Status::error(Code::invalid_argument, "output.kind: %u is no clens_output_kind", known.kind);
  if (batch.candidates == 0) return {};
  CLENS_TRY(require(known.values, "output.values"));
  const std::size_t tasks = session.session->model().desc().outputs.size();
  const std::size_t stride = known.row_stride == 0 ? tasks : known.row_stride;
  if (stride < tasks)
    return Status::error(Code::invalid_argument, "output.row_stride: %zu for %zu tasks", stride, tasks);
  if (known.capacity < tasks || (known.capacity - tasks) / stride < batch.candidates - 1)
    return Status::error(Code::buffer_too_small, "output.capacity: %zu floats for %llu candidates", known.capacity,
                         static_cast<unsigned long long>(batch.candidates));
  scores = {known.values, stride, known.kind};
  return {};
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_recorder_create(const clens_model* model, const clens_inputs* inputs, const char* prefix,
                                   const clens_recorder_options* options, clens_recorder** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(inputs, "inputs"));
    CLENS_TRY(require(prefix, "prefix"));
    CLENS_TRY(require(out, "out"));
    if (*prefix == '\0') return Status::error(Code::invalid_argument, "prefix: empty");
    clicklens::capi::RecorderOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    auto made = clicklens::capi::Recorder::create(*model, *inputs, prefix, known);
    if (!made.ok()) return made.status();
    auto handle = std::make_unique<clens_recorder>();
    handle->recorder = std::move(*made);
    *out = handle.release();
    return {};
  });
}

void clens_recorder_release(clens_recorder* recorder) {
  // In a child process nobody would end the wait for the thread.
  if (recorder != nullptr && recorder->recorder->is_inherited()) static_cast<void>(recorder->recorder.release());
  delete recorder;
}

clens_status clens_recorder_record(clens_recorder* recorder, clens_session* session, const clens_batch* batch,
                                   const clens_output* output) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(recorder, "recorder"));
    CLENS_TRY(recorder->recorder->check(*session));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    if (known.cache != nullptr)
      return Status::error(Code::unsupported, "batch.cache: a recording holds its candidates' columns");
    if (known.request_count() > 0) CLENS_TRY(require(batch->request_keys, "batch.request_keys"));
    CLENS_TRY(session->session->bind(known));
    clicklens::capi::Recorder::Scores scores;
    CLENS_TRY(clicklens::capi::read_scores(*session, known, output, scores));
    recorder->recorder->record(*session, known, batch->request_keys, scores);
    return {};
  });
}

clens_status clens_recorder_flush(clens_recorder* recorder) {
  return guard([&]() -> Status {
    CLENS_TRY(require(recorder, "recorder"));
    return recorder->recorder->flush();
  });
}

clens_status clens_recorder_describe(const clens_recorder* recorder, clens_recorder_stats* stats) {
  return guard([&]() -> Status {
    CLENS_TRY(require(recorder, "recorder"));
    CLENS_TRY(require(stats, "stats"));
    return clicklens::capi::write_sized(recorder->recorder->stats(), "stats", stats);
  });
}
