#include "exec/row_memory.h"

#include <iterator>

namespace clicklens::exec {

void RowMemory::insert(std::size_t offset, std::size_t bytes) {
  gaps_.emplace(offset, bytes);
  by_size_.emplace(bytes, offset);
}

void RowMemory::erase(Gaps::iterator gap) {
  by_size_.erase({gap->second, gap->first});
  gaps_.erase(gap);
}

std::size_t RowMemory::take(std::size_t bytes) {
  const auto fits = by_size_.lower_bound({bytes, 0});
  if (fits != by_size_.end()) {
    const auto [size, offset] = *fits;
    erase(gaps_.find(offset));
    if (size > bytes) insert(offset + bytes, size - bytes);
    return offset;
  }
  std::size_t offset = extent_;
  if (!gaps_.empty() && std::prev(gaps_.end())->first + std::prev(gaps_.end())->second == extent_) {
    offset = std::prev(gaps_.end())->first;
    erase(std::prev(gaps_.end()));
  }
  extent_ = offset + bytes;
  return offset;
}

void RowMemory::give(std::size_t offset, std::size_t bytes) {
  auto next = gaps_.lower_bound(offset);
  if (next != gaps_.begin() && std::prev(next)->first + std::prev(next)->second == offset) {
    const auto before = std::prev(next);
    offset = before->first;
    bytes += before->second;
    erase(before);
  }
  if (next != gaps_.end() && offset + bytes == next->first) {
    bytes += next->second;
    erase(next);
  }
  insert(offset, bytes);
}

}  // namespace clicklens::exec
