// Stands for the bags and dense inputs of a session whose batches bring pooled inputs.
#pragma once

#include <cstddef>

#include "ops/step.h"

namespace clicklens::exec {

class GivenStep final : public ops::Step {
 public:
  // Columns from `first` of the given rows.
  GivenStep(std::size_t first, const ops::Place& y) : first_(first), y_(y) {}
  base::Status run(const ops::StepContext&) const noexcept override;

 private:
  std::size_t first_;
  ops::Place y_;
};

}  // namespace clicklens::exec
