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

using DoubleProbeFunction = void (*)(const double* a, const double* b, const double* c, double* out, std::size_t n);

struct DoubleProbe {
  const char* name;
  DoubleProbeFunction run;
};

struct ProbeTable {
  std::size_t lanes;
  const Probe* operations;
  std::size_t operation_count;
  const Probe* functions;  // math.h, of a alone
  std::size_t function_count;
  void (*copy_n)(const float* from, float* to, std::size_t n);  // load_n, store_n; 1 <= n <= lanes
  float (*tree_sum)(const float* sixteen);
  void (*transpose)(const float* from, float* to);  // lanes vectors

  std::size_t double_lanes;
  const DoubleProbe* double_operations;
  std::size_t double_operation_count;
  void (*copy_doubles_n)(const double* from, double* to, std::size_t n);  // 1 <= n <= double_lanes
  void (*widen)(const float* from, double* to, std::size_t n);
  void (*widen_n)(const float* from, double* to, std::size_t n);  // 1 <= n <= double_lanes; writes all lanes
};

}  // namespace clicklens::kernels
