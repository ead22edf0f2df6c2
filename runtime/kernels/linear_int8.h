// The linear layer in 8 bits: exact int32 sums of quantised inputs and weights, so their order is free and
// Isa::Int8 takes as many products at a time as its instructions do. Then one fma with the row's scale times the
// output's, and the epilogue of every linear. An exact sum of 65,536 products is below 2^30.
#pragma once

#include "kernels/linear_panels.h"
#include "kernels/linear_tiles.h"
#include "kernels/quantise.h"

namespace clicklens::kernels {

template <class Isa>
struct LinearInt8 {
  using V = Vec<Isa>;
  using Dot = typename Isa::Int8;
  using Args = LinearReducedArgs;
  using Block = LinearBlock<Isa, Args>;
  using Rows = typename Block::Rows;
  using Finish = LinearFinish<Isa, Args>;
  using Panels = LinearPanels<typename Dot::Weight, V::lanes, Dot::group, Dot::depth>;
  static constexpr std::size_t lanes = V::lanes;

  static void linear_int8(const Args& a) {
    if (a.m == 0) return;
    Block block(a);
    for (std::size_t tile = 0; tile < block.all; tile += Block::tiles) {
      block.take(tile);
      LinearTiles<Isa, LinearInt8, Args>::run(a, block);
    }
  }

  // What is packed: a scale and a first sum per output, then the panels.
  static constexpr std::size_t header_bytes(std::size_t n) {
    return (Panels::padded(n) * (sizeof(float) + sizeof(std::int32_t)) + 63) / 64 * 64;
  }
  [[gnu::always_inline]] static const float* scales(const Args& a) { return reinterpret_cast<const float*>(a.weights); }
  [[gnu::always_inline]] static const std::int32_t* first_sums(const Args& a) {
    return reinterpret_cast<const std::int32_t*>(a.weights) + Panels::padded(a.n);
  }
  static std::size_t packed_int8_bytes(std::size_t n, std::size_t k) {
    return header_bytes(n) + Panels::elements(n, k) * sizeof(typename Dot::Weight);
  }

  static void pack_int8(const PackReducedArgs& p) {
    auto* scales = reinterpret_cast<float*>(p.packed);
    auto* first_sums = reinterpret_cast<std::int32_t*>(scales + Panels::padded(p.n));
    for (std::size_t output = 0; output < Panels::padded(p.n); ++output) {
      scales[output] = output < p.n ? scale_of(p, output).inverse : 0.0f;
      first_sums[output] = 0;
    }
    Panels::pack(p, reinterpret_cast<typename Dot::Weight*>(p.packed + header_bytes(p.n)),
                 [scales, first_sums](float w, std::size_t output) {
                   const std::int32_t q = round(w, scales[output]);
                   first_sums[output] -= Dot::zero_point * q;
                   return static_cast<typename Dot::Weight>(q);
                 });
    for (std::size_t output = 0; output < p.n; ++output) scales[output] = scale_of(p, output).scale;
  }

  template <std::size_t R, std::size_t C>
  static void tile(const Args& a, const Rows& rows, std::size_t column, std::size_t tail) {
    V acc[R][C];
    products<R, C>(acc, a, rows, column);
    if (a.seed.data == nullptr) {
      scale_sums<R, C>(acc, a, rows, column, [](std::size_t, std::size_t) { return V::zero(); });
    } else {
      scale_sums<R, C>(acc, a, rows, column, [&](std::size_t i, std::size_t j) {
        return load_of_tile<V>(rows.seed[i] + column + j * lanes, j + 1 == C, tail);
      });
    }
    Finish::template finish<R, C>(acc, a, rows, column, tail);
  }

 private:
  // One sum after the other: what is not yet done holds all registers.
  template <std::size_t R, std::size_t C, class Seed>
  [[gnu::always_inline]] static void scale_sums(V (&acc)[R][C], const Args& a, const Rows& rows, std::size_t column,
                                                Seed seed) {
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) {
      const V scale = V::broadcast(a.scales[rows.first + i]);
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j)
        acc[i][j] = fma(acc[i][j], scale * V::load(scales(a) + column + j * lanes), seed(i, j));
    }
  }

  static QuantScale scale_of(const PackReducedArgs& p, std::size_t output) {
    std::uint32_t largest = 0;
    for (std::size_t i = 0; i < p.width; ++i) {
      const float w = p.w[output * p.stride_out + i * p.stride_reduction];
      const std::uint32_t bits = __builtin_bit_cast(std::uint32_t, w) & 0x7fffffffu;
      largest = bits > largest ? bits : largest;
    }
    return QuantScale::of(largest);
  }
  static std::int32_t round(float w, float inverse) {
    constexpr float magic = 12582912.0f;  // as in quantise.h
    if (inverse == 0.0f) return 0;        // w may be NaN
    return __builtin_bit_cast(std::int32_t, w * inverse + magic) - __builtin_bit_cast(std::int32_t, magic);
  }

  template <std::size_t R, std::size_t C>
  [[gnu::always_inline]] static void products(V (&exact)[R][C], const Args& a, const Rows& rows, std::size_t column) {
    typename Dot::Sums sums[R][C];
    const auto* w = reinterpret_cast<const typename Dot::Weight*>(a.weights + header_bytes(a.n)) +
                    column / lanes * Panels::panel(a.k);
    const std::size_t groups = Panels::groups(a.k), panel = Panels::panel(a.k);
    const typename Dot::Element* x[R];
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) {
      x[i] = reinterpret_cast<const typename Dot::Element*>(rows.x[i]);
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) sums[i][j] = Dot::load_sums(first_sums(a) + column + j * lanes);
    }
    for (std::size_t p = 0; p < groups; ++p) {
      typename Dot::Weights b[C];
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) {
        b[j] = Dot::load(w + j * panel + p * (Dot::group * lanes));
        if (R > 1) b[j] = Dot::in_register(b[j]);
      }
#pragma GCC unroll 32
      for (std::size_t i = 0; i < R; ++i) {
        const typename Dot::Weights one = Dot::broadcast(x[i] + p * Dot::group);
#pragma GCC unroll 32
        for (std::size_t j = 0; j < C; ++j) sums[i][j] = Dot::add(sums[i][j], one, b[j]);
      }
    }
    // Pinned: g++ would convert inside the loop what it converts after no iteration at all, and spill the sums.
#pragma GCC unroll 32
    for (std::size_t i = 0; i < R; ++i) {
#pragma GCC unroll 32
      for (std::size_t j = 0; j < C; ++j) exact[i][j] = V(Isa::to_floats(Dot::in_register(sums[i][j])));
    }
  }
};

}  // namespace clicklens::kernels
