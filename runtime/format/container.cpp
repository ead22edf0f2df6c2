#include "format/container.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/checked.h"
#include "base/checksum.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

static_assert(std::endian::native == std::endian::little, "segments are mapped as they lie: little-endian only");

// 8 bytes are written
constexpr const char* magic_of(ContainerKind kind) noexcept {
  return kind == ContainerKind::delta ? "CLNSDLTA" : "CLICKLNS";
}
constexpr std::size_t version_at = 8, reserved_at = 12, flatbuffer_offset_at = 16, flatbuffer_size_at = 24,
                      segments_offset_at = 32, file_size_at = 40, checksum_at = 48, tail_at = 56;

template <class T>
void put(HeaderBytes& bytes, std::size_t at, T value) noexcept {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

template <class T>
T get(const HeaderBytes& bytes, std::size_t at) noexcept {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

unsigned long long shown(std::uint64_t value) noexcept {
  return value;
}

Status check_identity(const HeaderBytes& bytes, ContainerKind kind) noexcept {
  const char* const magic = magic_of(kind);
  if (std::memcmp(bytes.data(), magic, 8) != 0)
    return Status::error(Code::bad_file, "header: not a clicklens %s (magic is not %s)", name_of(kind), magic);
  const auto version = get<std::uint32_t>(bytes, version_at);
  if (version != container_version)
    return Status::error(Code::unknown_requirement, "header: container version %u; this clicklens reads version %u",
                         version, container_version);
  if (get<std::uint32_t>(bytes, reserved_at) != 0 || get<std::uint64_t>(bytes, tail_at) != 0)
    return Status::error(Code::bad_file, "header: a reserved field is not zero");
  return {};
}

Status check_fields(const ContainerHeader& header, std::uint64_t flatbuffer_offset, std::uint64_t actual_size,
                    const base::Limits& limits) noexcept {
  if (flatbuffer_offset != header_bytes)
    return Status::error(Code::bad_file, "header: FlatBuffer at offset %llu, not %zu", shown(flatbuffer_offset),
                         header_bytes);
  if (header.file_size != actual_size)
    return Status::error(Code::bad_file, "header: says %llu bytes, the file has %llu", shown(header.file_size),
                         shown(actual_size));
  if (header.flatbuffer_size > limits.flatbuffer_bytes)
    return Status::error(Code::limit_exceeded, "header: FlatBuffer of %llu bytes is above the limit of %llu",
                         shown(header.flatbuffer_size), shown(limits.flatbuffer_bytes));
  if (!base::range_within<std::uint64_t>(header_bytes, header.flatbuffer_size, header.file_size))
    return Status::error(Code::bad_file, "header: FlatBuffer of %llu bytes does not fit the file of %llu",
                         shown(header.flatbuffer_size), shown(header.file_size));
  if (header.segments_offset % small_alignment != 0 || header.segments_offset < header_bytes + header.flatbuffer_size ||
      header.segments_offset > header.file_size)
    return Status::error(Code::bad_file, "header: segments offset %llu is not between FlatBuffer and end of file",
                         shown(header.segments_offset));
  return {};
}

Status misplaced(std::size_t index, const SegmentDesc& segment, const char* why) noexcept {
  return Status::error(Code::bad_file, "segments[%zu]: %llu bytes at offset %llu: %s", index, shown(segment.size),
                       shown(segment.offset), why);
}

}  // namespace

const char* name_of(ContainerKind kind) noexcept {
  return kind == ContainerKind::delta ? "delta" : "model";
}

HeaderBytes encode_header(const ContainerHeader& header) noexcept {
  HeaderBytes bytes{};
  std::memcpy(bytes.data(), magic_of(header.kind), 8);
  put(bytes, version_at, container_version);
  put(bytes, flatbuffer_offset_at, static_cast<std::uint64_t>(header_bytes));
  put(bytes, flatbuffer_size_at, header.flatbuffer_size);
  put(bytes, segments_offset_at, header.segments_offset);
  put(bytes, file_size_at, header.file_size);
  put(bytes, checksum_at, header.checksum);
  return bytes;
}

base::Result<ContainerHeader> decode_header(const HeaderBytes& bytes, std::uint64_t actual_size,
                                            const base::Limits& limits, ContainerKind kind) noexcept {
  CLENS_TRY(check_identity(bytes, kind));
  ContainerHeader header;
  header.kind = kind;
  header.flatbuffer_size = get<std::uint64_t>(bytes, flatbuffer_size_at);
  header.segments_offset = get<std::uint64_t>(bytes, segments_offset_at);
  header.file_size = get<std::uint64_t>(bytes, file_size_at);
  header.checksum = get<std::uint64_t>(bytes, checksum_at);
  CLENS_TRY(check_fields(header, get<std::uint64_t>(bytes, flatbuffer_offset_at), actual_size, limits));
  return header;
}

std::uint64_t container_checksum(const ContainerHeader& header, std::span<const std::byte> flatbuffer) noexcept {
  ContainerHeader unsealed = header;
  unsealed.checksum = 0;
  base::Xxh3Stream stream;
  stream.update(encode_header(unsealed));
  stream.update(flatbuffer);
  return stream.digest();
}

base::Result<ContainerHeader> place_segments(std::uint64_t flatbuffer_size, std::span<SegmentDesc> segments) noexcept {
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const Status too_large = Status::error(Code::limit_exceeded, "segments: the file would be larger than files can be");
  ContainerHeader header;
  header.flatbuffer_size = flatbuffer_size;
  auto end = base::checked_add<std::uint64_t>(header_bytes, flatbuffer_size);
  if (end) end = base::checked_round_up(*end, small_alignment);
  if (!end) return too_large;
  header.segments_offset = *end;
  for (SegmentDesc& segment : segments) {
    const auto offset = base::checked_round_up(*end, segment_alignment(segment.size));
    end = offset ? base::checked_add(*offset, segment.size) : std::nullopt;
    if (!end || *end > largest) return too_large;
    segment.offset = *offset;
  }
  header.file_size = *end;
  return header;
}

Status verify_placement(std::span<const SegmentDesc> segments, const ContainerHeader& header) noexcept {
  std::uint64_t end = header.segments_offset;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const SegmentDesc& segment = segments[i];
    if (!base::range_within(segment.offset, segment.size, header.file_size))
      return misplaced(i, segment, "outside the file");
    if (segment.offset < end)
      return misplaced(i, segment, i == 0 ? "before the segments begin" : "overlaps the segment before it");
    if (segment.offset % segment_alignment(segment.size) != 0)
      return misplaced(i, segment, "not at a multiple of its alignment");
    end = segment.offset + segment.size;
  }
  if (end != header.file_size)  // bytes that belong to nothing could not be verified
    return Status::error(Code::bad_file, "header: %llu bytes after the last segment", shown(header.file_size - end));
  return {};
}

}  // namespace clicklens::format
