#include "format/overlay.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

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

namespace {

// Ascending, as both are; numbers from `end` on are left out.
base::Result<base::AlignedBlock> either(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                                        std::uint64_t end) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(numbers));
  numbers.erase(std::lower_bound(numbers.begin(), numbers.end(), end), numbers.end());
  auto block = base::AlignedBlock::allocate(numbers.size() * sizeof(std::uint32_t));
  if (block.ok()) std::ranges::copy(std::as_bytes(std::span(numbers)), block->data());
  return block;
}

}  // namespace

base::Result<std::shared_ptr<Overlay>> Overlay::make_over(const Overlay& below, Parts above,
                                                          std::span<const std::byte> rows) {
  const std::uint64_t covered = std::min(below.covered_, above.size / above.stride);
  const base::AlignedBlock changed = std::move(above.changed);
  const std::span numbers(reinterpret_cast<const std::uint32_t*>(changed.data()),
                          changed.size() / sizeof(std::uint32_t));
  auto merged = either(below.changed(), numbers, covered);
  if (!merged.ok()) return merged.status();
  above.changed = std::move(*merged);
  above.base = below.kept();
  above.owner = below.parts_.owner;
  auto made = make(std::move(above));
  if (made.ok()) (*made)->take_rows(below, numbers, rows);
  return made;
}

// `rows` has those of `changed`, then those behind the last row below; all others lie apart below.
void Overlay::take_rows(const Overlay& below, std::span<const std::uint32_t> changed,
                        std::span<const std::byte> rows) noexcept {
  const std::uint64_t stride = parts_.stride, rows_below = below.size() / stride, count = apart_.size() / stride;
  std::uint64_t next = 0, next_below = 0;  // rows, of these in order and of those that lie apart below
  for (std::uint64_t n = 0; n < count; ++n) {
    const std::uint64_t row = row_apart(n);
    const bool is_new = row >= rows_below || (next < changed.size() && changed[next] == row);
    const bool is_below =
        row < rows_below && next_below * stride < below.apart().size() && below.row_apart(next_below) == row;
    const std::byte* const from = is_new ? &rows[next * stride] : &below.apart()[next_below * stride];
    std::copy_n(from, stride, apart_.data() + n * stride);
    next += is_new ? 1 : 0;
    next_below += is_below ? 1 : 0;
  }
}

base::Status Overlay::warm() const noexcept {
  CLENS_TRY(base::warm_pages(kept()));
  return base::warm_pages(apart());
}

TableRows Overlay::rows() const noexcept {
  return {std::min(parts_.base.data(), apart_.data()), &*map_};
}

}  // namespace clicklens::format
