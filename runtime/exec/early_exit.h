// Early exit: rows whose logit by a probe is below a bound stop at the probe's layer. The others close ranks and go
// on, with the bits they would have had anyway.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "exec/placement.h"

namespace clicklens::exec {

struct ExitRule {
  std::uint32_t probe = 0;  // among the session's probes
  float bound = 0.0f;
};

// Matrices at row level that steps behind the split read and steps before it write. `at`: 0 when the split follows
// the inputs, node + 1 when it follows a node's steps.
std::vector<ops::Place> places_across(const PlacementRequest&, const Placement&, std::uint32_t at);

// Rows that stay, of context.rows: their numbers go to row_of, ascending, and their parts of `places` and of the maps
// (null: none) to the front. A NaN stays. Returns how many there are.
std::size_t drop_rows(const ops::StepContext& context, const ops::Place& logit, float bound,
                      const std::vector<ops::Place>& places, std::uint32_t* request_of_row,
                      std::uint32_t* candidate_of_row, std::uint32_t* row_of) noexcept;

// column[i], i < kept, goes to column[row_of[i]]; other rows of `rows` get `fill(row)`.
template <class Fill>
void spread_rows(float* column, std::size_t kept, std::size_t rows, const std::uint32_t* row_of, Fill fill) noexcept {
  std::size_t end = rows;
  for (std::size_t i = kept; i-- > 0; end = row_of[i]) {  // row_of[i] >= i: nothing is overwritten before it moves
    for (std::size_t gap = row_of[i] + 1; gap < end; ++gap) column[gap] = fill(gap);
    column[row_of[i]] = column[i];
  }
  for (std::size_t gap = 0; gap < end; ++gap) column[gap] = fill(gap);
}

}  // namespace clicklens::exec
