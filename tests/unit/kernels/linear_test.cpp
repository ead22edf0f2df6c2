// The linear kernel against one std::fma after the other.
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

struct Layer {
  Floats weights, packed;  // weights[j * k + i]

  Layer(const Table& table, Random& random, std::size_t n, std::size_t k)
      : weights(random_floats(random, n * k)), packed(0) {
    pack(table, {weights.data(), k, 1, nullptr, n, k, nullptr});
  }
  // Panels are aligned, so the packed weights end at the guard only when their size allows.
  void pack(const Table& table, PackArgs args) {
    packed = Floats((table.packed_floats(args.n, args.k) + 15) / 16 * 16);
    args.packed = packed.data();
    table.pack_linear(args);
  }
};

LinearArgs arguments(const Matrix& x, const Layer& layer, std::size_t m, std::size_t k, std::size_t n) {
  LinearArgs a;
  a.x = x.operand;
  a.weights = layer.packed.data();
  a.m = m, a.k = k, a.n = n;
  return a;
}

float activation(const LinearArgs& a, float v, std::size_t j) {
  switch (a.act) {
    case Act::relu:
      return v <= 0 ? 0.0f : v;
    case Act::leaky_relu:
      return v <= 0 ? v * a.slope : v;
    case Act::prelu:
      return v <= 0 ? v * a.slopes[j] : v;
    default:
      return v;
  }
}

// Act::sigmoid and what comes after are checked through the map kernels, which math's own tests cover.
float reference(const LinearArgs& a, const Floats& weights, std::size_t i, std::size_t j) {
  float acc = a.seed.data != nullptr ? at(a.seed, i, j) : 0.0f;
  for (std::size_t p = 0; p < a.k; ++p) acc = std::fma(at(a.x, i, p), weights[j * a.k + p], acc);
  if (a.addend.data != nullptr) acc += at(a.addend, i, j);
  acc += 0.0f;
  if (a.bn_scale != nullptr) acc = std::fma(acc, a.bn_scale[j], a.bn_shift[j]) + 0.0f;
  return activation(a, acc, j) + 0.0f;
}

class Linear : public EachIsa {
 protected:
  void check(const LinearArgs& a, const Floats& weights, std::size_t seed) {
    Floats expected(a.m * a.n);
    for (std::size_t i = 0; i < a.m; ++i) {
      for (std::size_t j = 0; j < a.n; ++j) expected[i * a.n + j] = reference(a, weights, i, j);
    }
    table_->linear_f32(a);
    for (std::size_t i = 0; i < a.m; ++i) {
      for (std::size_t j = 0; j < a.n; ++j) {
        seen_.expect(a.y[i * a.ldy + j], expected[i * a.n + j],
                     "case " + std::to_string(seed) + " row " + std::to_string(i) + " output " + std::to_string(j));
      }
    }
  }
  Comparison seen_;
};

TEST_P(Linear, RandomShapesStridesMapsAndEpilogues) {
  for (std::uint32_t seed = 1; seed <= 120; ++seed) {
    Random random(seed);
    const bool hard = seed % 4 == 0;
    const std::size_t m = between(random, 1, 70), k = between(random, 0, 40);
    const std::size_t n = seed % 5 == 0 ? 1 : between(random, 1, 70);
    const Layer layer(*table_, random, n, k);
    const Matrix x(random, m, k, hard), rows_seed(random, m, n), addend(random, m, n);
    const Floats scale = random_floats(random, n), shift = random_floats(random, n), slopes = random_floats(random, n);
    LinearArgs a = arguments(x, layer, m, k, n);
    if (random.bits() % 2 != 0) a.seed = rows_seed.operand;
    if (random.bits() % 2 != 0) a.addend = addend.operand;
    if (random.bits() % 2 != 0) a.bn_scale = scale.data(), a.bn_shift = shift.data();
    a.act = static_cast<Act>(random.bits() % 4);
    a.slope = 0.1f;
    a.slopes = slopes.data();
    a.ldy = n + random.bits() % 5;
    Floats y((m - 1) * a.ldy + n);
    a.y = y.data();
    check(a, layer.weights, seed);
  }
}

TEST_P(Linear, EveryTileHeightAndWidth) {
  for (std::size_t m = 1; m <= 20; ++m) {
    for (std::size_t n : {1u, 2u, 8u, 15u, 16u, 17u, 40u, 48u, 64u, 100u, 130u, 160u}) {
      Random random(static_cast<std::uint32_t>(m * 1000 + n));
      const Layer layer(*table_, random, n, 5);
      const Matrix x(random, Matrix::Form::dense, m, 5), seed(random, Matrix::Form::one_row, m, n);
      Floats y(m * n);
      LinearArgs a = arguments(x, layer, m, 5, n);
      a.seed = seed.operand;
      a.act = Act::relu;
      a.y = y.data(), a.ldy = n;
      check(a, layer.weights, m * 1000 + n);
    }
  }
}

TEST_P(Linear, ManyRows) {
  Random random(5);
  const std::size_t m = 333, k = 19, n = 33;
  const Layer layer(*table_, random, n, k);
  const Matrix x(random, Matrix::Form::strided, m, k);
  Floats y(m * n);
  LinearArgs a = arguments(x, layer, m, k, n);
  a.y = y.data(), a.ldy = n;
  check(a, layer.weights, 0);
}

TEST_P(Linear, MayWriteOverItsSeedOrAddend) {
  for (const bool over_seed : {true, false}) {
    for (std::size_t n : {1u, 20u, 64u}) {
      Random random(static_cast<std::uint32_t>(n));
      const std::size_t m = 13, k = 9;
      const Layer layer(*table_, random, n, k);
      const Matrix x(random, Matrix::Form::dense, m, k);
      Floats y = random_floats(random, m * n);
      LinearArgs a = arguments(x, layer, m, k, n);
      (over_seed ? a.seed : a.addend) = {y.data(), n, nullptr};
      a.y = y.data(), a.ldy = n;
      check(a, layer.weights, n);
    }
  }
}

TEST_P(Linear, CurvedActivationsAreTheMapKernels) {
  Random random(9);
  const std::size_t m = 21, k = 7;
  for (std::size_t n : {1u, 37u}) {
    const Layer layer(*table_, random, n, k);
    const Matrix x(random, Matrix::Form::dense, m, k);
    Floats plain(m * n), y(m * n), expected(m * n);
    LinearArgs a = arguments(x, layer, m, k, n);
    a.y = plain.data(), a.ldy = n;
    table_->linear_f32(a);
    a.y = y.data();
    MapArgs map;
    map.a = {plain.data(), n, nullptr};
    map.y = expected.data(), map.ldy = n, map.rows = m, map.cols = n;
    map.slope = a.slope = 0.7f;
    map.low = a.low = -0.25f, map.high = a.high = 0.5f;
    const auto kernels = {table_->sigmoid,  table_->tanh, table_->gelu,       table_->gelu_tanh, table_->silu,
                          table_->softplus, table_->elu,  table_->exp,        table_->log,       table_->sqrt,
                          table_->abs,      table_->erf,  table_->reciprocal, table_->clip};
    int act = static_cast<int>(Act::sigmoid);
    for (const auto kernel : kernels) {
      a.act = static_cast<Act>(act++);
      table_->linear_f32(a);
      kernel(map);
      for (std::size_t i = 0; i < m * n; ++i) seen_.expect(y[i], expected[i], "element " + std::to_string(i));
    }
    ASSERT_EQ(act, static_cast<int>(Act::clip) + 1) << "an activation is not tested";
  }
}

TEST_P(Linear, PacksThroughAnIndexAndStrides) {
  Random random(4);
  const std::size_t n = 21, k = 11, wide = 40;
  Floats w = random_floats(random, wide * wide);
  Guarded<std::uint32_t> reductions(k);
  for (std::size_t p = 0; p < k; ++p) reductions[p] = static_cast<std::uint32_t>(random.bits() % wide);
  Floats plain(n * k);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t p = 0; p < k; ++p) plain[j * k + p] = w[reductions[p] * wide + j];
  }
  Layer layer(*table_, random, n, k);
  layer.pack(*table_, {w.data(), 1, wide, reductions.data(), n, k, nullptr});
  const Matrix x(random, Matrix::Form::dense, 6, k);
  Floats y(6 * n);
  LinearArgs a = arguments(x, layer, 6, k, n);
  a.y = y.data(), a.ldy = n;
  check(a, plain, 0);
  Floats by_input((table_->by_input_floats(n, k) + 15) / 16 * 16);
  const PackArgs pack{w.data(), 1, wide, reductions.data(), n, k, by_input.data()};
  EXPECT_TRUE(table_->pack_by_input(pack));
  const std::size_t padded = table_->by_input_floats(n, k) / k;
  for (std::size_t p = 0; p < k; ++p)
    for (std::size_t j = 0; j < padded; ++j) EXPECT_EQ(by_input[p * padded + j], j < n ? plain[j * k + p] : 0.0f);
  for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    w[reductions[3] * wide + n - 1] = bad;
    EXPECT_FALSE(table_->pack_by_input(pack));
  }
}

TEST_P(Linear, ReadsSomeColumnsOfAPacking) {
  for (const std::size_t n : {1u, 5u, 16u, 50u}) {
    for (const std::size_t m : {1u, 4u, 12u}) {
      Random random(static_cast<std::uint32_t>(n + m));
      const std::size_t packed_k = 37, first = 9, k = 20;
      const Layer layer(*table_, random, n, packed_k);
      Floats weights(n * k);
      for (std::size_t j = 0; j < n; ++j)
        for (std::size_t p = 0; p < k; ++p) weights[j * k + p] = layer.weights[j * packed_k + first + p];
      const Matrix x(random, Matrix::Form::dense, m, k);
      Floats y(m * n);
      LinearArgs a = arguments(x, layer, m, k, n);
      a.packed_k = packed_k, a.first = first;
      a.y = y.data(), a.ldy = n;
      check(a, weights, n);
    }
  }
}

TEST_P(Linear, NoRowsIsFine) {
  seen_.expect(1.0f, 1.0f, "");
  LinearArgs a;
  a.n = 3, a.k = 2;
  table_->linear_f32(a);
}

CLENS_EACH_ISA(Linear);

}  // namespace
}  // namespace clicklens::kernels
