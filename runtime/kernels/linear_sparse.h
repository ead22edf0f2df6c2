// One row against many outputs, its zeros left out: behind relu they are half of the row, and at one row
// the time is that of reading weights, here packed by input.
//
// Exact while the weights are finite. A zero's product is then +-0, and adding that to a sum changes no
// sum but one: -0 + +0 is +0. So leaving it out may leave -0 where +0 would be - a seed of -0 too - and
// nowhere does that show: the next product that is not 0 makes the same of both, as does one that
// underflows to a zero of its own sign; an addend of +0 or more does, and one of -0 leaves zeros of some
// sign; and what is stored or scaled is canonical first. NaN and infinite inputs are not zeros.
#pragma once

#include "kernels/linear_block.h"

namespace clicklens::kernels {

template <class Isa>
class NonZero {
 public:
  static constexpr std::size_t lanes = Isa::lanes;
  static constexpr std::size_t chunk = 1024;  // columns: 4 KiB of stack

  NonZero(const float* x, std::size_t k) : x_(x), k_(k) { take(0); }

  // The part of the row that begins at column `begin`, a multiple of `chunk`. A row of one chunk is listed once.
  void take(std::size_t begin) {
    if (begin == begin_) return;
    begin_ = begin;
    count_ = 0;
    const std::size_t end = k_ - begin < chunk ? k_ : begin + chunk;
    std::size_t p = begin;
    for (; p + lanes <= end; p += lanes)
      count_ += Isa::list_nonzero(x_ + p, static_cast<std::uint32_t>(p), index_ + count_);
    for (; p < end; ++p) {
      index_[count_] = static_cast<std::uint32_t>(p);
      count_ += x_[p] != 0.0f ? 1 : 0;
    }
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::uint32_t operator[](std::size_t i) const { return index_[i]; }

 private:
  const float* x_;
  std::size_t k_, begin_ = ~std::size_t{0}, count_ = 0;
  std::uint32_t index_[chunk + lanes];
};

}  // namespace clicklens::kernels
