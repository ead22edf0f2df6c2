#include "format/delta_desc.h"

#include "delta_generated.h"
#include "format/flatbuffer_parts.h"
#include "format/reader.h"
#include "format/verify.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

// Any requirement is new to this version: there are none yet.
Status check_requirements(Reader& reader, const fbs::Delta& from) {
  const auto* list = from.requirements();
  if (list == nullptr || list->size() == 0) return {};
  reader.enter("requirements", 0);
  const std::string name = reader.name((*list)[0]->name(), "name"), since = reader.name((*list)[0]->since(), "since");
  CLENS_TRY(reader.status());
  return Status::error(Code::unknown_requirement, "requirements[0]: '%s' needs clicklens %s", ShownName(name).text,
                       since.empty() ? "of a later version" : ShownName(since).text);
}

void check_change(Reader& reader, const SegmentChange& change, const DeltaDesc& delta) {
  const auto is_stretch = [&](std::uint32_t index) { return index < delta.stretches.size(); };
  if (change.change != Change::kept && !is_stretch(change.bytes)) reader.fail("bytes", "no such stretch");
  if (change.change != Change::overlaid) return;
  if (change.stride == 0) return reader.fail("stride", "zero");
  if (is_stretch(change.bytes) && delta.stretches[change.bytes].size % change.stride != 0)
    reader.fail("bytes", "not of whole rows");
  if (change.rows == no_index) return;
  if (!is_stretch(change.rows)) return reader.fail("rows", "no such stretch");
  if (delta.stretches[change.rows].size % sizeof(std::uint32_t) != 0) reader.fail("rows", "not of 32-bit numbers");
}

base::Result<DeltaDesc> read(const fbs::Delta& from, std::size_t budget, const base::Limits& limits) {
  Reader reader(budget);
  CLENS_TRY(check_requirements(reader, from));
  CLENS_TRY(check_counts(from.segments() != nullptr ? from.segments()->size() : 0, 0, 0, limits));
  DeltaDesc delta;
  delta.base = {from.base_low(), from.base_high()};
  delta.result = {from.result_low(), from.result_high()};
  delta.result_bytes = from.result();
  delta.result_segments_offset = from.result_segments_offset();
  delta.keys_added = from.keys_added();
  delta.keys_removed = from.keys_removed();
  delta.keys_moved = from.keys_moved();
  delta.stretches = reader.tables<SegmentDesc>(from.stretches(), [](const fbs::Stretch& stretch, std::size_t) {
    return SegmentDesc{stretch.offset(), stretch.size(), stretch.xxh3()};
  });
  delta.segments = reader.tables<SegmentChange>(from.segments(), [&](const fbs::SegmentChange& change, std::size_t i) {
    reader.enter("segments", i);
    const SegmentChange read{reader.enumerator<Change>(change.change(), "change"), change.base_segment(),
                             change.stride(), change.bytes(), change.rows()};
    check_change(reader, read, delta);
    return read;
  });
  CLENS_TRY(reader.status());
  if (delta.result_bytes >= delta.stretches.size()) return Status::error(Code::bad_file, "result: no such stretch");
  return delta;
}

}  // namespace

std::vector<std::byte> pack_delta(const DeltaDesc& delta) {
  Builder builder(4096);
  builder.ForceDefaults(true);  // offsets and checksums are there even as zero: the size does not depend on them
  std::vector<Offset<fbs::SegmentChange>> changes;
  for (const SegmentChange& change : delta.segments)
    changes.push_back(fbs::CreateSegmentChange(builder, static_cast<fbs::Change>(change.change), change.base_segment,
                                               change.stride, change.bytes, change.rows));
  std::vector<Offset<fbs::Stretch>> stretches;
  for (const SegmentDesc& stretch : delta.stretches)
    stretches.push_back(fbs::CreateStretch(builder, stretch.offset, stretch.size, stretch.xxh3));
  const auto segments = builder.CreateVector(changes);
  const auto parts = builder.CreateVector(stretches);
  fbs::FinishDeltaBuffer(
      builder, fbs::CreateDelta(builder, 0, delta.base.low, delta.base.high, delta.result.low, delta.result.high,
                                delta.result_bytes, delta.result_segments_offset, segments, parts, delta.keys_added,
                                delta.keys_removed, delta.keys_moved));
  const auto* bytes = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return {bytes, bytes + builder.GetSize()};
}

base::Result<DeltaDesc> parse_delta(std::span<const std::byte> flatbuffer, const base::Limits& limits) {
  if (flatbuffer.size() >= FLATBUFFERS_MAX_BUFFER_SIZE)
    return Status::error(Code::limit_exceeded, "FlatBuffer: %zu bytes are above the limit", flatbuffer.size());
  flatbuffers::Verifier verifier = verifier_of(flatbuffer);
  if (!fbs::VerifyDeltaBuffer(verifier))
    return Status::error(Code::bad_file, "FlatBuffer: not a valid Delta (identifier %s)", fbs::DeltaIdentifier());
  constexpr std::size_t sharing = 8;  // as of a model's parts
  return read(*fbs::GetDelta(flatbuffer.data()), sharing * flatbuffer.size(), limits);
}

}  // namespace clicklens::format
