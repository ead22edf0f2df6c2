// A linear that reads pooled inputs, in a session of exchanges: y = act(bn(sums + the set's columns of the changes
// times their weights)). That product is a chain of its own from +0, in the node's canonical order, added to the kept
// sums: what it gives does not depend on which rows share it. A chain cannot be exchanged in its middle, for what
// follows would go on from another number: the bits are not those of a row that has the other values from the start.
#pragma once

#include <vector>

#include "ops/exchange.h"
#include "ops/linear_step.h"

namespace clicklens::ops {

struct ExchangeCall {
  // Input columns in the order of the chain.
  struct Stretch {
    std::uint32_t input = 0, count = 0;
    const float* weights = nullptr;  // packed of packed_k columns, of which `first` is this one's first
    std::size_t packed_k = 0, first = 0;
  };
  std::vector<Stretch> stretches;
  Place sums, apart, y;  // apart: room for what rows share
  Epilogue epilogue;
};

class ExchangeStep final : public Step {
 public:
  explicit ExchangeStep(ExchangeCall call) : call_(std::move(call)) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  [[nodiscard]] kernels::LinearArgs outputs(const StepContext&) const noexcept;

  ExchangeCall call_;
};

}  // namespace clicklens::ops
