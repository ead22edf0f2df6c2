// Fixed-point sums of columns against integers, on every instruction set.
#include <cfenv>

#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

using Doubles = Guarded<double>;
constexpr double sum_scale = 0x1p40, square_scale = 0x1p38;
constexpr float bound = 16.0f;  // with at most 128 rows

struct SumsCase {
  std::size_t rows, cols;
  Matrix x;
  Doubles sum, square;
  Floats active, largest;
  FixedSumsArgs args;

  SumsCase(Random& random, std::size_t r, std::size_t c)
      : rows(r), cols(c), x(random, r, c), sum(c), square(c), active(c), largest(c) {
    for (std::size_t i = 0; i < x.floats.size(); ++i) x.floats[i] = value(random);
    args.x = x.operand;
    args.rows = r, args.cols = c;
    args.sum_scale = sum_scale, args.square_scale = square_scale;
    args.sum = sum.data(), args.square = square.data(), args.active = active.data(), args.largest = largest.data();
    for (std::size_t i = 0; i < c; ++i) sum[i] = square[i] = 7, active[i] = largest[i] = 9;  // written over
  }

  // Of all octaves that matter, the smallest ones vanishing; halves of a unit too, which go to even.
  static float value(Random& random) {
    const unsigned kind = random.bits() % 8;
    if (kind == 0) return random.bits() % 2 != 0 ? 0.0f : -0.0f;
    if (kind == 1) return std::ldexp(static_cast<float>(static_cast<int>(random.bits() % 9) - 4), -41);
    const float magnitude =
        std::ldexp(static_cast<float>(random.bits() >> 8), static_cast<int>(random.bits() % 50) - 70);
    return std::clamp(random.bits() % 2 != 0 ? magnitude : -magnitude, -15.99f, 15.99f);
  }
  void check() const {
    for (std::size_t c = 0; c < cols; ++c) {
      std::int64_t sums = 0, squares = 0;
      float positive = 0, most = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        const auto v = static_cast<double>(at(x.operand, i, c));
        sums += std::llrint(v * sum_scale);
        squares += std::llrint(v * v * square_scale);
        positive += v > 0 ? 1.0f : 0.0f;
        most = std::max(most, std::fabs(static_cast<float>(v)));
      }
      const std::string what =
          std::to_string(rows) + " rows, column " + std::to_string(c) + " of " + std::to_string(cols);
      EXPECT_EQ(static_cast<std::int64_t>(sum[c]), sums) << what;
      EXPECT_EQ(static_cast<std::int64_t>(square[c]), squares) << what;
      EXPECT_EQ(active[c], positive) << what;
      EXPECT_TRUE(same_bits(largest[c], most)) << what;
    }
  }
};

class FixedSumsOfColumns : public EachIsa {};

TEST_P(FixedSumsOfColumns, AreTheSumsOfIntegers) {
  ASSERT_EQ(std::fegetround(), FE_TONEAREST);
  for (std::size_t cols = 0; cols <= 70; ++cols) {
    Random random(static_cast<std::uint32_t>(cols + 1));
    for (const std::size_t rows : {std::size_t{0}, std::size_t{1}, between(random, 2, 40), std::size_t{128}}) {
      SumsCase c(random, rows, cols);
      table_->fixed_sums(c.args);
      c.check();
    }
  }
}

TEST_P(FixedSumsOfColumns, AreExactAtTheBound) {
  Random random(5);
  SumsCase c(random, 128, 37);
  for (std::size_t i = 0; i < c.x.floats.size(); ++i)
    c.x.floats[i] = random.bits() % 3 == 0 ? 0x1.000002p-3f : std::nextafter(bound, 0.0f);
  table_->fixed_sums(c.args);
  c.check();
}

TEST_P(FixedSumsOfColumns, ShowWhatIsTooLargeOrNotFinite) {
  const float bad[] = {bound,
                       -5000.0f,
                       std::numeric_limits<float>::infinity(),
                       -std::numeric_limits<float>::infinity(),
                       std::numeric_limits<float>::quiet_NaN(),
                       -std::nanf("7")};
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    SumsCase c(random, between(random, 1, 60), between(random, 1, 40));
    const std::size_t row = random.bits() % c.rows, column = random.bits() % c.cols;
    const std::size_t stored = c.args.x.rows != nullptr ? c.args.x.rows[row] : row;
    c.x.floats[stored * c.args.x.ld + column] = bad[seed % 6];
    table_->fixed_sums(c.args);
    EXPECT_FALSE(c.largest[column] < bound) << seed;
  }
}

CLENS_EACH_ISA(FixedSumsOfColumns);

}  // namespace
}  // namespace clicklens::kernels
