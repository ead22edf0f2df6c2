// The recording, version 1: batches that a host scored, so that they can be scored again. Little-endian; everything
// at multiples of 8, padding zero.
//
//   RecordingHeader, signature, then records
//
// The signature holds, for each of the host's inputs in order, { u32 kind, u32 length of the name, the name }, padded.
// A record is { RecordHeader, the flat batch, scores as float32 }. A record's header has a checksum of its own: where
// it is sound, the record's length can be believed and a damaged body is stepped over; where it is not, readers look
// for the next sound header. So a file that a killed writer left is readable up to its last whole record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/status.h"
#include "format/model_file.h"

namespace clicklens::format {

inline constexpr std::uint64_t recording_magic = 0x44434552534E4C43ull;  // "CLNSRECD"
inline constexpr std::uint64_t record_magic = 0x54414252534E4C43ull;     // "CLNSRBAT"
inline constexpr std::uint32_t recording_version = 1;
inline constexpr std::uint64_t recording_alignment = 8;

struct RecordingHeader {
  std::uint64_t magic = recording_magic;
  std::uint32_t version = recording_version;
  std::uint32_t tasks = 0;  // scores of a candidate
  std::uint64_t model_low = 0, model_high = 0;
  std::uint32_t arithmetic_version = 0;
  std::uint32_t flags = 0;  // none are known
  std::uint64_t inputs = 0;
  std::uint64_t signature_size = 0;
  double sample_rate = 1;  // of requests, by hash of their key
  std::uint64_t reserved = 0;
  std::uint64_t checksum = 0;  // xxh3 of this header, this field as zero, and the signature
};
static_assert(sizeof(RecordingHeader) == 80 && std::is_trivially_copyable_v<RecordingHeader>);

struct RecordHeader {
  std::uint64_t magic = record_magic;
  std::uint64_t size = 0;         // of header, batch and scores
  std::uint64_t file = 0;         // RecordingHeader::checksum: records of other files are not mistaken for ours
  std::uint64_t flat_size = 0;    // bytes of the flat batch
  std::uint64_t score_count = 0;  // floats; 0: none were recorded
  std::uint16_t score_kind = 0;   // clens_output_kind
  std::uint16_t precision = 0;    // clens_precision
  std::uint32_t flags = 0;        // record_*
  std::uint64_t body_checksum = 0;
  std::uint64_t checksum = 0;  // xxh3 of all before it
};
static_assert(sizeof(RecordHeader) == 64 && std::is_trivially_copyable_v<RecordHeader>);

// The session exits early or keeps some linears in float32: another session of its precision may score differently.
inline constexpr std::uint32_t record_own_ways = 1;

struct RecordedInput {
  std::string name;
  std::uint32_t kind = 0;  // clens_column_kind
};

struct RecordingInfo {
  ModelId model;
  std::uint32_t tasks = 0, arithmetic_version = 0;
  double sample_rate = 1;
  std::vector<RecordedInput> inputs;
};

constexpr std::uint64_t padded(std::uint64_t bytes) noexcept {
  return (bytes + recording_alignment - 1) / recording_alignment * recording_alignment;
}

// Header and signature.
std::vector<std::byte> encode_recording(const RecordingInfo& info);

// Fills in the checksums of a whole record.
void seal_record(std::span<std::byte> record, std::uint64_t file) noexcept;

// Whether the header's own checksum is right and its sizes fit each other.
bool is_sound(const RecordHeader& header, std::uint64_t file) noexcept;

}  // namespace clicklens::format
