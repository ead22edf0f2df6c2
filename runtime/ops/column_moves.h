// Columns taken from one row to another in stretches: neighbours, or at an even distance, as a matrix read by column.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/lowering.h"

namespace clicklens::ops {

// Columns from, from + stride, from + 2 * stride, ... to columns to, to + 1, ...
struct ColumnMove {
  std::uint32_t from = 0, to = 0, count = 0;
  std::int64_t stride = 1;  // 0 repeats one
};

// As few moves as a walk through `columns` finds; column i goes to i.
[[nodiscard]] std::vector<ColumnMove> moves_of(std::span<const std::uint32_t> columns);

// y: for each of its rows, what the moves take from x, which lies in several places. LIMIT_EXCEEDED: the plan would be
// too large.
base::Status emit_gather(Lowering&, std::span<const Place> x, std::span<const ColumnMove> moves,
                         std::span<const Place> y);

// dx, all of x's columns: +0, and what the moves took from each added in ascending order of `to`. At row level. The
// moves outlive the plan.
void emit_scatter(Lowering&, const Place& dy, std::span<const ColumnMove> moves, const Place& dx);

}  // namespace clicklens::ops
