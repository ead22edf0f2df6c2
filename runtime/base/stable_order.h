// std::stable_sort in one instance for all: one for each type and comparison is 3 KB of code.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace clicklens::base {

// 0 to count - 1 in the order of `before`, equal ones as they were.
std::vector<std::size_t> stable_order(std::size_t count, const std::function<bool(std::size_t, std::size_t)>& before);

template <class T, class Before>
void stable_sort(std::vector<T>& items, Before before) {
  const std::vector<std::size_t> order =
      stable_order(items.size(), [&](std::size_t a, std::size_t b) { return before(items[a], items[b]); });
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const std::size_t i : order) sorted.push_back(std::move(items[i]));
  items = std::move(sorted);
}

}  // namespace clicklens::base
