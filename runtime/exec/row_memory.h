// Offsets of matrices that come and go: each takes the smallest gap that holds it, else the end moves. Every
// call costs the logarithm of the gaps, however many matrices there are.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <utility>

namespace clicklens::exec {

class RowMemory {
 public:
  // The offset of `bytes` that nothing else has; bytes > 0.
  std::size_t take(std::size_t bytes);
  // Back what take() gave.
  void give(std::size_t offset, std::size_t bytes);
  // The most bytes that were in use at once, gaps included.
  [[nodiscard]] std::size_t extent() const noexcept { return extent_; }

 private:
  using Gaps = std::map<std::size_t, std::size_t>;  // offset to bytes
  void insert(std::size_t offset, std::size_t bytes);
  void erase(Gaps::iterator gap);

  Gaps gaps_;
  std::set<std::pair<std::size_t, std::size_t>> by_size_;  // bytes, offset
  std::size_t extent_ = 0;
};

}  // namespace clicklens::exec
