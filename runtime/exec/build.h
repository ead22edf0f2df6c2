// From description to checked graph: operators made, shapes and scopes inferred, canonical order
// checked (or, for a file being written, filled in).
#pragma once

#include <memory>
#include <vector>

#include "base/limits.h"
#include "graph/graph.h"
#include "ops/operator.h"

namespace clicklens::exec {

struct Built {
  graph::Graph graph;
  std::vector<std::unique_ptr<ops::Operator>> operators;  // by node
};

// `fill` null: everything the file states must agree with what is inferred. Else the same description,
// whose absent shapes and orders are completed.
base::Result<Built> build(const ops::ModelView& view, const base::Limits& limits, format::ModelDesc* fill);

}  // namespace clicklens::exec
