// The bf16 linear, where the machine has it: small integers, whose products and sums are exact in any order, and
// random numbers within the rounding of their inputs.
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

class Bf16 : public EachVariant {
 protected:
  void SetUp() override {
    EachVariant::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (table_->linear_bf16 == nullptr) GTEST_SKIP() << GetParam().name() << " has no bf16 here: NOT tested";
  }
  // y = x w' + seed, two stretches a row.
  void run(const Floats& x, const Floats& w, const Matrix& seed, std::size_t m, std::size_t n, std::size_t k,
           std::size_t cut, Floats& y) {
    Guarded<std::byte> packed((table_->packed_bf16_bytes(n, k) + 63) / 64 * 64);
    table_->pack_bf16({w.data(), k, 1, nullptr, n, k, k, packed.data()});
    const std::size_t ld = table_->bf16_row_bytes(k);
    Guarded<std::byte> rows(m * ld);
    std::memset(rows.data(), 0xff, rows.size());  // NaN, should any of it be read
    const Stretch stretches[] = {{{x.data(), k, nullptr}, cut}, {{x.data() + cut, k, nullptr}, k - cut}};
    table_->round_bf16({stretches, 2, m, rows.data(), ld, nullptr});
    LinearReducedArgs a;
    a.m = m, a.k = k, a.n = n;
    a.x = rows.data(), a.ldx = ld, a.weights = packed.data();
    a.seed = seed.operand;
    a.y = y.data(), a.ldy = n;
    table_->linear_bf16(a);
  }
};

TEST_P(Bf16, SmallIntegersAreExact) {
  for (std::uint32_t seed = 1; seed <= 140; ++seed) {
    Random random(seed);
    const std::size_t m = seed <= 70 ? seed : between(random, 1, 40);
    const std::size_t n = between(random, 1, 70), k = between(random, 2, 140);
    Floats x(m * k), w(n * k), y(m * n);
    const auto small = [&random](float& v) { v = static_cast<float>(random.bits() % 33) - 16; };
    for (std::size_t i = 0; i < x.size(); ++i) small(x[i]);
    for (std::size_t i = 0; i < w.size(); ++i) small(w[i]);
    Matrix start(random, m, n);
    for (std::size_t i = 0; i < start.floats.size(); ++i) small(start.floats[i]);
    run(x, w, start, m, n, k, k / 3, y);
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        float sum = at(start.operand, i, j);
        for (std::size_t c = 0; c < k; ++c) sum += x[i * k + c] * w[j * k + c];
        ASSERT_EQ(y[i * n + j], sum) << "case " << seed << " row " << i << " output " << j;
      }
    }
  }
}

TEST_P(Bf16, RandomNumbersToTheRoundingOfTheirInputs) {
  Random random(7);
  const std::size_t m = 9, n = 33, k = 301;
  const Floats x = random_floats(random, m * k), w = random_floats(random, n * k);
  const Matrix start(random, Matrix::Form::dense, m, n);
  Floats y(m * n);
  run(x, w, start, m, n, k, 100, y);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double sum = at(start.operand, i, j), size = 1;
      for (std::size_t c = 0; c < k; ++c) {
        const double product = double(x[i * k + c]) * double(w[j * k + c]);
        sum += product;
        size += std::fabs(product);
      }
      ASSERT_NEAR(y[i * n + j], sum, size * 0x1p-8);
      ASSERT_NE(y[i * n + j], static_cast<float>(sum)) << "computed in full precision?";
    }
  }
}

// A row's bits are its own: the same alone, among others, and wherever it lies.
TEST_P(Bf16, RowsDoNotDependOnEachOther) {
  Random random(8);
  const std::size_t m = 75, n = 50, k = 131;
  const Floats x = random_floats(random, m * k), w = random_floats(random, n * k);
  const Matrix start(random, Matrix::Form::one_row, m, n);
  Floats together(m * n);
  run(x, w, start, m, n, k, 40, together);
  for (const std::size_t rows : {1u, 2u, 7u, 17u, 33u, 64u}) {
    for (std::size_t first = 0; first + rows <= m; first += 5) {
      Floats some(rows * k), y(rows * n);
      std::memcpy(some.data(), x.data() + first * k, some.size() * sizeof(float));
      run(some, w, start, rows, n, k, 40, y);
      ASSERT_EQ(std::memcmp(y.data(), together.data() + first * n, y.size() * sizeof(float)), 0)
          << rows << " rows from " << first;
    }
  }
}

TEST_P(Bf16, RoundsToNearestEvenAndKeepsNaNAndInfinity) {
  Random random(1);
  Matrix zero(random, Matrix::Form::dense, 1, 1);
  zero.floats[0] = 0.0f;
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const float cases[][2] = {{1.0f + 0x1p-8f, 1.0f},  // half way: to even
                            {1.0f + 3 * 0x1p-8f, 1.0f + 0x1p-6f},
                            {1.0f + 0x1p-8f + 0x1p-20f, 1.0f + 0x1p-7f},
                            {3.4e38f, infinity},
                            {-infinity, -infinity},
                            {nan, nan},
                            {1e-40f, 0.0f}};
  for (const auto& [given, expected] : cases) {
    for (const bool is_weight : {false, true}) {
      Floats x(3), w(3), y(1);
      for (std::size_t i = 0; i < 3; ++i) x[i] = w[i] = 0.0f;
      x[1] = is_weight ? 1.0f : given, w[1] = is_weight ? given : 1.0f;
      x[0] = x[2] = w[0] = w[2] = 2.0f;
      zero.floats[0] = -8.0f;
      run(x, w, zero, 1, 1, 3, 2, y);
      EXPECT_TRUE(same_bits(y[0], expected + 0.0f)) << given << (is_weight ? " as weight: " : " as input: ") << y[0];
    }
  }
}

CLENS_EACH_VARIANT(Bf16);

}  // namespace
}  // namespace clicklens::kernels
