// Making a delta of two models.
#pragma once

#include "base/status.h"
#include "format/delta_desc.h"

namespace clicklens::format {

// What a delta does, for people.
struct DeltaFigures {
  std::uint64_t changed_rows = 0, appended_rows = 0;               // of tables
  std::uint64_t keys_added = 0, keys_removed = 0, keys_moved = 0;  // of vocabularies
  std::size_t kept = 0, overlaid = 0, replaced = 0;                // segments
  std::uint64_t carried = 0;                                       // bytes of segments that the delta holds,
  std::uint64_t whole = 0;                                         // of so many that the result has
  [[nodiscard]] double share() const noexcept {
    return whole == 0 ? 0.0 : static_cast<double>(carried) / static_cast<double>(whole);
  }
};
DeltaFigures figures_of(const DeltaDesc& delta, const ModelDesc& result);

// Writes, at `path`, what makes `result` of `base`; both are verified by their checksums. LIMIT_EXCEEDED: the delta
// would carry more than `most_share` of the result's bytes.
base::Status make_delta(const ModelFile& base, const ModelFile& result, const char* path, double most_share);

}  // namespace clicklens::format
