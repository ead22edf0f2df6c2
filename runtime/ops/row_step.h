// Steps with one number a row: rows scaled by it, or reduced to it.
#pragma once

#include <optional>

#include "ops/lowering.h"

namespace clicklens::ops {

// y = fma(s, b, a); without a: s * b; without both: s. `s` is one column.
class ScaleStep final : public Step {
 public:
  ScaleStep(const std::optional<Place>& a, const std::optional<Place>& b, const Place& s, const Place& y)
      : a_(a), b_(b), s_(s), y_(y) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  std::optional<Place> a_, b_;
  Place s_, y_;
};

using ReduceKernel = void (*)(const kernels::ReduceArgs&);

// y, one column, = kernel(a[, b]) along each row.
class ReduceStep final : public Step {
 public:
  ReduceStep(ReduceKernel kernel, const Place& a, const std::optional<Place>& b, const Place& y)
      : kernel_(kernel), a_(a), b_(b), y_(y) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  ReduceKernel kernel_;
  Place a_;
  std::optional<Place> b_;
  Place y_;
};

}  // namespace clicklens::ops
