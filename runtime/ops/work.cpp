#include "ops/work.h"

#include "ops/operator.h"

namespace clicklens::ops {

void count_chain(std::uint32_t outputs, const graph::Order& order, Work& work) {
  std::uint32_t shared = 0, own = 0;
  for (const graph::OrderRun& run : order) (run.part == graph::Part::request ? shared : own) += run.count;
  if (shared != 0) work.dense.push_back({work.requests, shared, outputs, true});
  if (own != 0) work.dense.push_back({work.candidates, own, outputs, false});
}

void Operator::count(const graph::Value& output, Work& work) const {
  for (const graph::Run& run : output.runs) work.elements += run.count * work.rows_of(run.scope);
}

}  // namespace clicklens::ops
