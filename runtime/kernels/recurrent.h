// Gates of recurrent networks: what one step makes of its sums, fused.
#pragma once

#include "kernels/reduce.h"

namespace clicklens::kernels {

template <class Isa>
struct Recurrent {
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

  static void gru(const GruArgs& g) {
    for (std::size_t r = 0; r < g.rows; ++r) {
      const Row row(g, r);
      float* const y = g.y + r * g.ldy;
      each(g.width, [&](std::size_t c, std::size_t n) {
        const V h = load_some<V>(row.h + c, n);
        if (row.masked) return store_some(y + c, canonical(h), n);
        const Gates gate = row.gates(c, n);
        const V next = g.kind == GruKind::gru ? fma(gate.z, h - gate.n, gate.n) : fma(row.share(gate), gate.n - h, h);
        store_some(y + c, canonical(next), n);
      });
    }
  }

  static void gru_backward(const GruBackwardArgs& g) {
    for (std::size_t r = 0; r < g.rows; ++r) {
      const Row row(g, r);
      const float* const dy = row_of(g.dy, r);
      const float* const carried = row_of(g.carried, r);
      float* const di = g.d_input + r * g.ld_input;
      float* const dh = g.d_hidden + r * g.ld_hidden;
      float* const direct = g.direct + r * g.ld_direct;
      each(g.width, [&](std::size_t c, std::size_t n) {
        const auto put = [c, n](float* to, V v) { store_some(to + c, canonical(v), n); };
        const V d = canonical(load_some<V>(dy + c, n) + load_some<V>(carried + c, n));
        if (row.masked) {
          for (std::size_t gate = 0; gate < 3; ++gate) {
            put(di + gate * g.width, V::zero());
            put(dh + gate * g.width, V::zero());
          }
          put(g.work, V::zero());
          return put(direct, d);
        }
        const V one = V::broadcast(1.0f), h = load_some<V>(row.h + c, n);
        const Gates gate = row.gates(c, n);
        V dn, dz = V::zero(), da = V::zero();
        if (g.kind == GruKind::gru) {
          dn = d * (one - gate.z);
          dz = d * (h - gate.n);
          put(direct, d * gate.z);
        } else {
          const V share = row.share(gate), by_share = d * (gate.n - h);
          dn = d * share;
          if (g.kind == GruKind::augru) dz = by_share * row.attention;
          da = g.kind == GruKind::augru ? by_share * gate.z : by_share;
          put(direct, d * (one - share));
        }
        const V sum_n = dn * (one - gate.n * gate.n);
        const V sum_r = sum_n * gate.hidden_n * (gate.r * (one - gate.r));
        const V sum_z = dz * (gate.z * (one - gate.z));
        put(di, sum_r), put(dh, sum_r);
        put(di + g.width, sum_z), put(dh + g.width, sum_z);
        put(di + 2 * g.width, sum_n), put(dh + 2 * g.width, sum_n * gate.r);
        put(g.work, da);
      });
      if (g.d_attention != nullptr)
        g.d_attention[r * g.ld_attention] =
            Reduce<Isa>::row(g.work, g.work, g.width, [](V lane, V at, V) { return lane + at; }) + 0.0f;
    }
  }

 private:
  struct Gates {
    V r, z, n, hidden_n;
  };
  // What the gates of a row are made of.
  struct Row {
    const GruArgs& g;
    const float *input, *hidden, *h;
    V attention = V::zero();
    bool masked = false;

    [[gnu::always_inline]] Row(const GruArgs& args, std::size_t r)
        : g(args), input(row_of(args.input, r)), hidden(row_of(args.hidden, r)), h(row_of(args.h, r)) {
      if (args.attention.data != nullptr) attention = V::broadcast(*row_of(args.attention, r));
      if (args.mask.data != nullptr) masked = *row_of(args.mask, r) == 0.0f;
    }
    [[gnu::always_inline]] Gates gates(std::size_t c, std::size_t n) const {
      const auto sum = [&](std::size_t gate) {
        return load_some<V>(input + gate * g.width + c, n) + load_some<V>(hidden + gate * g.width + c, n);
      };
      Gates made;
      made.r = canonical(math::sigmoid(sum(0)));
      made.z = g.kind == GruKind::agru ? V::zero() : canonical(math::sigmoid(sum(1)));
      made.hidden_n = load_some<V>(hidden + 2 * g.width + c, n);
      made.n = canonical(math::tanh(fma(made.r, made.hidden_n, load_some<V>(input + 2 * g.width + c, n))));
      return made;
    }
    // Of the new state, where attention says so.
    [[gnu::always_inline]] V share(const Gates& gate) const {
      return g.kind == GruKind::agru ? attention : attention * gate.z;
    }
  };

  template <class F>
  [[gnu::always_inline]] static void each(std::size_t width, F body) {
    for (std::size_t c = 0; c < width; c += lanes) body(c, width - c < lanes ? width - c : lanes);
  }
};

}  // namespace clicklens::kernels
