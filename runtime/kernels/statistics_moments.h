// Exact sums of columns. A double holds the sum of 512 floats whose exponents span 20 octaves: 24 + 20 + 9
// bits. Their squares need 48 + 40 + 9, two doubles. The high one starts at a power of two above all that
// will be added, so each addition's rounding error is representable, found without a comparison
// (FastTwoSum: Dekker 1971), and a small multiple of one unit: the low one adds the errors exactly.
// Products of either sign start at 1.5 times a power of two, which they cannot leave.
//
// One pass: the sums of a vector of columns stay in registers while the rows go by. The octaves are
// found on the way and checked by the caller, who redoes the rare column that breaks the bound.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct Moments {
  using V = Vec<Isa>;
  using I = IntVec<Isa>;
  using D = DoubleVec<Isa>;
  static constexpr std::size_t lanes = V::lanes, parts = V::lanes / D::lanes;

  static void moments(const MomentsArgs& a) {
    if (a.rows == 0) return;
    std::size_t column = 0;
    for (; column + lanes <= a.cols; column += lanes) {
      MomentsArgs block = from(a, column);
      run<Known, true>(block);
      if (a.score != nullptr) run<Products, true>(block);
    }
    if (column < a.cols) narrow(from(a, column));
  }

 private:
  // A two-word sum.
  struct Sum {
    D high, low;
    [[gnu::always_inline]] void add(D a, D b) {
      const D next = multiply_add(a, b, high);
      low = low + multiply_add(a, b, high - next);
      high = next;
    }
  };

  static MomentsArgs from(const MomentsArgs& a, std::size_t column) {
    MomentsArgs block = a;
    block.cols = a.cols - column;
    block.x.data += column;
    for (float** p : {&block.low, &block.high, &block.minimum, &block.maximum, &block.active}) *p += column;
    for (double** p : {&block.sum, &block.square_high, &block.square_low}) *p += column;
    if (a.score != nullptr) block.cross_high += column, block.cross_low += column;
    return block;
  }

  // Takes a state from the arrays, adds the columns of each row, puts it back. Whole vectors are read in
  // place, fewer columns by way of a copy.
  template <class State, bool Whole>
  static void run(const MomentsArgs& a) {
    State state(a);
    if constexpr (!Whole) {
      for (std::size_t i = 0; i < a.rows; ++i) {
        float padded[lanes];
        V::load_n(row_of(a.x, i), a.cols).store(padded);
        state.add(padded, i);
      }
    } else if (a.x.rows != nullptr) {
      walk<true>(a.x, a.rows, state);
    } else {
      walk<false>(a.x, a.rows, state);
    }
    state.store(a);
  }
  template <bool Mapped, class State>
  [[gnu::always_inline]] static void walk(Operand x, std::size_t rows, State& state) {
    for (std::size_t i = 0; i < rows; ++i) state.add(x.data + (Mapped ? x.rows[i] : i) * x.ld, i);
  }

  // What is known of a vector of columns. With AVX2 ten of the 16 registers, zero and what a row needs are
  // the rest: one more constant, or two rows a turn, and g++ keeps sums in memory, a fifth slower.
  struct Known {
    D sum[parts];
    Sum square[parts];
    V minimum, maximum;
    I active, low;

    [[gnu::always_inline]] explicit Known(const MomentsArgs& a)
        : minimum(V::broadcast(__builtin_inff())),
          maximum(V::broadcast(-__builtin_inff())),
          active(I::broadcast(0)),
          low(key(V::load(a.low))) {
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) {
        sum[p] = D::load(a.sum + p * D::lanes);
        square[p] = {D::load(a.square_high + p * D::lanes), D::load(a.square_low + p * D::lanes)};
      }
    }
    [[gnu::always_inline]] void add(const float* row, std::size_t) {
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) {
        const D x = in_register(D::widen(row + p * D::lanes));
        sum[p] = sum[p] + x;
        square[p].add(x, x);
      }
      const V x = in_register(V::load(row));
      minimum = lesser(minimum, x);
      maximum = greater(maximum, x);
      low = max_unsigned(low, key(x));
      active = count(active, x > V::zero());
    }
    [[gnu::always_inline]] void store(const MomentsArgs& a) const {
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) {
        sum[p].store(a.sum + p * D::lanes);
        square[p].high.store(a.square_high + p * D::lanes);
        square[p].low.store(a.square_low + p * D::lanes);
      }
      of_key(low).store(a.low);
      greater(V::load(a.high), greater(abs(minimum), abs(maximum))).store(a.high);
      canonical(lesser(V::load(a.minimum), minimum)).store(a.minimum);
      canonical(greater(V::load(a.maximum), maximum)).store(a.maximum);
      (V::load(a.active) + to_floats(active)).store(a.active);
    }
  };

  // Unsigned: the smaller the magnitude the larger, but zero is 0.
  [[gnu::always_inline]] static I key(V x) {
    return I::broadcast(0) - (bits(x) + bits(x));
  }
  [[gnu::always_inline]] static V of_key(I k) {
    return from_bits(shift_right<1>(I::broadcast(0) - k) & I::broadcast(0x7fffffff));
  }

  // Apart from the sums above, with which they would not fit into 16 registers.
  struct Products {
    Sum cross[parts];
    const double* score;

    [[gnu::always_inline]] explicit Products(const MomentsArgs& a) : score(a.score) {
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) {
        cross[p] = {D::load(a.cross_high + p * D::lanes), D::load(a.cross_low + p * D::lanes)};
      }
    }
    [[gnu::always_inline]] void add(const float* row, std::size_t i) {
      const D factor = in_register(D::broadcast(score[i]));
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) cross[p].add(in_register(D::widen(row + p * D::lanes)), factor);
    }
    [[gnu::always_inline]] void store(const MomentsArgs& a) const {
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) {
        cross[p].high.store(a.cross_high + p * D::lanes);
        cross[p].low.store(a.cross_low + p * D::lanes);
      }
    }
  };

  // Fewer columns than lanes: whole vectors of what the arrays hold, in a copy.
  static void narrow(const MomentsArgs& a) {
    MomentsArgs copy = a;
    float floats[5][lanes] = {};
    double doubles[5][lanes] = {};
    float* const from_floats[] = {a.low, a.high, a.minimum, a.maximum, a.active};
    double* const from_doubles[] = {a.sum, a.square_high, a.square_low, a.cross_high, a.cross_low};
    float** const to_floats[] = {&copy.low, &copy.high, &copy.minimum, &copy.maximum, &copy.active};
    double** const to_doubles[] = {&copy.sum, &copy.square_high, &copy.square_low, &copy.cross_high, &copy.cross_low};
    const std::size_t of_doubles = a.score != nullptr ? 5 : 3;
    for (std::size_t f = 0; f < 5; ++f) {
      *to_floats[f] = floats[f], *to_doubles[f] = doubles[f];
      for (std::size_t c = 0; c < a.cols; ++c) floats[f][c] = from_floats[f][c];
      for (std::size_t c = 0; f < of_doubles && c < a.cols; ++c) doubles[f][c] = from_doubles[f][c];
    }
    run<Known, false>(copy);
    if (a.score != nullptr) run<Products, false>(copy);
    for (std::size_t f = 0; f < 5; ++f) {
      for (std::size_t c = 0; c < a.cols; ++c) from_floats[f][c] = floats[f][c];
      for (std::size_t c = 0; f < of_doubles && c < a.cols; ++c) from_doubles[f][c] = doubles[f][c];
    }
  }
};

}  // namespace clicklens::kernels
