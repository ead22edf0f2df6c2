// A sum over candidate columns, computed or from a cache, and what is added to it of each request.
#pragma once

#include "ops/linear_step.h"
#include "ops/lowering.h"

namespace clicklens::ops {

class JoinStep final : public Step {
 public:
  // y = epilogue(sum + addend), a chain of no products.
  JoinStep(const LinearSums& sums, const CachedSum& sum) : sums_(sums), sum_(sum) {}
  base::Status run(const StepContext&) const noexcept override;

  // Whether rows of a cache may be read where they lie.
  [[nodiscard]] static bool takes(const Epilogue& epilogue) noexcept {
    return epilogue.bn_scale == nullptr && epilogue.act <= kernels::Act::relu;
  }

 private:
  LinearSums sums_;
  CachedSum sum_;
};

}  // namespace clicklens::ops
