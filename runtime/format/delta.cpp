// Opening a delta: its front, and the result's description.
#include "format/delta.h"

#include <string_view>
#include <utility>

#include "base/checksum.h"
#include "format/segment_use.h"
#include "format/text.h"
#include "format/writer.h"

namespace clicklens::format {

using base::Code;
using base::Status;

base::Result<std::unique_ptr<Delta>> Delta::open(const char* path, const base::Limits& limits) {
  auto file = base::File::open(path);
  if (!file.ok()) return file.status();
  // Its address must last: the source refers to it.
  auto kept = std::make_shared<base::File>(std::move(*file));
  return make(std::make_unique<FileSource>(*kept), kept, path, limits);
}

base::Result<std::unique_ptr<Delta>> Delta::from_memory(std::span<const std::byte> bytes, const base::Limits& limits) {
  return make(std::make_unique<MemorySource>(bytes), nullptr, "delta in memory", limits);
}

base::Result<std::unique_ptr<Delta>> Delta::make(std::unique_ptr<Source> source, std::shared_ptr<const base::File> file,
                                                 std::string name, const base::Limits& limits) {
  const auto raw = read_container(*source, name.c_str(), limits, ContainerKind::delta);
  if (!raw.ok()) return raw.status();
  auto delta = std::unique_ptr<Delta>(new Delta);
  delta->file_ = std::move(file);
  delta->source_ = std::move(source);
  delta->name_ = std::move(name);
  delta->limits_ = limits;
  delta->file_size_ = raw->header.file_size;
  CLENS_TRY(named(delta->name_.c_str(), delta->read(*raw)));
  return delta;
}

Status Delta::read(const RawFront& raw) {
  auto desc = parse_delta({raw.flatbuffer.data(), raw.flatbuffer.size()}, limits_);
  if (!desc.ok()) return desc.status();
  desc_ = std::move(*desc);
  CLENS_TRY(verify_placement(desc_.stretches, raw.header));
  CLENS_TRY(read_result());
  if (desc_.segments.size() != result_.desc.segments.size())
    return Status::error(Code::bad_file, "segments: %zu changes of %zu segments", desc_.segments.size(),
                         result_.desc.segments.size());
  for (std::size_t i = 0; i < desc_.segments.size(); ++i) CLENS_TRY(check_change(i));
  return {};
}

// Verified as the file's front that it will be one day.
Status Delta::read_result() {
  const std::uint64_t size = desc_.stretches[desc_.result_bytes].size;
  if (size > limits_.flatbuffer_bytes)
    return Status::error(Code::limit_exceeded, "result: FlatBuffer of %llu bytes is above the limit of %llu",
                         static_cast<unsigned long long>(size),
                         static_cast<unsigned long long>(limits_.flatbuffer_bytes));
  auto block = read_stretch(desc_.result_bytes);
  if (!block.ok()) return block.status();
  const std::span<const std::byte> flatbuffer(block->data(), block->size());
  auto desc = parse_model(flatbuffer, limits_);
  if (!desc.ok()) return desc.status();
  ContainerHeader header;
  header.flatbuffer_size = size;
  header.segments_offset = desc_.result_segments_offset;
  header.file_size =
      desc->segments.empty() ? header.segments_offset : desc->segments.back().offset + desc->segments.back().size;
  auto bytes = encode_header(header);
  const auto fits = decode_header(bytes, header.file_size, limits_);
  if (!fits.ok()) return fits.status();
  auto front = interpret_model(header, flatbuffer, limits_);
  if (!front.ok()) return front.status();
  if (front->id != desc_.result) return Status::error(Code::bad_file, "result: its FlatBuffer has another model id");
  result_ = std::move(*front);
  flatbuffer_.assign(flatbuffer.begin(), flatbuffer.end());
  return {};
}

Status Delta::check_change(std::size_t index) const noexcept {
  const SegmentChange& change = desc_.segments[index];
  const SegmentDesc& segment = result_.desc.segments[index];
  if (change.change == Change::replaced &&
      (desc_.stretches[change.bytes].size != segment.size || desc_.stretches[change.bytes].xxh3 != segment.xxh3))
    return Status::error(Code::bad_file, "segments[%zu] ('%s').bytes: not those of the result's segment", index,
                         ShownName(segment_owner(result_.desc, index)).text);
  if (change.change == Change::overlaid && segment.size % change.stride != 0)
    return Status::error(Code::bad_file, "segments[%zu] ('%s').stride: the result's segment is not of whole rows",
                         index, ShownName(segment_owner(result_.desc, index)).text);
  return {};
}

// A file's message begins with its path, and this one goes behind it.
const char* Delta::without_name(const char* message) const noexcept {
  const base::ShownPath shown(name_.c_str());
  const std::string_view name(shown.text), whole(message);
  return whole.starts_with(name) && whole.substr(name.size()).starts_with(": ") ? message + name.size() + 2 : message;
}

Status Delta::read_stretch(std::uint32_t index, std::span<std::byte> into) const noexcept {
  const SegmentDesc& stretch = desc_.stretches[index];
  if (const Status read = source_->read_at(stretch.offset, into); !read.ok())
    return Status::error(read.code(), "stretches[%u]: %s", index, without_name(read.message()));
  if (base::xxh3_64(into) == stretch.xxh3) return {};
  return Status::error(Code::checksum_mismatch, "stretches[%u]: its checksum differs", index);
}

base::Result<base::AlignedBlock> Delta::read_stretch(std::uint32_t index) const {
  const std::uint64_t size = desc_.stretches[index].size;
  auto block = base::AlignedBlock::allocate(size, segment_alignment(size));
  if (!block.ok()) return block.status();
  CLENS_TRY(read_stretch(index, {block->data(), block->size()}));
  return block;
}

}  // namespace clicklens::format
