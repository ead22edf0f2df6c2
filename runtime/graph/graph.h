// The checked graph of a model: what each value is made of, who makes it and who reads it.
#pragma once

#include <cstdint>
#include <vector>

#include "format/model_desc.h"
#include "graph/runs.h"

namespace clicklens::graph {

struct Value {
  std::uint32_t fields = 1, width = 0;  // columns = fields * width
  Runs runs;
  std::uint32_t producer = format::no_index;  // node
  std::vector<std::uint32_t> consumers;       // nodes, ascending; once per use

  [[nodiscard]] std::uint32_t columns() const noexcept { return fields * width; }
  [[nodiscard]] Scope scope() const noexcept { return join_all(runs); }
};

struct Graph {
  std::vector<Value> values;
};

}  // namespace clicklens::graph
