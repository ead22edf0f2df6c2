// Many dots at once, each with the bits of reduce.h's: lane l of all is a column times one number of the other row.
#pragma once

#include "kernels/columns.h"

namespace clicklens::kernels {

template <class Isa>
struct Dots {
  using V = Vec<Isa>;
  using Turned = Columns<Isa>;
  static constexpr std::size_t lanes = V::lanes;
  static constexpr std::size_t most = 64;  // columns of rows that are turned; dots of longer ones are made one by one
  static constexpr std::size_t group = 2;  // rows that share a load of the columns

  [[gnu::always_inline]] static float one(const float* a, const float* b, std::size_t n) {
    return Reduce<Isa>::row(a, b, n, [](V lane, V x, V y) { return fma(x, y, lane); });
  }

  // Up to `lanes` rows of k <= most columns, to be multiplied with others.
  struct Block {
    alignas(64) float columns[most * lanes];
    std::size_t k;

    [[gnu::always_inline]] Block(const float* const* rows, std::size_t width) : k(width) {
      Turned::turn(rows, width, columns);
    }
    // f(i, vector of dots of row left(i) with the block's rows), for i in [0, count).
    template <class Left, class F>
    [[gnu::always_inline]] void each(std::size_t count, Left left, F f) const {
      if (k % 16 != 0) return each_short(count, left, f);
      std::size_t i = 0;
      for (; i + group <= count; i += group) {
        const float* rows[group];
#pragma GCC unroll 4
        for (std::size_t q = 0; q < group; ++q) rows[q] = left(i + q);
        const auto sums = dots(rows);
#pragma GCC unroll 4
        for (std::size_t q = 0; q < group; ++q) f(i + q, canonical(sums.v[q]));
      }
      for (; i < count; ++i) f(i, single(left(i)));
    }

   private:
    // With zeros behind the rows, which change no bit.
    template <class Left, class F>
    [[gnu::always_inline]] void each_short(std::size_t count, Left left, F f) const {
      float copy[most] = {};
      for (std::size_t i = 0; i < count; ++i) {
        const float* const from = left(i);
        for (std::size_t c = 0; c < k; ++c) copy[c] = from[c];
        f(i, single(copy));
      }
    }
    [[gnu::noinline]] V single(const float* row) const {
      const float* const rows[1] = {row};
      return canonical(dots(rows).v[0]);
    }
    template <std::size_t R>
    struct Many {
      V v[R];
      [[gnu::always_inline]] friend Many operator+(const Many& a, const Many& b) {
        Many sum;
#pragma GCC unroll 4
        for (std::size_t q = 0; q < R; ++q) sum.v[q] = a.v[q] + b.v[q];
        return sum;
      }
    };
    template <std::size_t R>
    [[gnu::always_inline]] Many<R> dots(const float* const (&rows)[R]) const {
      return Turned::template tree<>([&](std::size_t lane) { return products(rows, lane); });
    }
    // Of one lane of all dots: the first product may be -0 where a chain from +0 gives +0; sums differ by that alone.
    template <std::size_t R>
    [[gnu::always_inline]] Many<R> products(const float* const (&rows)[R], std::size_t lane) const {
      Many<R> made;
      const V column = V::load(columns + lane * lanes);
#pragma GCC unroll 4
      for (std::size_t q = 0; q < R; ++q) made.v[q] = V::broadcast(rows[q][lane]) * column;
      for (std::size_t c = lane + 16; c < Turned::padded(k); c += 16) {
        const V next = V::load(columns + c * lanes);
#pragma GCC unroll 4
        for (std::size_t q = 0; q < R; ++q) made.v[q] = fma(V::broadcast(rows[q][c]), next, made.v[q]);
      }
      return made;
    }
  };

  static void pair_dots(const PairDotsArgs& d) {
    for (std::size_t r = 0; r < d.rows; ++r) {
      for (std::size_t b = 0; b < d.block_count; ++b) {
        if (d.width > most) {
          one_by_one(d, d.blocks[b], r);
        } else {
          block_of_row(d, d.blocks[b], r);
        }
      }
    }
  }

  static void pair_dots_backward(const PairDotsBackwardArgs& d) {
    for (std::size_t r = 0; r < d.rows; ++r) {
      const float* const dy = row_of(d.dy, r);
      for (std::size_t i = 0; i < d.count; ++i) {
        float* const y = d.y + r * d.ldy + i * d.width;
        for (std::size_t c = 0; c < d.width; c += lanes) {
          const std::size_t n = d.width - c < lanes ? d.width - c : lanes;
          V sum = V::zero();
          std::size_t pair = i - 1;  // of (0, i)
          for (std::size_t j = 0; j < i; ++j) {
            sum = fma(V::broadcast(dy[pair]), load_some<V>(row_of(d.fields[j], r) + c, n), sum);
            pair += d.count - 2 - j;
          }
          pair = i * (2 * d.count - i - 1) / 2;  // of (i, i + 1)
          for (std::size_t j = i + 1; j < d.count; ++j, ++pair)
            sum = fma(V::broadcast(dy[pair]), load_some<V>(row_of(d.fields[j], r) + c, n), sum);
          store_some(y + c, canonical(sum), n);
        }
      }
    }
  }

 private:
  static constexpr std::size_t at_once = 32;  // partners: what a vector left in memory is read from there later

  static void block_of_row(const PairDotsArgs& d, const DotBlock& block, std::size_t r) {
    const DotRun* run = block.runs;
    float* const y = d.y + r * d.ldy;
    for (std::size_t begin = 0; begin < block.partner_count; begin += at_once) {
      const std::size_t left = block.partner_count - begin, count = left < at_once ? left : at_once;
      alignas(64) float dots[at_once][16 + lanes];
      for (std::size_t lane = 0; lane < block.count; lane += lanes) {
        const float* rows[lanes];
        for (std::size_t i = 0; i < lanes; ++i) {
          const std::size_t field = lane + i < block.count ? lane + i : lane;
          rows[i] = row_of(d.fields[block.fields[field]], r);
        }
        Block(rows, d.width)
            .each(
                count, [&](std::size_t i) { return row_of(d.fields[block.partners[begin + i].field], r); },
                [&](std::size_t i, V sums) { sums.store(dots[i] + lane); });
      }
      for (std::size_t i = 0; i < count; ++i)
        for (std::uint32_t n = block.partners[begin + i].runs; n > 0; --n, ++run) copy(dots[i] + run->first, *run, y);
    }
  }
  [[gnu::always_inline]] static void copy(const float* from, const DotRun& run, float* y) {
    for (std::size_t c = 0; c < run.count; c += lanes) {
      const std::size_t n = run.count - c < lanes ? run.count - c : lanes;
      store_some(y + run.to + c, V::load(from + c), n);
    }
  }

  static void one_by_one(const PairDotsArgs& d, const DotBlock& block, std::size_t r) {
    const DotRun* run = block.runs;
    for (std::size_t i = 0; i < block.partner_count; ++i) {
      const float* const partner = row_of(d.fields[block.partners[i].field], r);
      for (std::uint32_t n = block.partners[i].runs; n > 0; --n, ++run)
        for (std::uint32_t q = 0; q < run->count; ++q)
          d.y[r * d.ldy + run->to + q] =
              one(partner, row_of(d.fields[block.fields[run->first + q]], r), d.width) + 0.0f;
    }
  }
};

}  // namespace clicklens::kernels
