// Backward by differences (BackwardLowering::pairs): of an element-by-element operator y = f(x) and a row and its
// reference x', the gradient times (f(x) - f(x')) / (x - x'); where the two are closer than 1e-10, times f'(x).
// The rescale rule of DeepLIFT: Shrikumar, Greenside and Kundaje 2017, section 3.5.1.
#pragma once

#include <vector>

#include "ops/lowering.h"
#include "ops/map_step.h"

namespace clicklens::ops {

class ChordStep final : public Step {
 public:
  // `slope` holds the gradient times f'(x), and is overwritten.
  ChordStep(std::span<const Place> x, std::span<const Place> y, const Place& gradient, const Place& slope)
      : x_(x.begin(), x.end()), y_(y.begin(), y.end()), gradient_(gradient), slope_(slope) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  std::vector<Place> x_, y_;
  Place gradient_, slope_;
};

void emit_chord(BackwardLowering&, std::uint32_t output, std::uint32_t input, const Place& slope);

// emit_gradient_map of an operator whose Response is bend or curve.
void emit_curve_gradient(BackwardLowering&, MapKernel, std::uint32_t output, std::span<const Place> b,
                         std::uint32_t input, MapParameters parameters);

}  // namespace clicklens::ops
