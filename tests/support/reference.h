// What a model computes, row by row, in plain loops: no tiles, no sharing, no fusion, no packing. In float
// it follows the canonical arithmetic to the bit (activations by polynomial come from the scalar kernels,
// which have oracles of their own); in double it is the function that central differences are taken of.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "support/model_maker.h"

namespace clicklens::testing {

struct Entry {  // one feature of one row (or request)
  std::vector<std::uint32_t> ids;
  std::vector<float> weights;  // empty: unweighted
  std::vector<float> dense;
};
using Row = std::vector<Entry>;  // by feature

template <class T>
using Values = std::map<std::uint32_t, std::vector<T>>;  // by value id

template <class T>
class Reference {
 public:
  // `model` has the completed description of what `maker` wrote. With `int8`, linears of several outputs compute in 8
  // bits, but for those that make a value of `full_precision`.
  Reference(const ModelMaker& maker, const format::ModelDesc& desc, bool int8 = false,
            std::vector<std::uint32_t> full_precision = {})
      : maker_(maker), desc_(desc), int8_(int8), full_precision_(std::move(full_precision)) {}

  // All values of a row; `given` replaces what their nodes would make.
  Values<T> forward(const Row& row, const Values<T>& given = {}) const;

 private:
  const ModelMaker& maker_;
  const format::ModelDesc& desc_;
  const bool int8_;
  const std::vector<std::uint32_t> full_precision_;
};
extern template class Reference<float>;
extern template class Reference<double>;

}  // namespace clicklens::testing
