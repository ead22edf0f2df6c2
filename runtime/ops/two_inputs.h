// What operators of two values, element by element, have in common: shapes (broadcast.h), forward by one map kernel,
// and where gradients go.
#pragma once

#include "ops/broadcast.h"
#include "ops/map_step.h"

namespace clicklens::ops {

class TwoInputs : public Operator {
 public:
  TwoInputs(const char* name, MapKernel kernels::Table::*kernel) : name_(name), kernel_(kernel) {}

  [[nodiscard]] const char* name() const noexcept override { return name_; }
  [[nodiscard]] base::Result<ValueShape> infer(Inputs inputs, const char* node) const override;
  void set_shapes(Inputs inputs, const graph::Value& output) override;
  base::Status forward(const NodeView&, Lowering&) const override;
  [[nodiscard]] Bounds bounds(BoundsOf inputs, const graph::Value& output) const override;

 protected:
  // What one element can be.
  [[nodiscard]] virtual Interval image(const Interval& a, const Interval& b) const noexcept = 0;

  // Input i as if it had the output's shape, for backward.
  [[nodiscard]] std::vector<Place> spread_input(BackwardLowering&, const NodeView&, std::size_t i) const;
  // kernel(a, b) of the output's columns, at row level.
  [[nodiscard]] Place made(BackwardLowering&, MapKernel kernel, std::span<const Place> a,
                           std::span<const Place> b) const;
  // The gradient of input i (+)= the output's, or kernel(the output's, b), summed over what was repeated.
  void send(BackwardLowering&, const NodeView&, std::size_t i) const;
  void send(BackwardLowering&, const NodeView&, std::size_t i, MapKernel kernel, std::span<const Place> b) const;

 private:
  const char* name_;
  MapKernel kernels::Table::*kernel_;
  Shape in_[2], out_;
};

}  // namespace clicklens::ops
