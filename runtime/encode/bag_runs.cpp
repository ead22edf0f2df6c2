// BagReader: which entries go into a chunk next, as stretches of elements that are read in one go.
#include <algorithm>

#include "encode/bag_reader.h"

namespace clicklens::encode {

BagReader::Run BagReader::find_run(const BagChunk& chunk) const noexcept {
  if (column_ != nullptr) {
    return with_offsets(*column_, [&](const auto& offsets) { return find_run(offsets, chunk); });
  }
  const bool full = missing_id_ != unknown_row && chunk.offsets[chunk.bags] == chunk.id_capacity;
  if (!full) chunk.offsets[chunk.bags + 1] = chunk.offsets[chunk.bags];
  return Run{full ? 0u : 1u, 0, 0, 0, 0, false};
}

// Leaves the run's raw ends in chunk.offsets, for take().
template <class Offsets>
BagReader::Run BagReader::find_run(const Offsets& offsets, const BagChunk& chunk) const noexcept {
  const std::uint32_t used = chunk.offsets[chunk.bags];
  const std::uint64_t room = chunk.id_capacity - used;
  const std::uint64_t most = std::min<std::uint64_t>(end_ - next_, chunk.bag_capacity - chunk.bags);
  const std::uint64_t begin = offsets[next_];
  const std::uint64_t shortest = missing_id_ != unknown_row ? 1 : 0;  // an empty one may need a place of its own
  std::uint32_t* ends = chunk.offsets + chunk.bags + 1;
  std::uint64_t last = begin, n = 0;
  for (; n < most; ++n) {
    const std::uint64_t to = offsets[next_ + n + 1], length = to - last;
    if (length < shortest || length > longest_ || to - begin > room) break;
    if (!is_set(column_->validity, column_->first + next_ + n)) break;
    ends[n] = used + static_cast<std::uint32_t>(to - begin);
    last = to;
  }
  return n > 0 ? Run{n, begin, last, 0, 0, false} : lone_entry(offsets, chunk);
}

BagReader::Run BagReader::find_run(const OneEach& offsets, const BagChunk& chunk) const noexcept {
  const std::uint32_t used = chunk.offsets[chunk.bags];
  const std::uint64_t most = std::min<std::uint64_t>(end_ - next_, chunk.bag_capacity - chunk.bags);
  const std::uint64_t n = std::min<std::uint64_t>(most, chunk.id_capacity - used);
  std::uint32_t* ends = chunk.offsets + chunk.bags + 1;
  for (std::uint32_t i = 0; i < n; ++i) ends[i] = used + i + 1;
  return {n, offsets[next_], offsets[next_ + n], 0, 0, false};
}

// An entry that is missing, empty, cut, or does not fit.
template <class Offsets>
BagReader::Run BagReader::lone_entry(const Offsets& offsets, const BagChunk& chunk) const noexcept {
  const std::uint32_t used = chunk.offsets[chunk.bags];
  Run run{1, offsets[next_], offsets[next_ + 1], 0, 0, false};
  if (!is_set(column_->validity, column_->first + next_)) run.end = run.begin;
  const std::uint64_t length = run.end - run.begin;
  if (length > longest_) {
    run.cut = length - longest_;
    if (rules_->feature->keep_last) {
      run.skip = run.cut;
      run.begin += run.cut;
    } else {
      run.end -= run.cut;
    }
  }
  const std::uint64_t kept = run.end - run.begin;
  const std::uint64_t needed = kept == 0 && missing_id_ != unknown_row ? 1 : kept;
  if (needed > chunk.id_capacity - used) {
    run.entries = 0;
    run.too_long = kept > chunk.id_capacity;
    return run;
  }
  chunk.offsets[chunk.bags + 1] = used + static_cast<std::uint32_t>(kept);
  return run;
}

}  // namespace clicklens::encode
