// BagReader: an entry with more ids than a chunk holds.
#include <algorithm>

#include "encode/bag_reader.h"

namespace clicklens::encode {

// Whether a long entry ends up missing, and its divisor, depend on all of it: one pass to find out,
// with the chunk's memory for scratch, before a piece is handed out.
base::Status BagReader::open_long(const Run& run, BagChunk& chunk) noexcept {
  counts_->cut += run.cut;
  BagTally tally;
  for (std::uint64_t at = run.begin; at < run.end;) {
    const auto block = static_cast<std::uint32_t>(std::min<std::uint64_t>(chunk.id_capacity, run.end - at));
    elements_.read(at, block, chunk.ids, chunk.weights);
    compact(chunk, 0, block, 0, at, run.skip + (at - run.begin), tally);
    at += block;
  }
  if (tally.refused && rules_->strict) return refusal(tally, next_);
  if (!count(tally)) {
    chunk.offsets[1] = append_missing(chunk, 0);
    if (divides_) chunk.divisors[0] = 1.0f;
    chunk.bags = 1;
    ++next_;
    return {};
  }
  element_ = run.begin;
  element_end_ = run.end;
  position_ = run.skip;
  left_ = tally.kept;
  divisor_ = divides_ ? tally.divisor(pooling_, elements_.weighted()) : 1.0f;
  next_piece(chunk);
  return {};
}

// Every piece but the last is full, so none is empty. (Only a file changing under its map can make
// this pass find fewer ids than the first.)
void BagReader::next_piece(BagChunk& chunk) noexcept {
  const std::uint64_t wanted = std::min<std::uint64_t>(chunk.id_capacity, left_);
  std::uint32_t filled = 0;
  while (filled < wanted && element_ < element_end_) {
    const auto block = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted - filled, element_end_ - element_));
    elements_.read(element_, block, chunk.ids + filled, elements_.weighted() ? chunk.weights + filled : nullptr);
    BagTally counted_before;
    filled = compact(chunk, filled, block, filled, element_, position_, counted_before);
    element_ += block;
    position_ += block;
  }
  left_ = filled < wanted ? 0 : left_ - filled;
  chunk.bags = 1;
  chunk.offsets[1] = filled;
  chunk.unfinished = left_ > 0;
  chunk.has_divisors = divides_ && left_ == 0;
  if (chunk.has_divisors) chunk.divisors[0] = divisor_;
  if (left_ == 0) ++next_;
}

}  // namespace clicklens::encode
