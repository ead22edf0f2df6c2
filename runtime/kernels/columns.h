// As many rows as a vector has lanes, turned, so that a column is a vector: what is done along each of the rows, in the
// 16 lanes and the tree of reduce.h, is then done by whole vectors.
#pragma once

#include "kernels/reduce.h"

namespace clicklens::kernels {

template <class Isa>
struct Columns {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

  [[nodiscard]] static constexpr std::size_t padded(std::size_t k) { return (k + 15) / 16 * 16; }

  // Column c of row i, c below padded(k): to[c * lanes + i], +0 from k on. `rows` are `lanes` pointers.
  [[gnu::always_inline]] static void turn(const float* const* rows, std::size_t k, float* to) {
    std::size_t c = 0;
    for (; c < k; c += lanes) block(rows, c, k - c < lanes ? k - c : lanes, to);
    for (; c < padded(k); ++c) V::zero().store(to + c * lanes);
  }

  // Lane l + lane l + 8, then + 4, + 2, + 1, depth first: few vectors live at a time. lane(l) is asked for 16 times.
  template <std::size_t First = 0, std::size_t Step = 1, class F>
  [[gnu::always_inline]] static auto tree(F lane) {
    if constexpr (Step == 16) {
      return lane(First);
    } else {
      return tree<First, Step * 2>(lane) + tree<First + Step, Step * 2>(lane);
    }
  }

 private:
  [[gnu::always_inline]] static void block(const float* const* rows, std::size_t c, std::size_t n, float* to) {
    V v[lanes];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < lanes; ++i) v[i] = load_some<V>(rows[i] + c, n);
    transpose(v);
#pragma GCC unroll 16
    for (std::size_t i = 0; i < lanes; ++i) v[i].store(to + (c + i) * lanes);
  }
};

}  // namespace clicklens::kernels
