// One segment of a linear's chain: a kernel call that continues from a seed.
#pragma once

#include <optional>

#include "ops/epilogue.h"
#include "ops/step.h"

namespace clicklens::ops {

// What linear calls of every precision have in common.
struct LinearSums {
  std::size_t k = 0, n = 0;
  const float* bias = nullptr;  // seed: one row for all; or
  std::optional<Place> seed;    // a matrix; neither: +0
  std::optional<Place> addend;
  Epilogue epilogue;
  Place y;

  // For the rows at hand.
  [[nodiscard]] kernels::LinearOutputs outputs(const StepContext&) const noexcept;
};

struct LinearCall : LinearSums {
  Place x;
  const float* weights = nullptr;
  const float* by_input = nullptr;  // as kernels::LinearArgs has it
};

class LinearStep final : public Step {
 public:
  explicit LinearStep(const LinearCall& call) : call_(call) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  LinearCall call_;
};

// The same of `fields` fields that lie next to each other, k columns each of x, n of y.
class FieldLinearStep final : public Step {
 public:
  FieldLinearStep(const LinearCall& call, std::size_t fields) : call_(call), fields_(fields) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  LinearCall call_;
  std::size_t fields_;
};

}  // namespace clicklens::ops
