// Softmax of rows of one width: as many of them at a time as a vector has lanes, for largest, sum and quotient of all
// are vectors then.
#pragma once

#include "kernels/columns.h"

namespace clicklens::kernels {

template <class Isa>
class Shares {
 public:
  using V = Vec<Isa>;
  static constexpr std::size_t lanes = V::lanes;

  [[gnu::always_inline]] explicit Shares(std::size_t width) : width_(width) {}

  // y = softmax(x) of `width`; null mask: all of x. Written by the time of finish().
  [[gnu::always_inline]] void add(const float* x, const float* mask, float* y) {
    x_[count_] = x, mask_[count_] = mask, y_[count_] = y;
    if (++count_ == lanes) finish();
  }
  void finish() {
    if (count_ == 0) return;
    if (Isa::fast_fma && width_ <= most) {  // where nothing is fast once in the code is enough
      finish<true>();
    } else {
      finish<false>();
    }
    count_ = 0;
  }

 private:
  static constexpr std::size_t most = 64;  // columns of rows that are kept here, whole vectors of them

  template <bool Kept>
  [[gnu::always_inline]] void finish() {
    alignas(64) float turned[16 * lanes], each[lanes];
    for (std::size_t i = 0; i < count_; ++i) largest<Kept>(i);
    turn(lanes, turned);
    V top = V::load(turned);
    for (std::size_t c = 1; c < lanes; ++c) top = greater(V::load(turned + c * lanes), top);
    top.store(each);
    for (std::size_t i = 0; i < count_; ++i) powers<Kept>(i, each[i]);
    turn(16, turned);
    const V sums = Columns<Isa>::template tree<>([&](std::size_t lane) { return V::load(turned + lane * lanes); });
    sums.store(each);
    for (std::size_t i = 0; i < count_; ++i) divide<Kept>(i, each[i]);
  }
  [[gnu::noinline]] void turn(std::size_t columns, float* to) const {
    const float* rows[lanes];
    for (std::size_t i = 0; i < lanes; ++i) rows[i] = lanes_[i < count_ ? i : 0];
    Columns<Isa>::turn(rows, columns, to);
  }

  [[gnu::always_inline]] static V lowest() { return V::broadcast(-__builtin_inff()); }
  // v, and `otherwise` from lane n on.
  [[gnu::always_inline]] static V first(std::size_t n, V v, V otherwise) {
    alignas(64) static constexpr float number[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return n == lanes ? v : select(V::load(number) < V::broadcast(static_cast<float>(n)), v, otherwise);
  }
  // f(first column, how many of its vector) of a row.
  template <class F>
  [[gnu::always_inline]] void each_vector(F f) const {
    std::size_t c = 0;
    for (; c + lanes <= width_; c += lanes) f(c, lanes);
    if (c < width_) f(c, width_ - c);
  }
  template <bool Kept>
  [[gnu::always_inline]] void keep(std::size_t i, std::size_t c, std::size_t n, V v) {
    if (Kept) {
      v.store(kept_[i] + c);
    } else {
      store_some(y_[i] + c, v, n);
    }
  }

  // Of each lane, where the mask lets through. What a NaN makes of it does not matter: its power is NaN, so is the sum.
  template <bool Kept>
  [[gnu::always_inline]] void largest(std::size_t i) {
    const float* const mask = mask_[i];
    V top = lowest();
    each_vector([&](std::size_t c, std::size_t n) {
      const V x = load_some<V>(x_[i] + c, n);
      if (Kept) x.store(kept_[i] + c);
      V at = first(n, x, lowest());
      if (mask != nullptr) at = select(load_some<V>(mask + c, n) == V::zero(), lowest(), at);
      top = greater(at, top);
    });
    top.store(lanes_[i]);
  }

  // And their sum in 16 lanes: +0 behind the row.
  template <bool Kept>
  [[gnu::always_inline]] void powers(std::size_t i, float top) {
    const float* const mask = mask_[i];
    nothing_[i] = mask != nullptr && top == -__builtin_inff() && !lets_through(mask);
    Lanes16<Isa> sums;
#pragma GCC unroll 16
    for (V& lane : sums.part) lane = V::zero();
    for (std::size_t begin = 0; begin < width_; begin += 16) {
#pragma GCC unroll 16
      for (std::size_t p = 0; p < sums.parts; ++p) {
        const std::size_t c = begin + p * lanes;
        if (c >= width_) break;
        const std::size_t n = width_ - c < lanes ? width_ - c : lanes;
        // Behind the row and behind the mask any number will do, and is quicker than one whose power is next to
        // nothing.
        V power = exp((Kept ? V::load(kept_[i] + c) : load_some<V>(x_[i] + c, n)) - V::broadcast(top));
        if (mask != nullptr) power = select(load_some<V>(mask + c, n) == V::zero(), V::zero(), power);
        power = first(n, power, V::zero());
        keep<Kept>(i, c, n, power);
        sums.part[p] = sums.part[p] + power;
      }
    }
#pragma GCC unroll 16
    for (std::size_t p = 0; p < sums.parts; ++p) sums.part[p].store(lanes_[i] + p * lanes);
  }
  [[gnu::always_inline]] static V exp(V x) {
    return Isa::fast_fma ? math::exp(x) : exp_apart(x);
  }
  [[gnu::noinline]] static V exp_apart(V x) {
    return math::exp(x);
  }
  [[gnu::always_inline]] bool lets_through(const float* mask) const {
    for (std::size_t c = 0; c < width_; ++c)
      if (mask[c] != 0.0f) return true;
    return false;
  }

  template <bool Kept>
  [[gnu::always_inline]] void divide(std::size_t i, float total) {
    each_vector([&](std::size_t c, std::size_t n) {
      const V power = Kept ? V::load(kept_[i] + c) : load_some<V>(y_[i] + c, n);
      store_some(y_[i] + c, canonical(nothing_[i] ? V::zero() : power / V::broadcast(total)), n);
    });
  }

  std::size_t width_, count_ = 0;
  const float* x_[lanes];
  const float* mask_[lanes];
  float* y_[lanes];
  bool nothing_[lanes];
  alignas(64) float lanes_[lanes][16];   // of each row: largest, then sums
  alignas(64) float kept_[lanes][most];  // padded to whole vectors
};

}  // namespace clicklens::kernels
