// One part of a linear's sum in int8 or bf16: its columns, which may lie in several places, become one row in the
// reduced precision, and one product continues from the seed.
#pragma once

#include <vector>

#include "ops/linear_step.h"
#include "ops/lowering.h"

namespace clicklens::ops {

struct ReducedCall : LinearSums {
  Precision precision = Precision::int8;
  std::vector<Place> x;
  const std::byte* weights = nullptr;
};

class ReducedStep final : public Step {
 public:
  // `rows` at most. The step works in StepContext::work.
  ReducedStep(ReducedCall call, const kernels::Table& kernels, std::size_t rows);
  [[nodiscard]] std::size_t work_bytes() const noexcept { return work_bytes_; }
  base::Status run(const StepContext&) const noexcept override;

 private:
  ReducedCall call_;
  std::size_t row_bytes_, scales_, stretches_, work_bytes_;  // offsets in the work memory
};

}  // namespace clicklens::ops
