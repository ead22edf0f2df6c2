// The vectors that kernels are written in. The only file that includes xsimd.
//
// Every operation has one exactly specified result, so that a kernel gives the same bits on every
// instruction set. xsimd alone does not promise that (its fma may round twice, its NEON division and
// square root are estimates, its max, min and != treat NaN differently per set): those operations
// come from the `Ops` of each set in isa/*.h, the rest from XsimdOps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <xsimd/xsimd.hpp>

namespace clicklens::kernels {

// What xsimd does alike and exactly on every set. A is an xsimd architecture.
template <class A>
struct XsimdOps {
  using Floats = xsimd::batch<float, A>;
  using Ints = xsimd::batch<std::int32_t, A>;
  using Mask = xsimd::batch_bool<float, A>;
  using Doubles = xsimd::batch<double, A>;
  static constexpr std::size_t lanes = Floats::size, double_lanes = Doubles::size;
  static constexpr bool fast_fma = true, free_masks = false;

  [[gnu::always_inline]] static Floats broadcast(float v) { return Floats(v); }
  [[gnu::always_inline]] static Floats load(const float* p) { return Floats::load_unaligned(p); }
  [[gnu::always_inline]] static void store(float* p, Floats v) { v.store_unaligned(p); }
  [[gnu::always_inline]] static Floats add(Floats a, Floats b) { return a + b; }
  [[gnu::always_inline]] static Floats sub(Floats a, Floats b) { return a - b; }
  [[gnu::always_inline]] static Floats mul(Floats a, Floats b) { return a * b; }
  [[gnu::always_inline]] static Mask equal(Floats a, Floats b) { return a == b; }
  [[gnu::always_inline]] static Mask less(Floats a, Floats b) { return a < b; }
  [[gnu::always_inline]] static Mask less_equal(Floats a, Floats b) { return a <= b; }
  [[gnu::always_inline]] static Mask both(Mask a, Mask b) { return a & b; }
  [[gnu::always_inline]] static Mask either(Mask a, Mask b) { return a | b; }
  [[gnu::always_inline]] static Floats select(Mask m, Floats a, Floats b) { return xsimd::select(m, a, b); }

  [[gnu::always_inline]] static Ints broadcast(std::int32_t v) { return Ints(v); }
  [[gnu::always_inline]] static Ints bits(Floats a) { return __builtin_bit_cast(Ints, a); }
  [[gnu::always_inline]] static Floats from_bits(Ints a) { return __builtin_bit_cast(Floats, a); }
  [[gnu::always_inline]] static Ints add(Ints a, Ints b) { return a + b; }
  [[gnu::always_inline]] static Ints sub(Ints a, Ints b) { return a - b; }
  [[gnu::always_inline]] static Ints bit_and(Ints a, Ints b) { return a & b; }
  [[gnu::always_inline]] static Ints bit_or(Ints a, Ints b) { return a | b; }
  template <int N>
  [[gnu::always_inline]] static Ints shift_left(Ints a) {
    return a << N;
  }
  template <int N>
  [[gnu::always_inline]] static Ints shift_right(Ints a) {  // arithmetic
    return a >> N;
  }

  // Writes base + i for each x[i] but +0 and -0, i ascending, and returns how many; room for `lanes` more is used.
  [[gnu::always_inline]] static std::size_t list_nonzero(const float* x, std::uint32_t base, std::uint32_t* to) {
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < lanes; ++i) {
      to[count] = base + i;
      count += __builtin_bit_cast(std::uint32_t, x[i]) << 1 != 0 ? 1 : 0;
    }
    return count;
  }

  [[gnu::always_inline]] static Doubles broadcast(double v) { return Doubles(v); }
  [[gnu::always_inline]] static Doubles load(const double* p) { return Doubles::load_unaligned(p); }
  [[gnu::always_inline]] static void store(double* p, Doubles v) { v.store_unaligned(p); }
  [[gnu::always_inline]] static Doubles add(Doubles a, Doubles b) { return a + b; }
  [[gnu::always_inline]] static Doubles sub(Doubles a, Doubles b) { return a - b; }
  [[gnu::always_inline]] static Doubles mul(Doubles a, Doubles b) { return a * b; }
};

// n <= 8 bytes, the first one lowest; memory past them is not touched. Two pieces that overlap: no loop.
[[gnu::always_inline]] inline std::uint64_t load_bytes(const std::uint8_t* p, std::size_t n) {
  if (n >= 8) {
    std::uint64_t all;
    __builtin_memcpy(&all, p, 8);
    return all;
  }
  if (n >= 4) {
    std::uint32_t low, high;
    __builtin_memcpy(&low, p, 4);
    __builtin_memcpy(&high, p + n - 4, 4);
    return low | (std::uint64_t{high} << (8 * (n - 4)));
  }
  if (n >= 2) {
    std::uint16_t low, high;
    __builtin_memcpy(&low, p, 2);
    __builtin_memcpy(&high, p + n - 2, 2);
    return low | (std::uint64_t{high} << (8 * (n - 2)));
  }
  return n == 0 ? 0 : *p;
}

template <class Ops>
struct Mask {
  typename Ops::Mask m;
  [[gnu::always_inline]] friend Mask operator&(Mask a, Mask b) { return {Ops::both(a.m, b.m)}; }
  [[gnu::always_inline]] friend Mask operator|(Mask a, Mask b) { return {Ops::either(a.m, b.m)}; }
};

// Lanes of int32; additions and subtractions wrap.
template <class Ops>
struct IntVec {
  typename Ops::Ints r;
  [[gnu::always_inline]] IntVec(typename Ops::Ints v) : r(v) {}  // NOLINT: implicit by design
  [[gnu::always_inline]] static IntVec broadcast(std::int32_t v) { return Ops::broadcast(v); }
  [[gnu::always_inline]] friend IntVec operator+(IntVec a, IntVec b) { return Ops::add(a.r, b.r); }
  [[gnu::always_inline]] friend IntVec operator-(IntVec a, IntVec b) { return Ops::sub(a.r, b.r); }
  [[gnu::always_inline]] friend IntVec operator&(IntVec a, IntVec b) { return Ops::bit_and(a.r, b.r); }
  [[gnu::always_inline]] friend IntVec operator|(IntVec a, IntVec b) { return Ops::bit_or(a.r, b.r); }
};
template <int N, class Ops>
[[gnu::always_inline]] inline IntVec<Ops> shift_left(IntVec<Ops> a) {
  return Ops::template shift_left<N>(a.r);
}
template <int N, class Ops>
[[gnu::always_inline]] inline IntVec<Ops> shift_right(IntVec<Ops> a) {
  return Ops::template shift_right<N>(a.r);
}

// Lanes of float. + - * / fma sqrt round once, to nearest even. Comparisons are false with NaN.
template <class Ops>
struct Vec {
  using Isa = Ops;
  static constexpr std::size_t lanes = Ops::lanes;
  typename Ops::Floats r;

  Vec() = default;
  [[gnu::always_inline]] Vec(typename Ops::Floats v) : r(v) {}  // NOLINT: implicit by design
  [[gnu::always_inline]] static Vec zero() { return Ops::broadcast(0.0f); }
  [[gnu::always_inline]] static Vec broadcast(float v) { return Ops::broadcast(v); }
  [[gnu::always_inline]] static Vec load(const float* p) { return Ops::load(p); }
  [[gnu::always_inline]] void store(float* p) const { Ops::store(p, r); }
  // The first n lanes (1..lanes), the others zero; memory past them is not touched.
  [[gnu::always_inline]] static Vec load_n(const float* p, std::size_t n) { return Ops::load_n(p, n); }
  [[gnu::always_inline]] void store_n(float* p, std::size_t n) const { Ops::store_n(p, r, n); }
  // Narrower numbers in memory, exactly, whatever their alignment: binary16, bfloat16, bytes 0..255 and halves of
  // bytes 0..15, the low half first. `_n` as above; n halves are (n + 1) / 2 bytes.
  [[gnu::always_inline]] static Vec widen_f16(const std::uint8_t* p) { return Ops::widen_f16(p); }
  [[gnu::always_inline]] static Vec widen_f16_n(const std::uint8_t* p, std::size_t n) { return Ops::widen_f16_n(p, n); }
  [[gnu::always_inline]] static Vec widen_bf16(const std::uint8_t* p) { return Ops::widen_bf16(p); }
  [[gnu::always_inline]] static Vec widen_bf16_n(const std::uint8_t* p, std::size_t n) {
    return Ops::widen_bf16_n(p, n);
  }
  [[gnu::always_inline]] static Vec widen_u8(const std::uint8_t* p) { return Ops::widen_u8(p); }
  [[gnu::always_inline]] static Vec widen_u8_n(const std::uint8_t* p, std::size_t n) { return Ops::widen_u8_n(p, n); }
  // Halves from number `first` on, a multiple of the lanes.
  [[gnu::always_inline]] static Vec widen_u4(const std::uint8_t* p, std::size_t first) {
    return Ops::widen_u4(p, first);
  }
  [[gnu::always_inline]] static Vec widen_u4_n(const std::uint8_t* p, std::size_t first, std::size_t n) {
    return Ops::widen_u4_n(p, first, n);
  }

  [[gnu::always_inline]] friend Vec operator+(Vec a, Vec b) { return Ops::add(a.r, b.r); }
  [[gnu::always_inline]] friend Vec operator-(Vec a, Vec b) { return Ops::sub(a.r, b.r); }
  [[gnu::always_inline]] friend Vec operator*(Vec a, Vec b) { return Ops::mul(a.r, b.r); }
  [[gnu::always_inline]] friend Vec operator/(Vec a, Vec b) { return Ops::div(a.r, b.r); }
  [[gnu::always_inline]] friend Mask<Ops> operator==(Vec a, Vec b) { return {Ops::equal(a.r, b.r)}; }
  [[gnu::always_inline]] friend Mask<Ops> operator<(Vec a, Vec b) { return {Ops::less(a.r, b.r)}; }
  [[gnu::always_inline]] friend Mask<Ops> operator<=(Vec a, Vec b) { return {Ops::less_equal(a.r, b.r)}; }
  [[gnu::always_inline]] friend Mask<Ops> operator>(Vec a, Vec b) { return b < a; }
  [[gnu::always_inline]] friend Mask<Ops> operator>=(Vec a, Vec b) { return b <= a; }
};

template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> fma(Vec<Ops> a, Vec<Ops> b, Vec<Ops> c) {
  return Ops::fma(a.r, b.r, c.r);
}
// The same value, which the compiler may not load again at each use: g++ turns a load with three uses
// into three loads.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> in_register(Vec<Ops> a) {
  return Ops::in_register(a.r);
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> sqrt(Vec<Ops> a) {
  return Ops::sqrt(a.r);
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> select(Mask<Ops> m, Vec<Ops> a, Vec<Ops> b) {
  return Ops::select(m.m, a.r, b.r);
}
template <class Ops>
[[gnu::always_inline]] inline IntVec<Ops> bits(Vec<Ops> a) {
  return Ops::bits(a.r);
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> from_bits(IntVec<Ops> a) {
  return Ops::from_bits(a.r);
}
template <class Ops>
[[gnu::always_inline]] inline Mask<Ops> is_number(Vec<Ops> a) {
  return a == a;
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> abs(Vec<Ops> a) {
  return from_bits(bits(a) & IntVec<Ops>::broadcast(0x7fffffff));
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> negate(Vec<Ops> a) {
  return from_bits(bits(a) + IntVec<Ops>::broadcast(INT32_MIN));
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> copy_sign(Vec<Ops> magnitude, Vec<Ops> sign) {
  return from_bits((bits(magnitude) & IntVec<Ops>::broadcast(0x7fffffff)) |
                   (bits(sign) & IntVec<Ops>::broadcast(INT32_MIN)));
}
// One instruction where max and min are five: of numbers alone. With a NaN, or zeros of both signs, the
// result is one of the two or NaN, which one depends on the set.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> greater(Vec<Ops> a, Vec<Ops> b) {
  return Ops::greater(a.r, b.r);
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> lesser(Vec<Ops> a, Vec<Ops> b) {
  return Ops::lesser(a.r, b.r);
}
// a, or the limit where that is above: one instruction. NaN stays; the limit is a number, and a is not -0.
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> at_least(Vec<Ops> limit, Vec<Ops> a) {
  return Ops::at_least(limit.r, a.r);
}
template <class Ops>
[[gnu::always_inline]] inline IntVec<Ops> max_unsigned(IntVec<Ops> a, IntVec<Ops> b) {
  return Ops::max_unsigned(a.r, b.r);
}
template <class Ops>
[[gnu::always_inline]] inline std::uint32_t largest_lane(IntVec<Ops> a) {
  return Ops::largest_lane(a.r);
}
// One more in the lanes of the mask.
template <class Ops>
[[gnu::always_inline]] inline IntVec<Ops> count(IntVec<Ops> so_far, Mask<Ops> m) {
  return Ops::count(so_far.r, m.m);
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> to_floats(IntVec<Ops> a) {
  return Ops::to_floats(a.r);
}
// NaN when either is NaN; a when they are equal (so of +0 and -0 the first).
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> max(Vec<Ops> a, Vec<Ops> b) {
  return select((b <= a) & is_number(b), a, select(is_number(a), b, a));
}
template <class Ops>
[[gnu::always_inline]] inline Vec<Ops> min(Vec<Ops> a, Vec<Ops> b) {
  return select((a <= b) & is_number(b), a, select(is_number(a), b, a));
}

// v[i]'s lane j becomes v[j]'s lane i: each of the log2(lanes) passes turns a place's bits, its vector's and its
// lane's, by one.
template <class Ops>
[[gnu::always_inline]] inline void transpose(Vec<Ops> (&v)[Vec<Ops>::lanes]) {
  constexpr std::size_t lanes = Ops::lanes, half = lanes / 2;
#pragma GCC unroll 4
  for (std::size_t pass = 1; pass < lanes; pass *= 2) {
    Vec<Ops> w[lanes];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < half; ++i) {
      w[2 * i] = Ops::zip_low(v[i].r, v[i + half].r);
      w[2 * i + 1] = Ops::zip_high(v[i].r, v[i + half].r);
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < lanes; ++i) v[i] = w[i];
  }
}

// Lanes of double: half as many as of float, one where there is one. + - * fma round once.
template <class Ops>
struct DoubleVec {
  static constexpr std::size_t lanes = Ops::double_lanes;
  typename Ops::Doubles r;

  DoubleVec() = default;
  [[gnu::always_inline]] DoubleVec(typename Ops::Doubles v) : r(v) {}  // NOLINT: implicit by design
  [[gnu::always_inline]] static DoubleVec zero() { return Ops::broadcast(0.0); }
  [[gnu::always_inline]] static DoubleVec broadcast(double v) { return Ops::broadcast(v); }
  [[gnu::always_inline]] static DoubleVec load(const double* p) { return Ops::load(p); }
  [[gnu::always_inline]] void store(double* p) const { Ops::store(p, r); }
  // The first n lanes (1..lanes), the others zero; memory past them is not touched.
  [[gnu::always_inline]] static DoubleVec load_n(const double* p, std::size_t n) { return Ops::load_n(p, n); }
  [[gnu::always_inline]] void store_n(double* p, std::size_t n) const { Ops::store_n(p, r, n); }
  // Floats in memory, as many as there are lanes; or n of them.
  [[gnu::always_inline]] static DoubleVec widen(const float* p) { return Ops::widen(p); }
  [[gnu::always_inline]] static DoubleVec widen_n(const float* p, std::size_t n) { return Ops::widen_n(p, n); }

  [[gnu::always_inline]] friend DoubleVec operator+(DoubleVec a, DoubleVec b) { return Ops::add(a.r, b.r); }
  [[gnu::always_inline]] friend DoubleVec operator-(DoubleVec a, DoubleVec b) { return Ops::sub(a.r, b.r); }
  [[gnu::always_inline]] friend DoubleVec operator*(DoubleVec a, DoubleVec b) { return Ops::mul(a.r, b.r); }
};

template <class Ops>
[[gnu::always_inline]] inline DoubleVec<Ops> fma(DoubleVec<Ops> a, DoubleVec<Ops> b, DoubleVec<Ops> c) {
  return Ops::fma(a.r, b.r, c.r);
}
// a * b + c in one rounding or in two, whichever the set does fast: the same where a * b is exact.
template <class Ops>
[[gnu::always_inline]] inline DoubleVec<Ops> multiply_add(DoubleVec<Ops> a, DoubleVec<Ops> b, DoubleVec<Ops> c) {
  if constexpr (Ops::fast_fma) {
    return fma(a, b, c);
  } else {
    return a * b + c;
  }
}
template <class Ops>
[[gnu::always_inline]] inline DoubleVec<Ops> in_register(DoubleVec<Ops> a) {
  return Ops::in_register(a.r);
}

// Sixteen virtual lanes, the same on every set: column c of a row belongs to lane c mod 16.
template <class Ops>
struct Lanes16 {
  static constexpr std::size_t parts = 16 / Ops::lanes;
  Vec<Ops> part[parts];

  // Fixed tree: lane i + lane i + 8, then + 4, + 2, + 1.
  [[gnu::always_inline]] float tree_sum() const {
    Vec<Ops> v[parts];
#pragma GCC unroll 16
    for (std::size_t p = 0; p < parts; ++p) v[p] = part[p];
#pragma GCC unroll 4
    for (std::size_t half = parts / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
      for (std::size_t p = 0; p < half; ++p) v[p] = v[p] + v[p + half];
    }
    return Ops::tree_sum(v[0].r);
  }
};

}  // namespace clicklens::kernels
