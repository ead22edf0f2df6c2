#include "graph/runs.h"

#include <algorithm>

namespace clicklens::graph {
namespace {

void push(Runs& runs, std::uint32_t count, Scope scope) {
  if (count == 0) return;
  if (!runs.empty() && runs.back().scope == scope) {
    runs.back().count += count;
    return;
  }
  runs.push_back({columns_of(runs), count, scope});
}

}  // namespace

Scope join_all(const Runs& runs) noexcept {
  Scope scope = runs.front().scope;
  for (const Run& run : runs) scope = join(scope, run.scope);
  return scope;
}

std::uint32_t columns_of(const Runs& runs) noexcept {
  return runs.empty() ? 0 : runs.back().begin + runs.back().count;
}

Runs uniform(std::uint32_t columns, Scope scope) {
  Runs runs;
  push(runs, columns, scope);
  return runs;
}

void append(Runs& head, const Runs& tail) {
  for (const Run& run : tail) push(head, run.count, run.scope);
}

Runs join_columns(const Runs& a, const Runs& b) {
  Runs joined;
  std::size_t i = 0;
  std::size_t j = 0;
  for (std::uint32_t column = 0; i < a.size() && j < b.size();) {
    const std::uint32_t end = std::min(a[i].begin + a[i].count, b[j].begin + b[j].count);
    push(joined, end - column, join(a[i].scope, b[j].scope));
    column = end;
    if (a[i].begin + a[i].count == end) ++i;
    if (b[j].begin + b[j].count == end) ++j;
  }
  return joined;
}

}  // namespace clicklens::graph
