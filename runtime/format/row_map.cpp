#include "format/row_map.h"

#include <algorithm>

namespace clicklens::format {

base::Result<RowMap> RowMap::make(std::uint64_t rows, std::uint64_t covered, std::span<const std::uint32_t> changed,
                                  std::uint32_t kept_at, std::uint32_t apart_at) noexcept {
  RowMap map;
  const std::uint64_t count = rows / rows_per_block + 1;
  auto memory = base::AlignedBlock::allocate(count * sizeof(Block));
  if (!memory.ok()) return memory.status();
  map.memory_ = std::move(*memory);
  map.kept_at_ = kept_at;
  map.apart_at_ = apart_at;
  auto* const blocks = reinterpret_cast<Block*>(map.memory_.data());
  std::fill_n(blocks, count, Block{});
  const auto set = [blocks](std::uint64_t row) { blocks[row / rows_per_block].apart |= 1u << (row % rows_per_block); };
  for (const std::uint32_t row : changed) set(row);
  for (std::uint64_t row = covered; row < rows; ++row) set(row);
  std::uint32_t before = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    blocks[i].before = before;
    before += static_cast<std::uint32_t>(std::popcount(blocks[i].apart));
  }
  return map;
}

}  // namespace clicklens::format
