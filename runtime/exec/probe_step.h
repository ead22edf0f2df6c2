// A probe's logit inside a session: bias + weights . x for every row, one chain of fused multiply-adds over the
// value's columns ascending, so that its bits are as fixed as a score's.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/memory.h"
#include "ops/linear_step.h"

namespace clicklens::exec {

struct ProbeWeights {
  std::uint32_t value = 0;
  std::vector<float> weights;  // by column; finite
  float bias = 0.0f;
};

class ProbeStep final : public ops::Step {
 public:
  // `x`: where the probed value lives, in column order; `y`: one column at row level. `always`: also where the
  // caller of a run does not ask for logits.
  static base::Result<std::unique_ptr<ProbeStep>> make(const ProbeWeights&, std::span<const ops::Place> x,
                                                       const ops::Place& y, const kernels::Table&, bool always);
  base::Status run(const ops::StepContext&) const noexcept override;

 private:
  float bias_ = 0.0f;
  bool always_ = false;
  base::AlignedBlock packed_;
  std::vector<ops::LinearStep> chain_;  // by place
};

}  // namespace clicklens::exec
