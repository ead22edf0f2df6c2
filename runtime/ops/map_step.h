// Element-by-element steps, shared by all operators that work column by column.
#pragma once

#include <memory>
#include <optional>

#include "ops/lowering.h"
#include "ops/step.h"

namespace clicklens::ops {

using MapKernel = void (*)(const kernels::MapArgs&);

// What a map kernel reads beside its operands; vectors are indexed by the value's column.
struct MapParameters {
  const float* scale = nullptr;
  const float* shift = nullptr;
  float slope = 0.0f;
  float low = 0.0f, high = 0.0f;
};

class MapStep final : public Step {
 public:
  MapStep(MapKernel kernel, const Place& a, const std::optional<Place>& b, const Place& y, MapParameters parameters)
      : kernel_(kernel), a_(a), b_(b), y_(y), parameters_(parameters) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  MapKernel kernel_;
  Place a_;
  std::optional<Place> b_;
  Place y_;
  MapParameters parameters_;
};

class ZeroStep final : public Step {
 public:
  explicit ZeroStep(const Place& y) : y_(y) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  Place y_;
};

// y = kernel(a[, b]) over all columns of `out`, piece by piece; a and b have the same columns.
void emit_map(Lowering&, MapKernel, std::span<const Place> a, std::span<const Place> b, std::span<const Place> out,
              MapParameters parameters);

// The gradient of `input` (+)= kernel(gradient of `output`[, b]).
void emit_gradient_map(BackwardLowering&, MapKernel, std::uint32_t output, std::span<const Place> b,
                       std::uint32_t input, MapParameters parameters);

}  // namespace clicklens::ops
