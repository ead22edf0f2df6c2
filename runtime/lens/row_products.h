// Products of fp32 rows with double vectors, and of double rows with themselves: what a fit spends its time on.
#pragma once

#include <cstddef>

#include "kernels/table.h"

namespace clicklens::lens {

// A dense row-major matrix of activations.
struct FloatRows {
  const float* data = nullptr;
  std::size_t rows = 0, cols = 0;
};

// out[i] = bias + sum_c x[i][c] * w[c]
void project(const kernels::Table& kernels, const FloatRows& x, const double* w, double bias, double* out);

// g[c] += sum_i r[i] * x[i][c]
void add_scaled_rows(const kernels::Table& kernels, const FloatRows& x, const double* r, double* g);

// g[i][j] += sum_r x[r][i] * x[r][j] for j >= i; below the diagonal: indeterminate.
void add_gram(const kernels::Table& kernels, const double* x, std::size_t ldx, std::size_t rows, std::size_t cols,
              double* g, std::size_t ldg);

}  // namespace clicklens::lens
