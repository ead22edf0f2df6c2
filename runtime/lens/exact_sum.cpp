#include "lens/exact_sum.h"

#include <bit>
#include <cmath>

namespace clicklens::lens {
namespace {

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ needs it

template <std::size_t N>
using Words = std::array<std::uint64_t, N>;  // two's complement, lowest first

template <std::size_t N>
bool negative(const Words<N>& words) {
  return words[N - 1] >> 63 != 0;
}

// Adds to words[from] and carries on.
template <std::size_t N>
void add_at(Words<N>& words, std::size_t from, std::uint64_t low, std::uint64_t high) {
  bool carry = __builtin_add_overflow(words[from], low, &words[from]);
  if (++from == N) return;
  bool more = __builtin_add_overflow(high, std::uint64_t{carry}, &high);
  carry = __builtin_add_overflow(words[from], high, &words[from]) || more;
  while (carry && ++from < N) carry = ++words[from] == 0;
}

template <std::size_t N>
void subtract_at(Words<N>& words, std::size_t from, std::uint64_t low, std::uint64_t high) {
  bool borrow = __builtin_sub_overflow(words[from], low, &words[from]);
  if (++from == N) return;
  bool more = __builtin_add_overflow(high, std::uint64_t{borrow}, &high);
  borrow = __builtin_sub_overflow(words[from], high, &words[from]) || more;
  while (borrow && ++from < N) borrow = words[from]-- == 0;
}

template <std::size_t N>
Words<N> negated(Words<N> words) {
  bool carry = true;
  for (std::uint64_t& word : words) {
    word = ~word;
    if (carry) carry = ++word == 0;
  }
  return words;
}

// words * 2^unit, to nearest even.
template <std::size_t N>
double rounded(const Words<N>& signed_words, int unit) {
  const bool minus = negative(signed_words);
  const Words<N> words = minus ? negated(signed_words) : signed_words;
  std::size_t top = N;
  while (top > 0 && words[top - 1] == 0) --top;
  if (top == 0) return 0;
  // The highest 64 bits, and whether anything is below them.
  const int shift = std::countl_zero(words[top - 1]);
  std::uint64_t bits = words[top - 1] << shift;
  bool below = false;
  if (top > 1) {
    if (shift > 0) bits |= words[top - 2] >> (64 - shift);
    below = words[top - 2] << shift != 0;
  }
  for (std::size_t i = 0; i + 2 < top; ++i) below = below || words[i] != 0;
  // A set last bit stands for all that is cut: the conversion to double then rounds as if it saw everything.
  const auto magnitude = static_cast<double>(bits | std::uint64_t{below});
  const int exponent = static_cast<int>(64 * (top - 1)) - shift + unit;
  return std::ldexp(minus ? -magnitude : magnitude, exponent);
}

constexpr std::size_t product_limbs = 2 * ExactSum::limbs + 1;
using Product = Words<product_limbs>;

// |x| times |y|.
Product multiplied(const ExactSum::Limbs& x, const ExactSum::Limbs& y) {
  Product product{};
  for (std::size_t i = 0; i < ExactSum::limbs; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < ExactSum::limbs; ++j) {
      const Wide term = Wide{x[i]} * y[j] + product[i + j] + carry;
      product[i + j] = static_cast<std::uint64_t>(term);
      carry = static_cast<std::uint64_t>(term >> 64);
    }
    product[i + ExactSum::limbs] = carry;
  }
  return product;
}

ExactSum::Limbs magnitude(const ExactSum& sum) {
  return sum.is_negative() ? negated(sum.words()) : sum.words();
}

void add_signed(Product& to, const Product& term, bool minus) {
  for (std::size_t i = 0; i < product_limbs; ++i) {
    if (minus) {
      subtract_at(to, i, term[i], 0);
    } else {
      add_at(to, i, term[i], 0);
    }
  }
}

}  // namespace

ExactSum ExactSum::of(std::uint64_t integer) {
  ExactSum sum;
  constexpr auto bits = static_cast<unsigned>(-unit);
  const Wide placed = Wide{integer} << bits % 64;
  add_at(sum.words_, bits / 64, static_cast<std::uint64_t>(placed), static_cast<std::uint64_t>(placed >> 64));
  return sum;
}

void ExactSum::add(double term) {
  const auto bits = std::bit_cast<std::uint64_t>(term);
  const auto exponent = static_cast<int>(bits >> 52 & 0x7FF);
  if (exponent == 0) return;  // zero: what is less than 2^-1022 is no whole number of units
  const std::uint64_t mantissa = (bits & 0xFFFFFFFFFFFFFull) | 1ull << 52;
  const int position = exponent - 1023 - 52 - unit;                         // of the mantissa's lowest bit, in units
  if (position <= -53 || position >= static_cast<int>(64 * limbs)) return;  // not by the contract
  const Wide placed = position >= 0 ? Wide{mantissa} << position % 64 : Wide{mantissa >> -position};
  const std::size_t from = position >= 0 ? static_cast<std::size_t>(position) / 64 : 0;
  const auto low = static_cast<std::uint64_t>(placed), high = static_cast<std::uint64_t>(placed >> 64);
  if (bits >> 63 == 0) {
    add_at(words_, from, low, high);
  } else {
    subtract_at(words_, from, low, high);
  }
}

void ExactSum::merge(const ExactSum& other) {
  bool carry = false;
  for (std::size_t i = 0; i < limbs; ++i) {
    std::uint64_t word = 0;
    const bool first = __builtin_add_overflow(words_[i], std::uint64_t{carry}, &word);
    carry = __builtin_add_overflow(word, other.words_[i], &words_[i]) || first;
  }
}

void ExactSum::remove(const ExactSum& other) {
  merge(ExactSum(negated(other.words_)));
}

double ExactSum::value() const {
  return rounded(words_, unit);
}

double centred_product(std::uint64_t n, const ExactSum& xy, const ExactSum& x, const ExactSum& y) {
  // In units of 2^(2 * unit): n becomes n * 2^-unit, which is what ExactSum::of holds.
  Product result{};
  add_signed(result, multiplied(magnitude(ExactSum::of(n)), magnitude(xy)), xy.is_negative());
  add_signed(result, multiplied(magnitude(x), magnitude(y)), x.is_negative() == y.is_negative());
  return rounded(result, 2 * ExactSum::unit);
}

}  // namespace clicklens::lens
