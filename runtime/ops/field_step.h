// Steps of kernels that see a row as a matrix.
#pragma once

#include <optional>

#include "ops/lowering.h"

namespace clicklens::ops {

using FieldKernel = void (*)(const kernels::FieldArgs&);

// y, of the same columns as a, = kernel(a[, b]) field by field. `args` holds what does not depend on the strand.
class FieldStep final : public Step {
 public:
  FieldStep(FieldKernel kernel, const kernels::FieldArgs& args, const Place& a, const std::optional<Place>& b,
            const Place& y, std::optional<std::size_t> work = {})
      : kernel_(kernel), args_(args), a_(a), b_(b), y_(y), work_(work) {}
  base::Status run(const StepContext& context) const noexcept override {
    kernels::FieldArgs args = args_;
    args.rows = context.rows_at(y_.level);
    args.a = context.operand(a_, y_.level);
    if (b_) args.b = context.operand(*b_, y_.level);
    if (work_) args.work = reinterpret_cast<float*>(context.block + *work_);
    args.y = context.at(y_);
    args.ldy = y_.ld;
    kernel_(args);
    return {};
  }

 private:
  FieldKernel kernel_;
  kernels::FieldArgs args_;
  Place a_;
  std::optional<Place> b_;
  Place y_;
  std::optional<std::size_t> work_;  // bytes from the block's start
};

struct MatmulShape {
  std::size_t m = 0, k = 0, n = 0;
  bool transpose_a = false, transpose_b = false;
};

class MatmulStep final : public Step {
 public:
  MatmulStep(const MatmulShape& shape, const Place& a, const Place& b, const Place& y)
      : shape_(shape), a_(a), b_(b), y_(y) {}
  base::Status run(const StepContext& context) const noexcept override {
    kernels::MatmulArgs args;
    args.a = context.operand(a_, y_.level);
    args.b = context.operand(b_, y_.level);
    args.transpose_a = shape_.transpose_a;
    args.transpose_b = shape_.transpose_b;
    args.y = context.at(y_);
    args.ldy = y_.ld;
    args.rows = context.rows_at(y_.level);
    args.m = shape_.m, args.k = shape_.k, args.n = shape_.n;
    context.kernels->matmul(args);
    return {};
  }

 private:
  MatmulShape shape_;
  Place a_, b_, y_;
};

}  // namespace clicklens::ops
