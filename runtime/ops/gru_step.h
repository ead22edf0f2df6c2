// One step of a gated recurrent unit, from its sums, and back.
#pragma once

#include <optional>

#include "ops/step.h"

namespace clicklens::ops {

struct GruCall {
  kernels::GruKind kind = kernels::GruKind::gru;
  Place input, hidden, h;                // sums of three gates each; the state before
  std::optional<Place> attention, mask;  // one column
  Place y;                               // forward: the state
};

class GruStep final : public Step {
 public:
  explicit GruStep(const GruCall& call) : call_(call) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  GruCall call_;
};

struct GruBackwardCall : GruCall {
  Place dy, carried;  // gradients of the state: its own, and what later steps send
  Place d_input, d_hidden, direct;
  std::optional<Place> d_attention;
  std::size_t work = 0;  // bytes from the block's start
};

class GruBackwardStep final : public Step {
 public:
  explicit GruBackwardStep(const GruBackwardCall& call) : call_(call) {}
  base::Status run(const StepContext&) const noexcept override;

 private:
  GruBackwardCall call_;
};

}  // namespace clicklens::ops
