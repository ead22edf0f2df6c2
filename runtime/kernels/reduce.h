// Sums along a row in 16 virtual lanes and a fixed tree: the same order on every instruction set.
// Columns past the end add +0 to their lane, which changes no bit of the result.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct Reduce {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

  static void sum(const ReduceArgs& r) {
    each(r, [](V lane, V a, V) { return lane + a; });
  }
  static void sum_abs(const ReduceArgs& r) {
    each(r, [](V lane, V a, V) { return lane + abs(a); });
  }
  static void sum_squares(const ReduceArgs& r) {
    each(r, [](V lane, V a, V) { return fma(a, a, lane); });
  }
  static void dot(const ReduceArgs& r) {
    each(r, [](V lane, V a, V b) { return fma(a, b, lane); });
  }

  // Of one row: f(lane, a, b) column by column.
  template <class F>
  [[gnu::always_inline]] static float row(const float* a, const float* b, std::size_t cols, F f) {
    return Isa::fast_fma ? row_here(a, b, cols, f) : row_apart(a, b, cols, f);
  }

 private:
  template <class F>
  [[gnu::noinline]] static float row_apart(const float* a, const float* b, std::size_t cols, F f) {
    return row_here(a, b, cols, f);
  }
  template <class F>
  [[gnu::always_inline]] static float row_here(const float* a, const float* b, std::size_t cols, F f) {
    Lanes16<Isa> sums;
#pragma GCC unroll 16
    for (V& lane : sums.part) lane = V::zero();
    std::size_t c = 0;
    for (; c + 16 <= cols; c += 16) {
#pragma GCC unroll 16
      for (std::size_t p = 0; p < sums.parts; ++p) {
        sums.part[p] = f(sums.part[p], V::load(a + c + p * lanes), V::load(b + c + p * lanes));
      }
    }
    for (std::size_t p = 0; c < cols; ++p, c += lanes) {
      const std::size_t n = cols - c < lanes ? cols - c : lanes;
      sums.part[p] = f(sums.part[p], load_some<V>(a + c, n), load_some<V>(b + c, n));
    }
    return sums.tree_sum();
  }
  template <class F>
  [[gnu::always_inline]] static void each(const ReduceArgs& r, F f) {
    for (std::size_t i = 0; i < r.rows; ++i) {
      const float* const a = row_of(r.a, i);
      const float* const b = r.b.data == nullptr ? a : row_of(r.b, i);
      const float total = row(a, b, r.cols, f);
      float* const out = r.out + i * r.stride;
      *out = (r.accumulate ? *out + total : total) + 0.0f;
    }
  }
};

}  // namespace clicklens::kernels
