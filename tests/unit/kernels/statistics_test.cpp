// Gram matrices and projections against long doubles, and against integers where those are exact.
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

using Doubles = Guarded<double>;

Doubles random_doubles(Random& random, std::size_t n, bool integers) {
  Doubles v(n);
  for (std::size_t i = 0; i < n; ++i) {
    v[i] = integers ? static_cast<double>(random.bits() % 2001) - 1000 : static_cast<double>(random.uniform(-2, 2)) / 3;
  }
  return v;
}

// What adding n terms in any order may cost.
double allowed(std::size_t n, long double magnitude, bool integers) {
  return integers ? 0.0 : static_cast<double>(static_cast<long double>(n + 1) * magnitude) * 0x1p-52;
}

struct Expected {
  long double value = 0, magnitude = 0;
  void add(double a, double b = 1) {
    const long double p = static_cast<long double>(a) * static_cast<long double>(b);
    value += p, magnitude += std::fabs(p);
  }
};

class Statistics : public EachIsa {
 protected:
  void check_gram(std::size_t rows, std::size_t cols, bool integers) {
    Random random(static_cast<std::uint32_t>(rows * 131 + cols));
    const std::size_t ldx = cols + random.bits() % 5, ldg = cols + random.bits() % 3;
    const Doubles x = random_doubles(random, rows == 0 ? 0 : (rows - 1) * ldx + cols, integers);
    const std::size_t last = cols == 0 ? 0 : (cols - 1) * ldg + cols;
    Doubles g(last);
    std::vector<double> before(last);
    for (std::size_t i = 0; i < last; ++i) g[i] = before[i] = static_cast<double>(random.bits() % 100);
    table_->gram({x.data(), ldx, rows, cols, g.data(), ldg});
    for (std::size_t i = 0; i < cols; ++i) {
      for (std::size_t j = i; j < ldg && i * ldg + j < last; ++j) {
        Expected e;
        e.add(before[i * ldg + j]);
        for (std::size_t r = 0; r < rows && j < cols; ++r) e.add(x[r * ldx + i], x[r * ldx + j]);
        ASSERT_NEAR(g[i * ldg + j], static_cast<double>(e.value), allowed(rows, e.magnitude, integers))
            << rows << " rows, " << cols << " columns, element " << i << ", " << j;
      }
    }
  }
};

TEST_P(Statistics, GramOfEveryWidth) {
  for (std::size_t cols = 0; cols <= 70; ++cols) check_gram(1 + cols % 9, cols, cols % 2 == 0);
}

TEST_P(Statistics, GramOfManyRows) {
  for (const std::size_t rows : {0u, 1u, 63u, 64u, 65u, 128u, 300u}) {
    check_gram(rows, 45, true);
    check_gram(rows, 45, false);
  }
}

TEST_P(Statistics, ProjectionsOfEveryWidth) {
  for (std::size_t cols = 0; cols <= 70; ++cols) {
    for (const bool integers : {false, true}) {
      Random random(static_cast<std::uint32_t>(cols * 2 + 1));
      const std::size_t rows = between(random, 0, 23);
      Matrix x(random, rows, cols);
      for (std::size_t i = 0; integers && i < x.floats.size(); ++i) x.floats[i] = std::trunc(x.floats[i] * 1000);
      const Doubles w = random_doubles(random, cols, integers), r = random_doubles(random, rows, integers);
      Doubles out(rows), g = random_doubles(random, cols, integers);
      std::vector<double> before(g.data(), g.data() + cols);
      table_->project({x.operand, w.data(), 3.0, out.data(), rows, cols});
      table_->add_scaled_rows({x.operand, r.data(), g.data(), rows, cols});
      for (std::size_t i = 0; i < rows; ++i) {
        Expected e;
        e.add(3.0);
        for (std::size_t c = 0; c < cols; ++c) e.add(static_cast<double>(at(x.operand, i, c)), w[c]);
        ASSERT_NEAR(out[i], static_cast<double>(e.value), allowed(cols, e.magnitude, integers))
            << cols << ", row " << i;
      }
      for (std::size_t c = 0; c < cols; ++c) {
        Expected e;
        e.add(before[c]);
        for (std::size_t i = 0; i < rows; ++i) e.add(static_cast<double>(at(x.operand, i, c)), r[i]);
        ASSERT_NEAR(g[c], static_cast<double>(e.value), allowed(rows, e.magnitude, integers))
            << cols << ", column " << c;
      }
    }
  }
}

// What this file, moments_test.cpp and fixed_sums_test.cpp must know whole.
TEST(StatisticsCatalogue, IsTestedWhole) {
  std::size_t count = 0;
#define CLENS_KERNEL(f, name, ...) count += std::strcmp(#f, "statistics") == 0 ? 1 : 0;
#include "kernels/catalogue.inc"
#undef CLENS_KERNEL
  EXPECT_EQ(count, 5u);
}

CLENS_EACH_ISA(Statistics);

}  // namespace
}  // namespace clicklens::kernels
