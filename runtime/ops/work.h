// What a node has to do for a batch, counted, not timed: the bounds of its cost.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/order.h"
#include "graph/runs.h"

namespace clicklens::ops {

// One call of a dense kernel: `rows` rows through weights of `columns` x `outputs`.
struct DenseWork {
  double rows = 0;
  std::uint32_t columns = 0, outputs = 0;
  bool shared = false;  // rows are requests
};

// Rows of one table.
struct RowWork {
  double ids = 0;           // read
  std::uint64_t lines = 0;  // of 64 bytes that a row touches
  std::uint64_t table_bytes = 0;
};

struct Work {
  // Of the batch.
  double requests = 1, candidates = 1;
  double ids = 1;  // of an entry of a sparse feature

  std::vector<DenseWork> dense;
  std::vector<RowWork> rows;
  double elements = 0;  // read and written one by one
  double entries = 0;   // of sparse features

  [[nodiscard]] double rows_of(graph::Scope scope) const noexcept {
    return scope == graph::Scope::request ? requests : candidates;
  }
};

// Of a chain over columns (linear_chain.h): R once per request, C and P per candidate.
void count_chain(std::uint32_t outputs, const graph::Order& order, Work& work);

}  // namespace clicklens::ops
