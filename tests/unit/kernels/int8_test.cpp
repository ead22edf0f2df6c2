// The int8 linear against a loop over plain integers, on every set: with and without what a set has optional
// instructions for.
#include <vector>

#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

// Rounded with the library's function, not by the kernels' trick.
struct Quantised {
  std::vector<int> q;
  float scale = 0;

  template <class At>
  Quantised(std::size_t width, At value) {
    float amax = 0;
    bool finite = true;
    for (std::size_t i = 0; i < width; ++i) {
      finite &= std::isfinite(value(i));
      amax = std::fmax(amax, std::fabs(value(i)));
    }
    q.resize(width);
    if (!finite) scale = std::numeric_limits<float>::quiet_NaN();
    if (!finite || amax < 0x1p-100f) return;
    scale = amax / 127.0f;
    const float factor = 127.0f / amax;
    for (std::size_t i = 0; i < width; ++i)
      q[i] = std::max(-127, std::min(127, static_cast<int>(std::nearbyintf(value(i) * factor))));
  }
};

class Int8 : public EachVariant {
 protected:
  // A row's columns in one or several matrices.
  struct Rows {
    std::vector<Matrix> parts;
    std::vector<Stretch> stretches;
    std::size_t m, k = 0;
    Rows(Random& random, std::size_t m, const std::vector<std::size_t>& widths, bool hard) : m(m) {
      for (const std::size_t width : widths) {
        parts.emplace_back(random, m, width, hard);
        stretches.push_back({parts.back().operand, width});
        k += width;
      }
    }
    float value(std::size_t row, std::size_t c) const {
      for (const Stretch& s : stretches) {
        if (c < s.count) return at(s.x, row, c);
        c -= s.count;
      }
      return 0;
    }
  };

  struct Layer {
    Floats weights;  // n x width
    std::size_t n, width;
    std::vector<std::uint32_t> columns;  // that are multiplied: k of width
    Guarded<std::byte> packed{0};
  };
  Layer layer(Random& random, std::size_t n, std::size_t k, std::size_t width, bool hard = false) {
    Layer made{random_floats(random, n * width, hard), n, width, {}, Guarded<std::byte>(0)};
    for (std::size_t i = 0; i < k; ++i) made.columns.push_back(static_cast<std::uint32_t>(i * width / k));
    return made;
  }
  void pack(Layer& of) {
    const std::size_t k = of.columns.size();
    of.packed = Guarded<std::byte>((table_->packed_int8_bytes(of.n, k) + 63) / 64 * 64);
    table_->pack_int8({of.weights.data(), of.width, 1, of.columns.data(), of.n, k, of.width, of.packed.data()});
  }

  void check(const Rows& x, Layer& of, LinearReducedArgs a, const std::string& what) {
    pack(of);
    const std::size_t m = x.m, k = x.k, n = of.n;
    ASSERT_EQ(k, of.columns.size());
    const std::size_t ld = table_->int8_row_bytes(k);
    Guarded<std::byte> rows(m * ld);
    std::memset(rows.data(), 0x5a, rows.size());
    Floats scales(m);
    table_->quantise_int8({x.stretches.data(), x.stretches.size(), m, rows.data(), ld, scales.data()});
    a.m = m, a.k = k, a.n = n;
    a.x = rows.data(), a.ldx = ld, a.scales = scales.data(), a.weights = of.packed.data();
    std::vector<Quantised> weights;
    for (std::size_t j = 0; j < n; ++j)
      weights.emplace_back(of.width, [&](std::size_t i) { return of.weights[j * of.width + i]; });
    std::vector<float> expected(m * n);
    for (std::size_t i = 0; i < m; ++i) {
      const Quantised row(k, [&](std::size_t c) { return x.value(i, c); });
      seen_.expect(scales[i], row.scale, what + " scale of row " + std::to_string(i));
      for (std::size_t j = 0; j < n; ++j) {
        std::int64_t sum = 0;
        for (std::size_t c = 0; c < k; ++c) sum += row.q[c] * weights[j].q[of.columns[c]];
        const float seed = a.seed.data != nullptr ? at(a.seed, i, j) : 0.0f;
        float y = std::fma(static_cast<float>(static_cast<std::int32_t>(sum)), row.scale * weights[j].scale, seed);
        if (a.addend.data != nullptr) y += at(a.addend, i, j);
        y += 0.0f;
        if (a.bn_scale != nullptr) y = std::fma(y, a.bn_scale[j], a.bn_shift[j]) + 0.0f;
        if (a.act == Act::relu && y <= 0) y = 0.0f;
        if (a.act == Act::leaky_relu && y <= 0) y *= a.slope;
        if (a.act == Act::prelu && y <= 0) y *= a.slopes[j];
        expected[i * n + j] = y + 0.0f;
      }
    }
    table_->linear_int8(a);
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < n; ++j)
        seen_.expect(a.y[i * a.ldy + j], expected[i * n + j],
                     what + " row " + std::to_string(i) + " output " + std::to_string(j));
  }
  void check(const Rows& x, Layer& of, const std::string& what) {
    Floats y(x.m * of.n);
    LinearReducedArgs a;
    a.y = y.data(), a.ldy = of.n;
    check(x, of, a, what);
  }

  Comparison seen_;
};

TEST_P(Int8, RandomShapesStretchesMapsAndEpilogues) {
  for (std::uint32_t seed = 1; seed <= 120; ++seed) {
    Random random(seed);
    const bool hard = seed % 4 == 0;
    const std::size_t m = between(random, 1, 70), n = between(random, 1, 70);
    std::vector<std::size_t> widths;
    for (std::size_t i = between(random, 1, 4); i > 0; --i) widths.push_back(between(random, 1, 40));
    const Rows x(random, m, widths, hard);
    Layer of = layer(random, n, x.k, x.k + random.bits() % 9);
    const Matrix rows_seed(random, m, n), addend(random, m, n);
    const Floats scale = random_floats(random, n), shift = random_floats(random, n), slopes = random_floats(random, n);
    LinearReducedArgs a;
    if (random.bits() % 2 != 0) a.seed = rows_seed.operand;
    if (random.bits() % 2 != 0) a.addend = addend.operand;
    if (random.bits() % 2 != 0) a.bn_scale = scale.data(), a.bn_shift = shift.data();
    a.act = static_cast<Act>(random.bits() % 4);
    a.slope = 0.1f;
    a.slopes = slopes.data();
    a.ldy = n + random.bits() % 5;
    Floats y((m - 1) * a.ldy + n);
    a.y = y.data();
    check(x, of, a, "case " + std::to_string(seed));
  }
}

TEST_P(Int8, EveryTileHeightWidthAndShortInput) {
  for (std::size_t m = 1; m <= 20; ++m) {
    for (std::size_t n : {1u, 2u, 8u, 15u, 16u, 17u, 40u, 48u, 64u, 100u, 130u, 160u}) {
      Random random(static_cast<std::uint32_t>(m * 1000 + n));
      const Rows x(random, m, {1 + (m + n) % 9}, false);
      Layer of = layer(random, n, x.k, x.k);
      check(x, of, std::to_string(m) + " x " + std::to_string(n));
    }
  }
}

// Blocks of AMX are 32 rows x 32 outputs x 64 inputs, and all of one height.
TEST_P(Int8, EveryBlockHeightAndTail) {
  for (std::size_t m = 1; m <= 70; ++m) {
    for (const std::size_t k : {1 + m % 7, 61 + m % 7, 127 + m % 3, 200 + m}) {
      const std::size_t n = 1 + (m * 29 + k * 13) % 70;
      Random random(static_cast<std::uint32_t>(m * 1000 + k));
      const Rows x(random, m, {k}, false);
      Layer of = layer(random, n, k, k);
      const Matrix seed(random, m, n);
      LinearReducedArgs a;
      Floats y(m * n);
      a.seed = seed.operand;
      a.act = m % 2 == 0 ? Act::relu : Act::none;
      a.y = y.data(), a.ldy = n;
      check(x, of, a, std::to_string(m) + " x " + std::to_string(n) + " x " + std::to_string(k));
    }
  }
}

TEST_P(Int8, ManyRows) {
  for (const std::size_t m : {96u, 129u, 300u, 961u, 1024u}) {
    Random random(static_cast<std::uint32_t>(m));
    const Rows x(random, m, {5, 12}, false);
    Layer of = layer(random, 37, 17, 17);
    Floats y = random_floats(random, m * 37);
    LinearReducedArgs a;
    a.seed = {y.data(), 37, nullptr};  // a row finished twice would be seen
    a.y = y.data(), a.ldy = 37;
    check(x, of, a, std::to_string(m) + " rows");
  }
}

// Every product +-127 * 127: the largest sums there are, of both signs, and no saturation on the way.
TEST_P(Int8, LargestSums) {
  const std::size_t k = 65536, n = 3;
  Random random(1);
  const std::size_t m = 6;
  Rows x(random, m, {k}, false);
  Layer of = layer(random, n, k, k);
  Matrix row(random, Matrix::Form::dense, m, k);
  for (std::size_t c = 0; c < k; ++c) {
    for (std::size_t i = 0; i < m; i += 2) row.floats[i * k + c] = 3.0f;
    for (std::size_t i = 1; i < m; i += 2) row.floats[i * k + c] = c % 2 == 0 ? -3.0f : 3.0f;
    of.weights[c] = 0.5f;
    of.weights[k + c] = -0.5f;
    of.weights[2 * k + c] = c % 2 == 0 ? 0.5f : -0.5f;
  }
  x.stretches[0].x = row.operand;
  check(x, of, "largest");
}

TEST_P(Int8, ZerosTiesAndTinyRows) {
  Random random(2);
  Rows x(random, 5, {6}, false);
  Matrix rows(random, Matrix::Form::dense, 5, 6);
  const float given[5][6] = {{0, 0, 0, -0.0f, 0, 0},
                             {127, 0.5f, 1.5f, -0.5f, -2.5f, 126.5f},  // a factor of 1: ties go to even
                             {0x1p-100f, -0x1p-101f, 0, 0, 0, 0},
                             {0x1.fffffep-101f, 0x1p-140f, 0, 0, 0, 0},  // counts as zero
                             {3.4e38f, -3.4e38f, 1e38f, 0, 1, 2}};
  std::memcpy(rows.floats.data(), given, sizeof given);
  x.stretches[0].x = rows.operand;
  Layer of = layer(random, 4, 6, 6);
  for (std::size_t i = 0; i < 6; ++i) of.weights[i] = 0.0f, of.weights[6 + i] = 0x1p-120f;
  check(x, of, "edges");
}

TEST_P(Int8, WhatIsNotFiniteStaysInItsRowAndItsOutput) {
  Random random(3);
  for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()}) {
    Rows x(random, 9, {30, 3}, false);
    Matrix rows(random, Matrix::Form::dense, 9, 30);
    rows.floats[2 * 30 + 17] = bad;
    x.stretches[0].x = rows.operand;
    Layer of = layer(random, 20, 33, 33);
    of.weights[5 * 33 + 32] = bad;
    check(x, of, "not finite");
  }
}

TEST_P(Int8, MayWriteOverItsSeedOrAddend) {
  for (const bool over_seed : {true, false}) {
    Random random(4);
    const Rows x(random, 13, {9}, false);
    Layer of = layer(random, 40, 9, 9);
    Floats y = random_floats(random, 13 * 40), before(13 * 40);
    std::memcpy(before.data(), y.data(), y.size() * sizeof(float));
    LinearReducedArgs a;
    (over_seed ? a.seed : a.addend) = {y.data(), 40, nullptr};
    a.y = y.data(), a.ldy = 40;
    check(x, of, a, "in place");
  }
}

TEST_P(Int8, NoRowsIsFine) {
  seen_.expect(1.0f, 1.0f, "");
  LinearReducedArgs a;
  a.n = 3, a.k = 2;
  table_->linear_int8(a);
  table_->quantise_int8({});
}

CLENS_EACH_VARIANT(Int8);

TEST(Int8Tables, PlainAvx512IsAnotherKernel) {
  const Table *full = table_for(Isa::avx512), *plain = plain_table_for(Isa::avx512);
  if (full == nullptr) GTEST_SKIP() << "no avx512 here";
  if (const Table* amx = amx_table()) {
    EXPECT_NE(amx->linear_int8, full->linear_int8);
    EXPECT_NE(amx->linear_bf16, full->linear_bf16);
    EXPECT_EQ(amx->pack_int8, full->pack_int8) << "packed twice";
    EXPECT_EQ(amx->pack_bf16, full->pack_bf16) << "packed twice";
  }
  EXPECT_EQ(plain->linear_bf16, nullptr);
  EXPECT_EQ(plain->linear_f32, full->linear_f32);
#if defined(__x86_64__)
  EXPECT_EQ(plain->linear_int8 != full->linear_int8, __builtin_cpu_supports("avx512vnni") != 0);
  EXPECT_EQ(full->linear_bf16 != nullptr, __builtin_cpu_supports("avx512bf16") != 0);
#endif
}

}  // namespace
}  // namespace clicklens::kernels
