#include "lens/row_products.h"

namespace clicklens::lens {

void project(const kernels::Table& kernels, const FloatRows& x, const double* w, double bias, double* out) {
  kernels::ProjectArgs args;
  args.x = {x.data, x.cols, nullptr};
  args.w = w;
  args.bias = bias;
  args.out = out;
  args.rows = x.rows;
  args.cols = x.cols;
  kernels.project(args);
}

void add_scaled_rows(const kernels::Table& kernels, const FloatRows& x, const double* r, double* g) {
  kernels::GatherArgs args;
  args.x = {x.data, x.cols, nullptr};
  args.r = r;
  args.g = g;
  args.rows = x.rows;
  args.cols = x.cols;
  kernels.add_scaled_rows(args);
}

void add_gram(const kernels::Table& kernels, const double* x, std::size_t ldx, std::size_t rows, std::size_t cols,
              double* g, std::size_t ldg) {
  kernels::GramArgs args;
  args.x = x;
  args.ldx = ldx;
  args.rows = rows;
  args.cols = cols;
  args.g = g;
  args.ldg = ldg;
  kernels.gram(args);
}

}  // namespace clicklens::lens
