// Sums of columns in fixed point. Adding 1.5 * 2^52 to a double below 2^51 leaves no bits for a fraction, so the
// addition itself rounds to an integer, and taking the constant away again is exact. Sums of such integers are exact in
// a double below 2^53. Scaling by a power of two is exact, and so is the square of a float: one rounding in all.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct FixedSums {
  static void fixed_sums(const FixedSumsArgs& a) {
    std::size_t column = 0;
    for (; column + V::lanes <= a.cols; column += V::lanes) {
      const float* const x = a.x.data + column;
      a.x.rows != nullptr ? whole<true>(a, x, column) : whole<false>(a, x, column);
    }
    if (column < a.cols) narrow(a, column);
  }

 private:
  using V = Vec<Isa>;
  using I = IntVec<Isa>;
  using D = DoubleVec<Isa>;
  static constexpr std::size_t lanes = V::lanes, parts = V::lanes / D::lanes;

  struct State {
    D sum[parts], square[parts], sum_scale, square_scale, shift;
    I active, largest;

    [[gnu::always_inline]] explicit State(const FixedSumsArgs& a)
        : sum_scale(D::broadcast(a.sum_scale)),
          square_scale(D::broadcast(a.square_scale)),
          shift(D::broadcast(0x1.8p52)),
          active(I::broadcast(0)),
          largest(I::broadcast(0)) {
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) sum[p] = square[p] = D::zero();
    }
    [[gnu::always_inline]] void add(const float* row) {
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) {
        const D x = in_register(D::widen(row + p * D::lanes));
        sum[p] = sum[p] + (multiply_add(x, sum_scale, shift) - shift);
        square[p] = square[p] + (multiply_add(x * x, square_scale, shift) - shift);
      }
      const V x = in_register(V::load(row));
      active = count(active, x > V::zero());
      largest = max_unsigned(largest, bits(x) & I::broadcast(0x7fffffff));
    }
    [[gnu::always_inline]] void store(double* sums, double* squares, float* actives, float* largests) const {
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) {
        sum[p].store(sums + p * D::lanes);
        square[p].store(squares + p * D::lanes);
      }
      to_floats(active).store(actives);
      from_bits(largest).store(largests);
    }
  };

  template <bool Mapped>
  static void whole(const FixedSumsArgs& a, const float* x, std::size_t column) {
    State state(a);
    for (std::size_t i = 0; i < a.rows; ++i) state.add(x + (Mapped ? a.x.rows[i] : i) * a.x.ld);
    state.store(a.sum + column, a.square + column, a.active + column, a.largest + column);
  }

  // Fewer columns than lanes: rows and results by way of a copy.
  static void narrow(const FixedSumsArgs& a, std::size_t column) {
    const std::size_t cols = a.cols - column;
    State state(a);
    for (std::size_t i = 0; i < a.rows; ++i) {
      float padded[lanes];
      V::load_n(row_of(a.x, i) + column, cols).store(padded);
      state.add(padded);
    }
    double sums[lanes], squares[lanes];
    float actives[lanes], largests[lanes];
    state.store(sums, squares, actives, largests);
    for (std::size_t c = 0; c < cols; ++c) {
      a.sum[column + c] = sums[c];
      a.square[column + c] = squares[c];
      a.active[column + c] = actives[c];
      a.largest[column + c] = largests[c];
    }
  }
};

}  // namespace clicklens::kernels
