// Scopes of a value's columns. A value's columns are a list of runs, each with its scope: request (one
// row per request), candidate (from candidate features alone) or pair (depends on both).
#pragma once

#include <cstdint>
#include <vector>

#include "format/model_desc.h"

namespace clicklens::graph {

using format::OrderRun;
using format::Part;
using format::Scope;

// Columns [begin, begin + count), ascending and without gaps within a value.
struct Run {
  std::uint32_t begin = 0, count = 0;
  Scope scope = Scope::pair;

  friend bool operator==(const Run&, const Run&) = default;
};
using Runs = std::vector<Run>;

// The scope of something computed from both.
[[nodiscard]] constexpr Scope join(Scope a, Scope b) noexcept {
  return a == b ? a : Scope::pair;
}

[[nodiscard]] Scope join_all(const Runs& runs) noexcept;
[[nodiscard]] std::uint32_t columns_of(const Runs& runs) noexcept;

// One run of one scope.
[[nodiscard]] Runs uniform(std::uint32_t columns, Scope scope);
// `tail` placed after `head`; neighbours of equal scope become one run.
void append(Runs& head, const Runs& tail);
// Column by column join of two lists over the same number of columns.
[[nodiscard]] Runs join_columns(const Runs& a, const Runs& b);

}  // namespace clicklens::graph
