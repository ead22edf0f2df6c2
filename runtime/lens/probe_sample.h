// Rows of an objective drawn in proportion to their curvature, and what each stands for.
#pragma once

#include <span>
#include <vector>

#include "lens/probe_objective.h"

namespace clicklens::lens {

struct DrawnRow {
  std::size_t row;
  double share;  // of the sum of curvatures over all rows / sum of weights
  double rows;   // of the data, that it stands for: shares add up to 1
};

// At most `draws` rows, ascending, each once; all rows with any curvature when there are no more than that.
std::vector<DrawnRow> draw_rows(const ProbeObjective& objective, std::span<const double> point, std::size_t draws);

}  // namespace clicklens::lens
