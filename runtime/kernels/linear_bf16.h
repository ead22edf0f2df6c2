// The linear layer in bfloat16: pairs of products at a time are added to float32 sums. Only for sets with such an
// instruction, whose order of additions it takes, and which takes denormal numbers as zero; NaN and infinity follow
// IEEE. Bits may differ between machines.
#pragma once

#include "kernels/linear_panels.h"
#include "kernels/linear_tiles.h"

namespace clicklens::kernels {

// Isa::Bf16 is the instruction: two inputs and two weights of a lane to a sum.
template <class Isa>
struct LinearBf16 {
  using V = Vec<Isa>;
  using Dot = typename Isa::Bf16;
  using Args = LinearReducedArgs;
  using Block = LinearBlock<Isa, Args>;
  using Rows = typename Block::Rows;
  using Finish = LinearFinish<Isa, Args>;
  static constexpr std::size_t depth = 32;  // of a tile of AMX, which reads the same rows and weights
  using Panels = LinearPanels<std::uint16_t, V::lanes, 2, depth>;
  static constexpr std::size_t lanes = V::lanes;

  // Whole vectors are written, wherever in the row a stretch begins.
  static std::size_t bf16_row_bytes(std::size_t k) { return ((k + lanes) * sizeof(std::uint16_t) + 63) / 64 * 64; }

  static void round_bf16(const QuantiseArgs& a) {
    for (std::size_t row = 0; row < a.rows; ++row) {
      auto *const begin = reinterpret_cast<std::uint16_t*>(a.out + row * a.ld_out), *out = begin;
      for (std::size_t s = 0; s < a.count; ++s) {
        const float* x = row_of(a.stretches[s].x, row);
        const std::size_t n = a.stretches[s].count;
        for (std::size_t c = 0; c < n; c += lanes)
          Dot::store(out + c, load_some<V>(x + c, n - c < lanes ? n - c : lanes).r);
        out += n;
      }
      // What kernels read behind the last element: NaN times a weight of 0 would be NaN.
      const std::size_t k = static_cast<std::size_t>(out - begin), end = (k + depth - 1) / depth * depth;
      Dot::store(out, V::zero().r);
      if (end > k + lanes) Dot::store(begin + end - lanes, V::zero().r);
    }
  }

  static std::size_t packed_bf16_bytes(std::size_t n, std::size_t k) {
    return Panels::elements(n, k) * sizeof(std::uint16_t);
  }
  static void pack_bf16(const PackReducedArgs& p) {
    Panels::pack(p, reinterpret_cast<std::uint16_t*>(p.packed), [](float w, std::size_t) { return nearest(w); });
  }

  static void linear_bf16(const Args& a) {
    if (a.m == 0) return;
    Block block(a);
    for (std::size_t tile = 0; tile < block.all; tile += Block::tiles) {
      block.take(tile);
      LinearTiles<Isa, LinearBf16, Args>::run(a, block);
    }
  }

  template <std::size_t R, std::size_t C>
  static void tile(const Args& a, const Rows& rows, std::size_t column, std::size_t tail) {
    V acc[R][C];
    Finish::template load_rows<R, C>(acc, a.seed.data, rows.seed, column, tail);
    const auto* w = reinterpret_cast<const std::uint16_t*>(a.weights) + column / lanes * Panels::panel(a.k);
    const std::size_t pairs = Panels::groups(a.k), panel = Panels::panel(a.k);
    const std::uint16_t* x[R];
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) x[i] = reinterpret_cast<const std::uint16_t*>(rows.x[i]);
    for (std::size_t p = 0; p < pairs; ++p) {
      typename Dot::Pairs b[C];
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        b[j] = Dot::load(w + j * panel + p * (2 * lanes));
        if (R > 1) b[j] = Dot::in_register(b[j]);
      }
#pragma GCC unroll 32
      for (std::size_t i = 0; i < R; ++i) {
        const typename Dot::Pairs one = Dot::broadcast(x[i] + 2 * p);
#pragma GCC unroll 32
        for (std::size_t j = 0; j < C; ++j) acc[i][j] = Dot::add(acc[i][j].r, one, b[j]);
      }
    }
    Finish::template finish<R, C>(acc, a, rows, column, tail);
  }

 private:
  // To nearest even, whatever the rounding mode; NaN stays one.
  static std::uint16_t nearest(float w) {
    const auto bits = __builtin_bit_cast(std::uint32_t, w);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>(bits >> 16 | 0x40u);
    return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
  }
};

// A set without such an instruction.
struct NoBf16 {
  static constexpr std::nullptr_t bf16_row_bytes = nullptr, round_bf16 = nullptr, packed_bf16_bytes = nullptr,
                                  pack_bf16 = nullptr, linear_bf16 = nullptr;
};

}  // namespace clicklens::kernels
