#include "recorder.h"

#include <unistd.h>

#include <chrono>
#include <cstring>
#include <utility>

#include "base/mix.h"
#include "flat.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;
using format::RecordHeader;

format::RecordingInfo describe(const exec::Model& model, const exec::Inputs& inputs, double sample_rate) {
  format::RecordingInfo info;
  info.model = model.file().id();
  info.tasks = static_cast<std::uint32_t>(model.desc().outputs.size());
  info.arithmetic_version = clens_arithmetic_version();
  info.sample_rate = sample_rate;
  for (const exec::InputSpec& spec : inputs.specs())
    info.inputs.push_back({spec.name, static_cast<std::uint32_t>(spec.kind)});
  return info;
}

}  // namespace

// Salted: buckets and draws of lenses, which hash the same keys, stay independent of the sample.
bool is_sampled(std::uint64_t key, double rate) noexcept {
  constexpr std::uint64_t salt = 0x636C656E73726563ull;
  return rate >= 1 || static_cast<double>(base::mix(key ^ salt) >> 11) * 0x1p-53 < rate;
}

Recorder::Recorder(const clens_model& model, const clens_inputs& inputs, std::string prefix,
                   const RecorderOptions& options, std::unique_ptr<base::RecordRing> ring)
    : options_(options),
      model_(model.model),
      feature_of_(features_by_input(*model.model, inputs.inputs)),
      ring_(std::move(ring)),
      files_(std::move(prefix), describe(*model.model, inputs.inputs, options.sample_rate), options.file_bytes,
             options.files),
      process_(::getpid()) {}

base::Result<std::unique_ptr<Recorder>> Recorder::create(const clens_model& model, const clens_inputs& inputs,
                                                         const char* prefix, const RecorderOptions& options) {
  const auto bound = exec::Binding::make(*model.model, inputs.inputs);
  if (!bound.ok()) return bound.status();
  auto ring = base::RecordRing::create(static_cast<std::size_t>(options.ring_bytes));
  if (!ring.ok()) return ring.status();
  std::unique_ptr<Recorder> made(new Recorder(model, inputs, prefix, options, std::move(*ring)));
  CLENS_TRY(made->files_.begin());
  Recorder& recorder = *made;
  if (options.thread) made->thread_ = std::make_unique<std::thread>([&recorder] { recorder.serve(); });
  return made;
}

Recorder::~Recorder() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_ != nullptr) thread_->join();
  const std::lock_guard lock(mutex_);
  static_cast<void>(drain());
  static_cast<void>(files_.finish());
}

Status Recorder::check(const clens_session& session) const noexcept {
  if (!(session.session->model().file().id() == model_->file().id()))
    return Status::error(Code::bad_state, "recorder: made for another model than the session's");
  if (session.feature_of != feature_of_)
    return Status::error(Code::bad_state, "recorder: made for other inputs than the session's, or in another order");
  return {};
}

// Neighbouring requests that the rate picks become one record.
void Recorder::record(const clens_session& session, const exec::Batch& batch, const std::uint64_t* keys,
                      const Scores& scores) noexcept {
  const std::uint64_t requests = batch.request_count();
  std::uint64_t sampled = 0;
  for (std::uint64_t begin = 0; begin < requests;) {
    std::uint64_t end = begin;
    while (end < requests && is_sampled(keys[end], options_.sample_rate)) ++end;
    if (end > begin) add(session, batch, keys, scores, begin, end);
    sampled += end - begin;
    begin = end + 1;
  }
  offered_.fetch_add(requests, std::memory_order_relaxed);
  sampled_.fetch_add(sampled, std::memory_order_relaxed);
}

void Recorder::add(const clens_session& session, const exec::Batch& batch, const std::uint64_t* keys,
                   const Scores& scores, std::uint64_t begin, std::uint64_t end) noexcept {
  const std::size_t tasks = model_->desc().outputs.size();
  const std::uint64_t first = batch.request_begin(begin);
  RecordHeader header;
  header.flat_size = write_flat(session, batch, keys, {begin, end}, nullptr);
  header.score_count = scores.values == nullptr ? 0 : (batch.request_begin(end) - first) * tasks;
  header.size = sizeof header + format::padded(header.flat_size) + format::padded(header.score_count * sizeof(float));
  if (header.size > ring_->largest()) {
    if (end - begin == 1) {
      dropped_large_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    const std::uint64_t middle = begin + (end - begin) / 2;
    add(session, batch, keys, scores, begin, middle);
    return add(session, batch, keys, scores, middle, end);
  }
  std::byte* const room = ring_->claim(static_cast<std::size_t>(header.size));
  if (room == nullptr) {
    dropped_.fetch_add(end - begin, std::memory_order_relaxed);
    return;
  }
  header.score_kind = static_cast<std::uint16_t>(scores.kind);
  header.precision = static_cast<std::uint16_t>(session.precision);
  header.flags = session.own_ways ? format::record_own_ways : 0;
  std::memcpy(room, &header, sizeof header);
  write_flat(session, batch, keys, {begin, end}, room + sizeof header);
  std::byte* to = room + sizeof header + format::padded(header.flat_size);
  for (std::uint64_t c = 0; c * tasks < header.score_count; ++c, to += tasks * sizeof(float))
    std::memcpy(to, scores.values + (first + c) * scores.stride, tasks * sizeof(float));
  ring_->publish(room, static_cast<std::size_t>(header.size));
}

bool Recorder::is_inherited() const noexcept {
  return ::getpid() != process_;
}

Status Recorder::flush() {
  if (::getpid() != process_) return Status::error(Code::bad_state, "recorder: its files are the parent process's");
  const std::lock_guard lock(mutex_);
  static_cast<void>(drain());
  return std::exchange(failure_, Status{});
}

Status Recorder::drain() {
  Status first;
  for (std::span<std::byte> record = ring_->front(); !record.empty(); record = ring_->front()) {
    const Status status = files_.append(record);
    if (!status.ok() && first.ok()) first = status;
    ring_->pop();
  }
  if (!first.ok() && failure_.ok()) failure_ = first;
  return first;
}

// Serving threads never wake it: that would be a system call of theirs.
void Recorder::serve() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    wake_.wait_for(lock, std::chrono::milliseconds(options_.interval_ms), [this] { return stop_; });
    static_cast<void>(drain());
  }
}

clens_recorder_stats Recorder::stats() const {
  clens_recorder_stats stats = CLENS_RECORDER_STATS_INIT;
  stats.offered = offered_.load(std::memory_order_relaxed);
  stats.sampled = sampled_.load(std::memory_order_relaxed);
  stats.dropped = dropped_.load(std::memory_order_relaxed);
  stats.dropped_large = dropped_large_.load(std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  const format::RecordingFiles::Tally& tally = files_.tally();
  stats.records = tally.records;
  stats.bytes = tally.bytes;
  stats.lost = tally.lost;
  stats.files_created = tally.created;
  stats.files_removed = tally.removed;
  return stats;
}

}  // namespace clicklens::capi
