// Rows times a vector of doubles, and the transpose: sums of scaled rows.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct Project {
  using D = DoubleVec<Isa>;
  static constexpr std::size_t lanes = D::lanes;
  static constexpr std::size_t rows_at_once = 4, vectors_at_once = 2, widest = 8;

  static void project(const ProjectArgs& a) {
    std::size_t i = 0;
    for (; i + rows_at_once <= a.rows; i += rows_at_once) rows<rows_at_once>(a, i);
    for (; i < a.rows; ++i) rows<1>(a, i);
  }

  static void add_scaled_rows(const GatherArgs& a) {
    std::size_t column = 0;
    for (; column + widest * lanes <= a.cols; column += widest * lanes) columns<widest>(a, column, lanes);
    for (; column + lanes <= a.cols; column += lanes) columns<1>(a, column, lanes);
    if (column < a.cols) columns<1>(a, column, a.cols - column);
  }

 private:
  // Several rows share each vector of weights; several sums a row hide the latency of an addition.
  template <std::size_t R>
  static void rows(const ProjectArgs& a, std::size_t i) {
    constexpr std::size_t C = vectors_at_once;
    const float* x[R];
    D sum[R][C];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r) {
      x[r] = row_of(a.x, i + r);
#pragma GCC unroll 2
      for (std::size_t j = 0; j < C; ++j) sum[r][j] = D::zero();
    }
    std::size_t c = 0;
    for (; c + C * lanes <= a.cols; c += C * lanes) {
#pragma GCC unroll 2
      for (std::size_t j = 0; j < C; ++j) {
        const D w = in_register(D::load(a.w + c + j * lanes));
#pragma GCC unroll 4
        for (std::size_t r = 0; r < R; ++r) sum[r][j] = multiply_add(D::widen(x[r] + c + j * lanes), w, sum[r][j]);
      }
    }
    for (; c < a.cols; c += lanes) {
      const std::size_t n = a.cols - c < lanes ? a.cols - c : lanes;
      const D w = D::load_n(a.w + c, n);
#pragma GCC unroll 4
      for (std::size_t r = 0; r < R; ++r) sum[r][0] = multiply_add(D::widen_n(x[r] + c, n), w, sum[r][0]);
    }
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r) a.out[i + r] = a.bias + total(sum[r][0] + sum[r][1]);
  }

  [[gnu::always_inline]] static double total(D v) {
    double lane[lanes], sum = 0;
    v.store(lane);
#pragma GCC unroll 8
    for (std::size_t l = 0; l < lanes; ++l) sum += lane[l];
    return sum;
  }

  // C vectors of columns from `column` on stay in registers while the rows go by.
  template <std::size_t C>
  static void columns(const GatherArgs& a, std::size_t column, std::size_t n) {
    D sum[C];
    double* const g = a.g + column;
#pragma GCC unroll 8
    for (std::size_t j = 0; j < C; ++j) sum[j] = n == lanes ? D::load(g + j * lanes) : D::load_n(g, n);
    for (std::size_t i = 0; i < a.rows; ++i) {
      const float* const x = row_of(a.x, i) + column;
      const D scale = D::broadcast(a.r[i]);
#pragma GCC unroll 8
      for (std::size_t j = 0; j < C; ++j) {
        sum[j] = multiply_add(n == lanes ? D::widen(x + j * lanes) : D::widen_n(x, n), scale, sum[j]);
      }
    }
#pragma GCC unroll 8
    for (std::size_t j = 0; j < C; ++j) {
      if (n == lanes) {
        sum[j].store(g + j * lanes);
      } else {
        sum[j].store_n(g, n);
      }
    }
  }
};

}  // namespace clicklens::kernels
