// The gradient of one column of a value, row by row, in plain float loops to the bit: a linear's dx is a chain
// over its outputs, ascending from +0; what several consumers send adds up in descending node order; at 0 relu
// and its kin give the side below.
#pragma once

#include "support/reference.h"

namespace clicklens::testing {

class ReferenceBackward {
 public:
  ReferenceBackward(const ModelMaker& maker, const format::ModelDesc& desc) : maker_(maker), desc_(desc) {}

  // By value, of those that `target` depends on. `values`: all of the row's, from Reference<float>.
  Values<float> run(const Values<float>& values, std::uint32_t target, std::uint32_t column, float seed = 1.0f) const;

 private:
  const ModelMaker& maker_;
  const format::ModelDesc& desc_;
};

}  // namespace clicklens::testing
