// One row whose zeros may be left out: the bits are those of the whole chain.
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

constexpr float infinite = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

// A row of k columns, a share of which (in eighths) is +0 or -0.
struct ZerosCase {
  std::size_t k, n, zeros;
};

class LinearZeros : public EachIsa {
 protected:
  struct Layer {
    Floats weights, packed, by_input;
    bool finite = false;  // as pack_by_input says

    void pack(const Table& table, std::size_t n, std::size_t k) {
      table.pack_linear({weights.data(), k, 1, nullptr, n, k, packed.data()});
      finite = table.pack_by_input({weights.data(), k, 1, nullptr, n, k, by_input.data()});
    }
  };
  Layer layer(std::size_t n, std::size_t k, float odd_weight = 0.0f) {
    Layer made{random_floats(random_, n * k), Floats(table_->packed_floats(n, k)),
               Floats(table_->by_input_floats(n, k))};
    if (odd_weight != 0) made.weights[n * k / 2] = odd_weight;
    made.pack(*table_, n, k);
    return made;
  }
  Floats row(const ZerosCase& c) {
    Floats x = random_floats(random_, c.k);
    for (std::size_t p = 0; p < c.k; ++p)
      if (random_.bits() % 8 < c.zeros) x[p] = random_.bits() % 2 == 0 ? 0.0f : -0.0f;
    return x;
  }
  LinearArgs arguments(const Layer& layer, const Floats& x, std::size_t n, Floats& y) {
    LinearArgs a;
    a.x = {x.data(), x.size(), nullptr};
    a.weights = layer.packed.data();
    if (layer.finite) a.by_input = layer.by_input.data();
    a.m = 1, a.k = x.size(), a.n = n;
    a.y = y.data(), a.ldy = n;
    return a;
  }
  // Every column's product, in order.
  void check(const LinearArgs& a, const Floats& weights, const std::string& what) {
    Floats expected(a.n);
    for (std::size_t j = 0; j < a.n; ++j) {
      float acc = a.seed.data != nullptr ? a.seed.data[j] : 0.0f;
      for (std::size_t p = 0; p < a.k; ++p) acc = std::fma(a.x.data[p], weights[j * a.k + p], acc);
      if (a.addend.data != nullptr) acc += a.addend.data[j];
      acc += 0.0f;
      if (a.bn_scale != nullptr) acc = std::fma(acc, a.bn_scale[j], a.bn_shift[j]) + 0.0f;
      expected[j] = (a.act == Act::relu && acc <= 0 ? 0.0f : acc) + 0.0f;
    }
    table_->linear_f32(a);
    for (std::size_t j = 0; j < a.n; ++j) seen_.expect(a.y[j], expected[j], what + " output " + std::to_string(j));
  }
  Random random_{11};
  Comparison seen_;
};

TEST_P(LinearZeros, EverySharePositionAndEpilogue) {
  for (const std::size_t k : {1u, 3u, 16u, 17u, 63u, 384u, 1024u, 1025u, 2100u}) {
    for (const std::size_t n : {2u, 15u, 16u, 100u, 257u, 300u}) {
      if (k > 400 && n > 100) continue;
      for (const std::size_t zeros : {0u, 1u, 4u, 7u, 8u}) {
        const Layer made = layer(n, k);
        const Floats x = row({k, n, zeros}), bias = random_floats(random_, n), addend = random_floats(random_, n);
        Floats y(n);
        LinearArgs a = arguments(made, x, n, y);
        EXPECT_TRUE(made.finite);
        if (random_.bits() % 2 != 0) a.seed = {bias.data(), n, nullptr};
        if (random_.bits() % 2 != 0) a.addend = {addend.data(), n, nullptr};
        if (random_.bits() % 2 != 0) a.bn_scale = addend.data(), a.bn_shift = bias.data();
        if (random_.bits() % 2 != 0) a.act = Act::relu;
        check(a, made.weights, "k " + std::to_string(k) + " zeros " + std::to_string(zeros));
      }
    }
  }
}

// Where a sum of zeros has a sign, and where it shows: seeds and addends of -0, all of the row zero, products
// that underflow.
TEST_P(LinearZeros, SignsOfZeros) {
  const std::size_t n = 33;
  for (const std::size_t k : {1u, 40u}) {
    for (const float x_value : {0.0f, -0.0f, 1e-38f, -1e-38f}) {
      Layer made = layer(n, k);
      for (std::size_t i = 0; i < n * k; ++i) made.weights[i] *= 1e-30f;
      made.pack(*table_, n, k);
      Floats x(k), minus(n), plus(n), y(n);
      for (std::size_t p = 0; p < k; ++p) x[p] = p % 3 == 0 ? x_value : -0.0f;
      for (std::size_t j = 0; j < n; ++j) minus[j] = -0.0f, plus[j] = 0.0f;
      for (const Floats* seed : {&minus, &plus}) {
        for (const Floats* addend : {&minus, &plus}) {
          LinearArgs a = arguments(made, x, n, y);
          a.seed = {seed->data(), n, nullptr};
          check(a, made.weights, "seeded");
          a.addend = {addend->data(), n, nullptr};
          check(a, made.weights, "added");
          a.bn_scale = minus.data(), a.bn_shift = addend->data();
          check(a, made.weights, "normalised");
        }
      }
    }
  }
}

TEST_P(LinearZeros, InputsThatAreNotFiniteCount) {
  const std::size_t n = 48, k = 100;
  for (const float odd : {infinite, -infinite, nan}) {
    const Layer made = layer(n, k);
    Floats x = row({k, n, 4}), bias = random_floats(random_, n), y(n);
    bias[5] = odd;
    LinearArgs a = arguments(made, x, n, y);
    a.seed = {bias.data(), n, nullptr};
    check(a, made.weights, "seed");
    x[57] = odd;
    check(a, made.weights, "input");
    seen_.compared = seen_.numbers = 1;  // an input of NaN leaves nothing else; the seed's row had numbers
  }
}

TEST_P(LinearZeros, WeightsThatAreNotFiniteKeepEveryProduct) {
  const std::size_t n = 48, k = 100;
  for (const float odd : {infinite, -infinite, nan}) {
    const Layer made = layer(n, k, odd);
    EXPECT_FALSE(made.finite);
    const Floats x = row({k, n, 7});
    Floats y(n);
    check(arguments(made, x, n, y), made.weights, "weight");
  }
}

TEST_P(LinearZeros, AnyRowOfAMap) {
  const std::size_t n = 70, k = 50;
  const Layer made = layer(n, k);
  const Floats rows = row({3 * k, n, 5});
  Floats y(n), mapped(n), x(k);
  std::copy_n(rows.data() + 2 * k, k, x.data());
  const std::uint32_t map[] = {2};
  LinearArgs a = arguments(made, x, n, y);
  check(a, made.weights, "plain");
  a.x = {rows.data(), k, map};
  a.y = mapped.data();
  table_->linear_f32(a);
  for (std::size_t j = 0; j < n; ++j) seen_.expect(mapped[j], y[j], "mapped");
}

CLENS_EACH_ISA(LinearZeros);

}  // namespace
}  // namespace clicklens::kernels
