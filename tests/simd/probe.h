// The operations of simd.h and math.h as plain functions over arrays, one table per instruction set.
#pragma once

#include <cstddef>

namespace clicklens::kernels {

// n is a multiple of 16.
using ProbeFunction = void (*)(const float* a, const float* b, const float* c, float* out, std::size_t n);

struct Probe {
  const char* name;
  ProbeFunction run;
};

struct ProbeTable {
  std::size_t lanes;
  const Probe* operations;
  std::size_t operation_count;
  const Probe* functions;  // math.h, of a alone
  std::size_t function_count;
  void (*copy_n)(const float* from, float* to, std::size_t n);  // load_n, store_n; 1 <= n <= lanes
  float (*tree_sum)(const float* sixteen);
};

}  // namespace clicklens::kernels
