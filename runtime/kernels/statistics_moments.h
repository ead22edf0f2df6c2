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
      sums<true>(block);
      if (a.score != nullptr) products<true>(block);
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

  // The columns of a row: whole vectors in place, fewer by way of `padded`.
  template <bool Whole>
  [[gnu::always_inline]] static const float* columns(const MomentsArgs& a, std::size_t i, float* padded) {
    const float* const row = row_of(a.x, i);
    if constexpr (Whole) return row;
    V::load_n(row, a.cols).store(padded);
    return padded;
  }

  template <bool Whole>
  static void sums(const MomentsArgs& a) {
    D sum[parts];
    Sum square[parts];
#pragma GCC unroll 2
    for (std::size_t p = 0; p < parts; ++p) {
      sum[p] = D::load(a.sum + p * D::lanes);
      square[p] = {D::load(a.square_high + p * D::lanes), D::load(a.square_low + p * D::lanes)};
    }
    V minimum = V::broadcast(__builtin_inff()), maximum = V::broadcast(-__builtin_inff());
    I active = I::broadcast(0), low = key(V::load(a.low));
    float padded[lanes];
    for (std::size_t i = 0; i < a.rows; ++i) {
      const float* const row = columns<Whole>(a, i, padded);
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) {
        const D x = in_register(D::widen(row + p * D::lanes));
        sum[p] = sum[p] + x;
        square[p].add(x, x);
      }
      const V x = in_register(V::load(row));
      minimum = lesser(minimum, x);
      maximum = greater(maximum, x);
      low = min_unsigned(low, key(x));
      active = count(active, x > V::zero());
    }
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

  // Orders magnitudes as unsigned numbers, zero above all.
  [[gnu::always_inline]] static I key(V x) {
    return bits(x) + bits(x) + I::broadcast(-1);
  }
  [[gnu::always_inline]] static V of_key(I k) {
    return from_bits(shift_right<1>(k + I::broadcast(1)) & I::broadcast(0x7fffffff));
  }

  // Apart from the sums above, with which they would not fit into 16 registers.
  template <bool Whole>
  static void products(const MomentsArgs& a) {
    Sum cross[parts];
#pragma GCC unroll 2
    for (std::size_t p = 0; p < parts; ++p) {
      cross[p] = {D::load(a.cross_high + p * D::lanes), D::load(a.cross_low + p * D::lanes)};
    }
    float padded[lanes];
    for (std::size_t i = 0; i < a.rows; ++i) {
      const float* const row = columns<Whole>(a, i, padded);
      const D score = D::broadcast(a.score[i]);
#pragma GCC unroll 2
      for (std::size_t p = 0; p < parts; ++p) cross[p].add(in_register(D::widen(row + p * D::lanes)), score);
    }
#pragma GCC unroll 2
    for (std::size_t p = 0; p < parts; ++p) {
      cross[p].high.store(a.cross_high + p * D::lanes);
      cross[p].low.store(a.cross_low + p * D::lanes);
    }
  }

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
    sums<false>(copy);
    if (a.score != nullptr) products<false>(copy);
    for (std::size_t f = 0; f < 5; ++f) {
      for (std::size_t c = 0; c < a.cols; ++c) from_floats[f][c] = floats[f][c];
      for (std::size_t c = 0; f < of_doubles && c < a.cols; ++c) from_doubles[f][c] = doubles[f][c];
    }
  }
};

}  // namespace clicklens::kernels
