// clens_recording_*: recordings read back.
#include <cstring>

#include "base/checked.h"
#include "flat.h"
#include "format/recording_reader.h"
#include "guard.h"
#include "handles.h"
#include "sized.h"

struct clens_recording {
  std::unique_ptr<clicklens::format::RecordingReader> reader;
};

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

// What a record says of its batch. False: its parts contradict each other.
bool describe(const format::Record& record, std::uint32_t tasks, clens_record& out) noexcept {
  FlatHeader flat;
  if (record.flat.size() < sizeof flat) return false;
  std::memcpy(&flat, record.flat.data(), sizeof flat);
  if (flat.magic != flat_magic || record.score_kind > CLENS_OUTPUT_LOGIT || record.precision > CLENS_PRECISION_BF16)
    return false;
  const auto scores = base::checked_multiply<std::uint64_t>(flat.candidates, tasks);
  if (!record.scores.empty() && (!scores || *scores != record.scores.size())) return false;
  out.flat = record.flat.data();
  out.flat_size = record.flat.size();
  out.candidates = flat.candidates;
  out.requests = flat.requests;
  out.scores = record.scores.empty() ? nullptr : record.scores.data();
  out.score_count = record.scores.size();
  out.score_kind = record.score_kind;
  out.precision = record.precision;
  out.own_ways = (record.flags & format::record_own_ways) != 0 ? 1 : 0;
  return true;
}

clens_recording_info describe(const format::RecordingReader& reader) noexcept {
  const format::RecordingInfo& recorded = reader.info();
  const format::RecordingReader::Tally& tally = reader.tally();
  clens_recording_info info = CLENS_RECORDING_INFO_INIT;
  info.model_low = recorded.model.low;
  info.model_high = recorded.model.high;
  info.arithmetic_version = recorded.arithmetic_version;
  info.tasks = recorded.tasks;
  info.sample_rate = recorded.sample_rate;
  info.inputs = recorded.inputs.size();
  info.records = tally.records;
  info.corrupted = tally.corrupted;
  info.skipped_bytes = tally.skipped_bytes;
  info.torn_bytes = tally.torn_bytes;
  info.position = reader.position();
  return info;
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_recording_open(const char* path, clens_recording** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(path, "path"));
    CLENS_TRY(require(out, "out"));
    auto reader = clicklens::format::RecordingReader::open(path);
    if (!reader.ok()) return reader.status();
    auto handle = std::make_unique<clens_recording>();
    handle->reader = std::move(*reader);
    *out = handle.release();
    return {};
  });
}

void clens_recording_release(clens_recording* recording) {
  delete recording;
}

clens_status clens_recording_describe(const clens_recording* recording, clens_recording_info* info) {
  return guard([&]() -> Status {
    CLENS_TRY(require(recording, "recording"));
    CLENS_TRY(require(info, "info"));
    return clicklens::capi::write_sized(clicklens::capi::describe(*recording->reader), "info", info);
  });
}

clens_status clens_recording_input(const clens_recording* recording, size_t index, clens_input_spec* spec) {
  return guard([&]() -> Status {
    CLENS_TRY(require(recording, "recording"));
    CLENS_TRY(require(spec, "spec"));
    const auto& inputs = recording->reader->info().inputs;
    if (index >= inputs.size())
      return Status::error(Code::invalid_argument, "index: %zu, the recording has %zu inputs", index, inputs.size());
    const clens_input_spec known = {sizeof(clens_input_spec), inputs[index].name.c_str(), inputs[index].kind};
    return clicklens::capi::write_sized(known, "spec", spec);
  });
}

clens_status clens_recording_inputs(const clens_recording* recording, clens_inputs** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(recording, "recording"));
    CLENS_TRY(require(out, "out"));
    std::vector<clicklens::exec::InputSpec> specs;
    for (const auto& input : recording->reader->info().inputs)
      specs.push_back({input.name, static_cast<clicklens::encode::ColumnKind>(input.kind)});
    auto made = clicklens::exec::Inputs::make(std::move(specs));
    if (!made.ok()) return made.status();
    auto handle = std::make_unique<clens_inputs>();
    handle->inputs = std::move(*made);
    *out = handle.release();
    return {};
  });
}

clens_status clens_recording_next(clens_recording* recording, clens_record* record) {
  return guard([&]() -> Status {
    CLENS_TRY(require(recording, "recording"));
    CLENS_TRY(require(record, "record"));
    clicklens::format::RecordingReader& reader = *recording->reader;
    for (;;) {
      clicklens::format::Record found;
      const auto more = reader.next(found);
      if (!more.ok()) return more.status();
      if (!*more) return Status::error(Code::not_found, "recording: no more records");
      clens_record known = CLENS_RECORD_INIT;
      if (clicklens::capi::describe(found, reader.info().tasks, known))
        return clicklens::capi::write_sized(known, "record", record);
      reader.disown();
    }
  });
}
