// The outermost layer of a .clens file and of a delta: its 64-byte header and the rule of where segments lie.
// All integers are little-endian.
//
//   offset  bytes
//        0      8  magic "CLICKLNS"; of a delta "CLNSDLTA"
//        8      4  container version, 1
//       12      4  zero
//       16      8  offset of the FlatBuffer, 64 in this version
//       24      8  size of the FlatBuffer
//       32      8  offset of segments: a multiple of 64, not before the end of the FlatBuffer
//       40      8  size of the whole file
//       48      8  xxh3-64 of header (this field as zero) and FlatBuffer
//       56      8  zero
//
// Fields that must be zero are room for later versions: a reader that does not know what a non-zero
// value means refuses the file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/limits.h"
#include "base/status.h"
#include "format/model_desc.h"

namespace clicklens::format {

inline constexpr std::size_t header_bytes = 64;
inline constexpr std::uint32_t container_version = 1;
inline constexpr std::uint64_t small_alignment = 64;                       // a cache line, and any vector
inline constexpr std::uint64_t large_alignment = std::uint64_t{64} << 10;  // pages of every system
inline constexpr std::uint64_t large_segment = std::uint64_t{64} << 10;    // from this size on

enum class ContainerKind : std::uint8_t { model, delta };
// For messages: "model", "delta".
[[nodiscard]] const char* name_of(ContainerKind kind) noexcept;

struct ContainerHeader {
  std::uint64_t flatbuffer_size = 0;
  std::uint64_t segments_offset = 0;
  std::uint64_t file_size = 0;
  std::uint64_t checksum = 0;
  ContainerKind kind = ContainerKind::model;
};

using HeaderBytes = std::array<std::byte, header_bytes>;

HeaderBytes encode_header(const ContainerHeader& header) noexcept;

// Every field against the others, `actual_size` (what the system says) and the limits.
base::Result<ContainerHeader> decode_header(const HeaderBytes& bytes, std::uint64_t actual_size,
                                            const base::Limits& limits,
                                            ContainerKind kind = ContainerKind::model) noexcept;

// xxh3-64 of the header, its own field as zero, then the FlatBuffer.
std::uint64_t container_checksum(const ContainerHeader& header, std::span<const std::byte> flatbuffer) noexcept;

constexpr std::uint64_t segment_alignment(std::uint64_t size) noexcept {
  return size >= large_segment ? large_alignment : small_alignment;
}

// Lays the segments out one after the other behind a FlatBuffer of this size, filling in their offsets.
// LIMIT_EXCEEDED when the file would be larger than a file can be.
base::Result<ContainerHeader> place_segments(std::uint64_t flatbuffer_size, std::span<SegmentDesc> segments) noexcept;

// Segments inside the file, in order, aligned, apart from each other and from the FlatBuffer.
base::Status verify_placement(std::span<const SegmentDesc> segments, const ContainerHeader& header) noexcept;

}  // namespace clicklens::format
