// How one segment of a model differs from one of another.
#pragma once

#include <cstdint>
#include <vector>

#include "format/delta_desc.h"
#include "format/segment_use.h"

namespace clicklens::format {

// What of a segment goes into a delta: all of it, or rows of it.
struct SegmentDiff {
  SegmentChange change;                // `bytes` and `rows` are not set yet
  std::vector<std::uint32_t> changed;  // overlaid: rows that differ
  std::uint64_t appended_at = 0;       // overlaid: first byte behind the base's last row
};

// Of `result`, segment `index`, used as `use` says: what is shortest.
base::Result<SegmentDiff> diff_segment(const ModelFile& base, const ModelFile& result, std::uint32_t index,
                                       const SegmentUse& use);

// The base's segment of the same table or vocabulary, of the same layout; no_index: there is none.
std::uint32_t counterpart(const ModelDesc& base, const ModelDesc& result, std::uint32_t index);

// Any row of a segment, of `stride` bytes, wherever it lies.
class SegmentRows {
 public:
  static base::Result<SegmentRows> of(const ModelFile& file, std::uint32_t index, std::uint64_t stride);
  [[nodiscard]] const std::byte* operator[](std::uint64_t row) const noexcept { return rows_.row(row, stride_); }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  TableRows rows_;
  std::uint64_t stride_ = 0, count_ = 0;
  std::shared_ptr<const Overlay> overlay_;
  base::AlignedBlock copy_;
};

// What became of a vocabulary's keys.
struct KeyChanges {
  std::uint64_t added = 0, removed = 0, moved = 0;
};
base::Result<KeyChanges> diff_keys(const ModelFile& base, const ModelFile& result, std::uint32_t base_slots,
                                   std::uint32_t result_slots);

}  // namespace clicklens::format
