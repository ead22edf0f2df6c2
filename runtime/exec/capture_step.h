// Copies a captured value to the caller's buffer right after it was made. Emitted only for values the
// session was asked to capture: without captures a plan has no trace of it.
#pragma once

#include <vector>

#include "ops/step.h"

namespace clicklens::exec {

class CaptureStep final : public ops::Step {
 public:
  // `index` among the session's captures; rows are of `level`.
  CaptureStep(std::size_t index, ops::Level level, std::vector<ops::Place> places)
      : index_(index), level_(level), places_(std::move(places)) {}
  base::Status run(const ops::StepContext&) const noexcept override;

 private:
  std::size_t index_;
  ops::Level level_;
  std::vector<ops::Place> places_;
};

}  // namespace clicklens::exec
