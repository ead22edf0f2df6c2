// What a description reads of a segment, which says whether an overlay can stand in its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "format/model_desc.h"
#include "format/overlay.h"

namespace clicklens::format {

struct SegmentUse {
  enum class Kind : std::uint8_t {
    none,        // nothing reads it
    rows,        // tables, or a vocabulary's slots: rows of `stride` bytes, one at a time
    text,        // a vocabulary's text, looked up by offset
    contiguous,  // a constant, or several of these
  };
  Kind kind = Kind::none;
  std::uint32_t stride = 0;

  // An overlay of rows of this stride, some of them in the base's place (`changes`) or all of them behind it.
  [[nodiscard]] bool takes_overlay(std::uint32_t of, bool changes) const noexcept {
    if (kind == Kind::rows) return of == stride;
    return kind == Kind::none || (kind == Kind::text && !changes && of % 4 == 0);
  }
  // One that is there already, made for what may have read the segment otherwise.
  [[nodiscard]] bool takes(const Overlay& overlay) const noexcept {
    return (kind != Kind::rows || overlay.is_indexed()) &&
           takes_overlay(static_cast<std::uint32_t>(overlay.stride()), !overlay.changed().empty());
  }
};

inline constexpr std::uint32_t slot_bytes = 16;  // of a vocabulary: encode/vocabulary.h has the layout

// By segment. References of the description hold.
std::vector<SegmentUse> segment_uses(const ModelDesc& desc);

// The table, constant or encoder that reads a segment; empty: none does.
std::string_view segment_owner(const ModelDesc& desc, std::size_t index) noexcept;

}  // namespace clicklens::format
