// The canonical order: how an operator that adds across columns orders its sum. Columns belong to one of
// three parts: R (request), C (candidate) and P (pair, continuing from R + C); within a part columns
// ascend. The writer derives the order from scopes once and stores it; the loader checks and obeys it,
// so that a later, better scope analysis never changes the bits of an existing file.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "graph/runs.h"

namespace clicklens::graph {

using Order = std::vector<OrderRun>;

[[nodiscard]] Order canonical_order(const Runs& runs);

// The order covers each of the runs' columns once, ascending, and may be executed: R holds only
// request columns, C only candidate columns. Any column may be in P.
base::Status check_order(const Order& order, const Runs& runs, const std::string& node);

// Columns of one part, ascending.
[[nodiscard]] std::vector<std::uint32_t> columns_of_part(const Order& order, Part part);

}  // namespace clicklens::graph
