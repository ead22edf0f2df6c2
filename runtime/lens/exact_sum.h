// A sum without rounding. Everything a lens adds up is a float or the product of two, that is a whole number of
// 2^-298 below 2^256; a two's complement integer of 640 bits in that unit holds 2^84 of them. Adding and merging are
// integer addition, so any split of the rows, merged in any order, gives the same bits; what is read is rounded once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace clicklens::lens {

class ExactSum {
 public:
  static constexpr std::size_t limbs = 10;
  static constexpr int unit = -298;  // exponent of the lowest bit
  using Limbs = std::array<std::uint64_t, limbs>;

  ExactSum() = default;
  explicit ExactSum(const Limbs& words) : words_(words) {}
  static ExactSum of(std::uint64_t integer);

  // A finite whole number of 2^-298 below 2^276: any sum of floats or of products of two that was computed without
  // rounding.
  void add(double term);
  void add_product(float a, float b) { add(double{a} * double{b}); }  // 48 bits: the product is exact
  void merge(const ExactSum& other);
  void remove(const ExactSum& other);

  // The nearest double, ties to even.
  [[nodiscard]] double value() const;
  [[nodiscard]] bool is_negative() const { return words_[limbs - 1] >> 63 != 0; }
  [[nodiscard]] const Limbs& words() const { return words_; }  // lowest first

  bool operator==(const ExactSum&) const = default;

 private:
  Limbs words_{};
};

// n * xy - x * y, the numerator of variances and covariances, rounded once: no cancellation, however far the mean is
// from zero.
double centred_product(std::uint64_t n, const ExactSum& xy, const ExactSum& x, const ExactSum& y);

}  // namespace clicklens::lens
