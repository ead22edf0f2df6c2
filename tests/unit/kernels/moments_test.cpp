// Sums of columns against integers: every result exact, on every instruction set.
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

__extension__ using Wide = __int128;
using Doubles = Guarded<double>;
constexpr float infinity = std::numeric_limits<float>::infinity();

struct MomentsCase {
  static constexpr int octaves = 20, score_octaves = 8;

  std::size_t rows, cols;
  Matrix x;
  Doubles score, sum, square_high, square_low, cross_high, cross_low;
  Floats low, high, minimum, maximum, active;
  std::vector<int> unit;  // of each column: its values are integers times 2^unit
  MomentsArgs args;

  MomentsCase(Random& random, std::size_t r, std::size_t c, bool scored)
      : rows(r),
        cols(c),
        x(random, r, c),
        score(r),
        sum(c),
        square_high(c),
        square_low(c),
        cross_high(c),
        cross_low(c),
        low(c),
        high(c),
        minimum(c),
        maximum(c),
        active(c),
        unit(c) {
    for (std::size_t i = 0; i < c; ++i) fill_column(random, i);
    for (std::size_t i = 0; i < r; ++i) score[i] = integer(random, score_octaves) * 0x1p-23;
    args.x = x.operand;
    args.score = scored ? score.data() : nullptr;
    args.rows = r, args.cols = c;
    args.low = low.data(), args.high = high.data(), args.minimum = minimum.data(), args.maximum = maximum.data();
    args.active = active.data(), args.sum = sum.data();
    args.square_high = square_high.data(), args.square_low = square_low.data();
    if (scored) args.cross_high = cross_high.data(), args.cross_low = cross_low.data();
  }

  // 24 bits at any of the octaves: below 2^(24 + span) and often with the last bit set.
  static float integer(Random& random, int span) {
    const float magnitude = static_cast<float>(random.bits() >> 8 | 1u);
    const float v = std::ldexp(magnitude, static_cast<int>(random.bits()) & 1
                                              ? 0
                                              : static_cast<int>(random.bits() % static_cast<unsigned>(span + 1)));
    return random.bits() % 2 != 0 ? v : -v;
  }
  // Columns as they come: of one sign, mostly zeros, denormal, tiny, huge.
  void fill_column(Random& random, std::size_t c) {
    const int kind = static_cast<int>(random.bits() % 6);
    unit[c] = kind == 0 ? -149 : kind == 1 ? 83 : static_cast<int>(random.bits() % 230) - 149;
    const std::size_t stored = cols == 0 ? 0 : x.operand.ld == 0 ? 1 : (x.floats.size() - cols) / x.operand.ld + 1;
    for (std::size_t i = 0; i < stored; ++i) {
      float v = std::ldexp(integer(random, octaves), unit[c]);
      if (kind == 0 && random.bits() % 2 != 0) v = std::ldexp(static_cast<float>(random.bits() % 5), -149);
      if (kind == 2) v = v > 0 ? v : 0.0f;
      if (kind == 3) v = -0.0f;
      if (kind == 4) v = random.bits() % 8 == 0 ? v : random.bits() % 2 != 0 ? 0.0f : -0.0f;
      x.floats[i * x.operand.ld + c] = v;
    }
    low[c] = infinity, high[c] = 0, minimum[c] = infinity, maximum[c] = -infinity, active[c] = 0;
    sum[c] = square_low[c] = cross_low[c] = 0;
    square_high[c] = square_offset(c), cross_high[c] = cross_offset(c);
  }
  double square_offset(std::size_t c) const { return std::ldexp(1.0, 2 * (unit[c] + 24 + octaves) + 9); }
  double cross_offset(std::size_t c) const {
    return std::ldexp(1.5, unit[c] + 24 + octaves + 1 + score_octaves + 9 + 1);
  }

  static Wide in_units(double v, int unit) {
    const double scaled = std::ldexp(v, -unit);
    EXPECT_EQ(scaled, std::trunc(scaled));
    return static_cast<Wide>(scaled);
  }
  void check(std::size_t first = 0) const {
    for (std::size_t c = first; c < cols; ++c) {
      Wide sums = 0, squares = 0, products = 0;
      float least = infinity, most = 0, bottom = infinity, top = -infinity, positive = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        const float v = at(x.operand, i, c);
        const Wide n = in_units(static_cast<double>(v), unit[c]);
        sums += n, squares += n * n, products += n * in_units(score[i], -23);
        if (v != 0) least = std::min(least, std::fabs(v));
        most = std::max(most, std::fabs(v));
        bottom = std::min(bottom, v), top = std::max(top, v);
        positive += v > 0 ? 1.0f : 0.0f;
      }
      const std::string what =
          std::to_string(rows) + " rows, column " + std::to_string(c) + " of " + std::to_string(cols);
      EXPECT_TRUE(in_units(sum[c], unit[c]) == sums) << what;
      EXPECT_TRUE(in_units(square_high[c] - square_offset(c), 2 * unit[c]) + in_units(square_low[c], 2 * unit[c]) ==
                  squares)
          << what;
      if (args.score == nullptr) products = 0;
      EXPECT_TRUE(in_units(cross_high[c] - cross_offset(c), unit[c] - 23) + in_units(cross_low[c], unit[c] - 23) ==
                  products)
          << what;
      // + 0.0f: no kernel emits -0.
      EXPECT_TRUE(same_bits(low[c], least)) << what << ": " << low[c] << ", expected " << least;
      EXPECT_TRUE(same_bits(high[c], most)) << what << ": " << high[c] << ", expected " << most;
      EXPECT_TRUE(same_bits(minimum[c], bottom + 0.0f)) << what << ": " << minimum[c] << ", expected " << bottom;
      EXPECT_TRUE(same_bits(maximum[c], top + 0.0f)) << what << ": " << maximum[c] << ", expected " << top;
      EXPECT_EQ(active[c], positive) << what;
    }
  }
};

class MomentsOfColumns : public EachIsa {};

TEST_P(MomentsOfColumns, AreExactForEveryWidth) {
  for (std::size_t cols = 0; cols <= 70; ++cols) {
    Random random(static_cast<std::uint32_t>(cols + 1));
    for (const std::size_t rows : {std::size_t{0}, std::size_t{1}, between(random, 2, 40), between(random, 41, 512)}) {
      MomentsCase c(random, rows, cols, random.bits() % 2 != 0);
      table_->moments(c.args);
      c.check();
    }
  }
}

TEST_P(MomentsOfColumns, AreExactForEveryNumberOfRows) {
  for (std::size_t rows = 0; rows <= 512; rows += rows < 20 ? 1 : 41) {
    Random random(static_cast<std::uint32_t>(rows + 100));
    MomentsCase c(random, rows == 491 ? 512 : rows, 21, rows % 2 == 0);
    table_->moments(c.args);
    c.check();
  }
}

// The worst that the bound admits: all rows at the top octave, but for the smallest values there are.
TEST_P(MomentsOfColumns, AreExactAtTheBound) {
  Random random(3);
  MomentsCase c(random, 512, 33, true);
  c.x = Matrix(random, Matrix::Form::dense, c.rows, c.cols);
  c.args.x = c.x.operand;
  for (std::size_t i = 0; i < c.cols; ++i) {
    c.unit[i] = 0;
    for (std::size_t r = 0; r < c.rows; ++r) {
      c.x.floats[r * c.cols + i] = r % 7 == i % 7 ? 0x1.000002p23f : 0x1.fffffep43f;
    }
    c.square_high[i] = c.square_offset(i), c.cross_high[i] = c.cross_offset(i);
  }
  for (std::size_t r = 0; r < c.rows; ++r) c.score[r] = r % 5 == 0 ? 0x1.000002p0 : 0x1.fffffep8;
  table_->moments(c.args);
  c.check();
}

TEST_P(MomentsOfColumns, ContinueWhatTheArraysHold) {
  Random random(4);
  for (int round = 0; round < 20; ++round) {
    MomentsCase c(random, 200, 37, true);
    MomentsArgs part = c.args;
    for (std::size_t row = 0, n = 0; row < c.rows; row += n) {
      n = std::min(between(random, 0, 90), c.rows - row);
      part.rows = n;
      part.score = c.score.data() + row;
      if (c.args.x.rows != nullptr) {
        part.x.rows = c.args.x.rows + row;
      } else {
        part.x.data = c.args.x.data + row * c.args.x.ld;
      }
      table_->moments(part);
    }
    c.check();
  }
}

TEST_P(MomentsOfColumns, WhatIsNotFiniteShowsInTheSum) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    MomentsCase c(random, between(random, 1, 60), between(random, 1, 40), seed % 2 == 0);
    const std::size_t row = random.bits() % c.rows;
    const std::size_t stored = c.args.x.rows != nullptr ? c.args.x.rows[row] : row;
    const float bad[] = {infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), -std::nanf("7")};
    c.x.floats[stored * c.args.x.ld] = bad[seed % 4];
    if (seed % 8 == 0)
      c.x.floats[(c.rows == 1 ? 0 : c.args.x.rows != nullptr ? c.args.x.rows[0] : 0) * c.args.x.ld] = infinity;
    table_->moments(c.args);
    EXPECT_FALSE(std::isfinite(c.sum[0])) << seed;
    c.check(1);
  }
}

CLENS_EACH_ISA(MomentsOfColumns);

}  // namespace
}  // namespace clicklens::kernels
