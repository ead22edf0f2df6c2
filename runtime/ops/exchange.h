// Input columns that take other values together, set after set, as an ablation does. What the first linears sum of the
// rows as given is kept; each set adds what it changes of those sums, and only what follows them runs again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace clicklens::ops {

struct ColumnRange {
  std::uint32_t begin = 0, count = 0;  // of the model's input columns
};

struct ExchangeSet {
  std::span<const ColumnRange> columns;
  bool shared = false;  // rows of equal Exchanges::distinct_of_row change alike in these columns
};

struct Exchanges {
  const float* changes = nullptr;  // by row of the batch: the other value minus the given one
  std::size_t changes_ld = 0;
  std::span<const ExchangeSet> sets;
  std::span<const std::uint32_t> distinct;         // a row of each kind; empty: no set is shared
  const std::uint32_t* distinct_of_row = nullptr;  // by row: which of them has its changes
};

}  // namespace clicklens::ops
