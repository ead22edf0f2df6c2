#include "graph/order.h"

#include <numeric>

namespace clicklens::graph {
namespace {

constexpr Part part_of(Scope scope) noexcept {
  switch (scope) {
    case Scope::request:
      return Part::request;
    case Scope::candidate:
      return Part::candidate;
    default:
      return Part::pair;
  }
}

bool may_hold(Part part, Scope scope) noexcept {
  return part == Part::pair || part == part_of(scope);
}

}  // namespace

Order canonical_order(const Runs& runs) {
  Order order;
  order.reserve(runs.size());
  for (const Run& run : runs) order.push_back({part_of(run.scope), run.begin, run.count});
  return order;
}

base::Status check_order(const Order& order, const Runs& runs, const std::string& node) {
  using base::Code;
  using base::Status;
  const std::uint32_t columns = columns_of(runs);
  std::uint32_t next = 0;
  std::size_t run = 0;
  for (const OrderRun& entry : order) {
    if (entry.begin != next || entry.count == 0 || entry.count > columns - next)
      return Status::error(Code::bad_file, "node '%s': its order must cover columns 0..%u ascending, once each (at %u)",
                           node.c_str(), columns, entry.begin);
    next += entry.count;
    for (; run < runs.size() && runs[run].begin < next; ++run) {
      if (!may_hold(entry.part, runs[run].scope))
        return Status::error(Code::bad_file, "node '%s': order puts column %u into a part its scope does not allow",
                             node.c_str(), runs[run].begin);
      if (runs[run].begin + runs[run].count > next) break;  // goes on in the next entry
    }
  }
  if (next != columns)
    return Status::error(Code::bad_file, "node '%s': its order covers %u of %u columns", node.c_str(), next, columns);
  return {};
}

std::vector<std::uint32_t> columns_of_part(const Order& order, Part part) {
  std::vector<std::uint32_t> columns;
  for (const OrderRun& run : order) {
    if (run.part != part) continue;
    const std::size_t size = columns.size();
    columns.resize(size + run.count);
    std::iota(columns.begin() + static_cast<std::ptrdiff_t>(size), columns.end(), run.begin);
  }
  return columns;
}

}  // namespace clicklens::graph
