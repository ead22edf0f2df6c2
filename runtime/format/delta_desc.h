// What is in a delta between its header and its stretches of bytes.
// schemas/delta.fbs is the description of what is on disk; the two mirror each other field by field.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "format/model_file.h"

namespace clicklens::format {

enum class Change : std::uint8_t { kept = 0, replaced = 1, overlaid = 2 };

struct SegmentChange {
  Change change = Change::kept;
  std::uint32_t base_segment = no_index;
  std::uint32_t stride = 0;
  std::uint32_t bytes = no_index, rows = no_index;  // of DeltaDesc::stretches
  bool operator==(const SegmentChange&) const = default;
};

struct DeltaDesc {
  ModelId base, result;
  std::uint32_t result_bytes = no_index;  // of stretches
  std::uint64_t result_segments_offset = 0;
  std::vector<SegmentChange> segments;  // by segment of the result
  std::vector<SegmentDesc> stretches;
  std::uint64_t keys_added = 0, keys_removed = 0, keys_moved = 0;
  bool operator==(const DeltaDesc&) const = default;
};

std::vector<std::byte> pack_delta(const DeltaDesc&);
// Verified: FlatBuffer, references, sizes that stand in it alone. UNKNOWN_REQUIREMENT: a delta of a newer clicklens.
base::Result<DeltaDesc> parse_delta(std::span<const std::byte> flatbuffer, const base::Limits&);

}  // namespace clicklens::format
