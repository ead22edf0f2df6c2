#include "lens/row_products.h"

namespace clicklens::lens {

void project(const kernels::Table&, const FloatRows& x, const double* w, double bias, double* out) {
  for (std::size_t i = 0; i < x.rows; ++i) {
    double sum = bias;
    for (std::size_t c = 0; c < x.cols; ++c) sum += double{x.data[i * x.cols + c]} * w[c];
    out[i] = sum;
  }
}

void add_scaled_rows(const kernels::Table&, const FloatRows& x, const double* r, double* g) {
  for (std::size_t i = 0; i < x.rows; ++i)
    for (std::size_t c = 0; c < x.cols; ++c) g[c] += r[i] * double{x.data[i * x.cols + c]};
}

void add_gram(const kernels::Table&, const double* x, std::size_t ldx, std::size_t rows, std::size_t cols, double* g,
              std::size_t ldg) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t i = 0; i < cols; ++i)
      for (std::size_t j = i; j < cols; ++j) g[i * ldg + j] += x[r * ldx + i] * x[r * ldx + j];
}

}  // namespace clicklens::lens
