#include "format/overlay.h"

#include <algorithm>
#include <utility>

#include "base/pages.h"

namespace clicklens::format {

base::Result<std::shared_ptr<Overlay>> Overlay::make(Parts parts) {
  auto made = std::make_shared<Overlay>();
  Overlay& overlay = *made;
  overlay.parts_ = std::move(parts);
  const std::span<const std::byte> base = overlay.parts_.base;
  const std::uint64_t stride = overlay.parts_.stride, rows = overlay.parts_.size / stride;
  overlay.covered_ = std::min<std::uint64_t>(base.size() / stride, rows);
  const std::uint64_t apart = overlay.changed().size() + (rows - overlay.covered_);
  auto memory = base::NearBlock::allocate(apart * stride, base, stride);
  if (!memory.ok()) return memory.status();
  overlay.apart_ = std::move(*memory);
  if (!overlay.parts_.is_indexed) return made;
  const std::byte* const low = std::min<const std::byte*>(base.data(), overlay.apart_.data());
  const auto number = [&](const std::byte* begin) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(begin - low) / stride);
  };
  auto map =
      RowMap::make(rows, overlay.covered_, overlay.changed(), number(base.data()), number(overlay.apart_.data()));
  if (!map.ok()) return map.status();
  overlay.map_ = std::move(*map);
  return made;
}

base::Status Overlay::warm() const noexcept {
  CLENS_TRY(base::warm_pages(kept()));
  return base::warm_pages(apart());
}

TableRows Overlay::rows() const noexcept {
  return {std::min(parts_.base.data(), apart_.data()), &*map_};
}

}  // namespace clicklens::format
