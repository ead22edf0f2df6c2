// Provably dead neurons: none that is named is ever above 0, and the planted ones are named.
#include "lens/bounds.h"

#include "support/made.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using testing::Made;
using testing::ModelMaker;
using testing::RandomBatch;

std::vector<std::uint8_t> dead_of(const exec::Model& model, std::uint32_t value) {
  std::vector<std::uint8_t> dead(model.graph().values[value].columns(), 7);
  const base::Status status = lens::provably_dead(model, value, dead);
  EXPECT_TRUE(status.ok()) << status.message();
  return dead;
}

// Random models whose linears have biases far below 0 in some columns, at any depth.
testing::RandomModel with_low_biases(std::uint32_t seed) {
  testing::RandomModel random(seed);
  ModelMaker& maker = random.maker;
  for (const format::NodeDesc& node : maker.desc.nodes) {
    const auto* linear = std::get_if<format::LinearOp>(&node.op);
    if (linear == nullptr || linear->bias == format::no_index) continue;
    std::vector<float> bias = maker.constants[linear->bias];
    for (float& b : bias)
      if (maker.below(3) == 0) b -= maker.uniform(0.0f, 3.0f);
    maker.replace_constant(linear->bias, bias);
  }
  for (format::FeatureDesc& feature : maker.desc.features) {
    if (feature.kind == format::FeatureKind::dense) continue;
    if (feature.max_length == 0) feature.max_length = maker.below(4);  // else a sequence has as many places
    if (maker.below(3) == 0) feature.missing_row = maker.below(30);
  }
  return random;
}

class BoundsTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, BoundsTest, testing::seeds(1, 61));

TEST_P(BoundsTest, NoDeadNeuronIsEverActive) {
  Made made(with_low_biases(GetParam()));
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), std::vector<std::uint32_t>(100, 5));
  for (std::uint32_t v = 0; v < made.desc().values.size(); ++v) {
    const std::vector<std::uint8_t> dead = dead_of(*made.model, v);
    exec::SessionOptions options;
    options.captures = {v};
    const std::vector<float> x = testing::captured(*testing::session_of(made, options), batch, v);
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_FALSE(x[i] > 0 && dead[i % dead.size()] != 0)
          << made.desc().values[v].name << " column " << i % dead.size() << ": " << x[i];
  }
}

TEST(Bounds, RandomModelsHaveSomeToFind) {
  std::size_t found = 0;
  std::size_t columns = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    const Made made(with_low_biases(seed));
    for (std::uint32_t v = 0; v < made.desc().values.size(); ++v)
      for (const std::uint8_t dead : dead_of(*made.model, v)) {
        found += dead;
        ++columns;
      }
  }
  EXPECT_GT(found, columns / 100);
  EXPECT_LT(found, columns / 2);
}

// A step of float arithmetic may leave the interval of tanh by a little: not too often.
TEST(Bounds, StatesOfAGruOverManyFields) {
  for (const std::uint32_t places : {1u << 15, (1u << 15) + 1}) {
    ModelMaker maker;
    const std::uint32_t feature = maker.sparse("f", format::Scope::candidate, 3);
    maker.desc.features[feature].max_length = places;
    const std::uint32_t rows = maker.node(format::SequenceOp{feature, maker.table(3, 1), {}}, {});
    const std::uint32_t weight = maker.constant({3, 1}, {1, 1, 1});
    const format::GruOp gru{weight, weight, format::no_index, format::no_index, {}};
    const std::uint32_t states = maker.node(gru, {rows});
    maker.output("o", maker.linear(states, places, 1));
    const auto model = maker.open();
    ASSERT_NE(model, nullptr);
    const graph::Value& value = model->graph().values[states];
    const ops::Interval last = ops::columns_of(model->op(value.producer).bounds({}, value)).back();
    EXPECT_EQ(last.high, places > 1u << 15 ? ops::infinity : 1.01);
    EXPECT_EQ(last.low, -last.high);
  }
}

// user + ad, one id each, through linear, batch norm, relu and again.
struct SmallTower {
  ModelMaker maker{11};
  std::uint32_t table, weight, bias, deep_weight, deep_bias, first, hidden, deep;

  explicit SmallTower(std::uint32_t max_length = 1, format::Pooling pooling = format::Pooling::sum) {
    const std::uint32_t user_feature = maker.sparse("user", format::Scope::request, 500, pooling);
    const std::uint32_t ad_feature = maker.sparse("ad", format::Scope::candidate, 300, pooling);
    for (format::FeatureDesc& feature : maker.desc.features) feature.max_length = max_length;
    table = maker.table(500, 8);
    const std::uint32_t user = maker.bag(user_feature, table);
    const std::uint32_t x = maker.node(format::ConcatOp{}, {user, maker.bag(ad_feature, maker.table(300, 8))});
    first = maker.linear(x, 16, 20);
    bias = static_cast<std::uint32_t>(maker.constants.size()) - 1;
    weight = bias - 1;
    hidden = maker.activation(format::ActivationKind::relu, first);
    const std::uint32_t second = maker.linear(hidden, 20, 10);
    deep_bias = static_cast<std::uint32_t>(maker.constants.size()) - 1;
    deep_weight = deep_bias - 1;
    deep = maker.activation(format::ActivationKind::relu, second);
    maker.output("click", maker.linear(deep, 10, 1));
  }
  // The largest pre-activation of a neuron without its bias, over all pairs of rows (or empty bags).
  [[nodiscard]] double highest(std::uint32_t j, bool by_column = false) const {
    double sum = 0;
    for (std::size_t t = 0; t < 2; ++t) {
      const std::vector<float>& rows = maker.tables[t];
      std::vector<double> best(8, 0.0);
      double best_row = 0;
      for (std::size_t row = 0; row < rows.size() / 8; ++row) {
        double dot = 0;
        for (std::size_t c = 0; c < 8; ++c) {
          const double term = double{rows[row * 8 + c]} * double{maker.constants[weight][j * 16 + t * 8 + c]};
          dot += term;
          best[c] = std::max(best[c], term);
        }
        best_row = std::max(best_row, dot);
      }
      for (const double b : best) sum += by_column ? b : 0;
      sum += by_column ? 0 : best_row;
    }
    return sum;
  }
  void set_bias(std::uint32_t constant, std::size_t column, double value) {
    std::vector<float> changed = maker.constants[constant];
    changed[column] = static_cast<float>(value);
    maker.replace_constant(constant, changed);
  }
};

TEST(Bounds, PlantedBiasesAreFound) {
  for (const std::uint32_t max_length : {1u, 3u}) {
    SmallTower tower(max_length);
    for (const std::size_t column : {2u, 5u, 11u}) tower.set_bias(tower.bias, column, -1e3);
    const std::vector<std::uint8_t> before = dead_of(*tower.maker.open(), tower.deep);
    for (const std::size_t column : {0u, 9u}) tower.set_bias(tower.deep_bias, column, -1e3);
    const auto model = tower.maker.open();
    for (const std::uint32_t value : {tower.first, tower.hidden}) {
      const std::vector<std::uint8_t> dead = dead_of(*model, value);
      for (std::size_t c = 0; c < dead.size(); ++c) EXPECT_EQ(dead[c], c == 2 || c == 5 || c == 11) << c;
    }
    const std::vector<std::uint8_t> dead = dead_of(*model, tower.deep);
    for (std::size_t c = 0; c < dead.size(); ++c) EXPECT_EQ(dead[c], c == 0 || c == 9 ? 1 : before[c]) << c;
    EXPECT_LT(std::count(before.begin(), before.end(), 1), 5);
  }
}

TEST(Bounds, ManyIdsOfAnyNumberProveNothingButWhatSignsDo) {
  SmallTower tower(0);
  tower.set_bias(tower.bias, 2, -1e30);
  const std::vector<std::uint8_t> dead = dead_of(*tower.maker.open(), tower.first);
  EXPECT_EQ(std::count(dead.begin(), dead.end(), 1), 0);
  SmallTower mean(0, format::Pooling::mean);
  mean.set_bias(mean.bias, 2, -1e3);
  EXPECT_EQ(dead_of(*mean.maker.open(), mean.first)[2], 1);
  SmallTower largest(0, format::Pooling::max);
  largest.set_bias(largest.bias, 2, -1e3);
  EXPECT_EQ(dead_of(*largest.maker.open(), largest.first)[2], 1);
}

// Dead by the rows there are, though not by the ranges of their columns.
TEST(Bounds, RowsAreTakenAsTheyAre) {
  SmallTower tower;
  const double by_rows = tower.highest(4);
  const double by_columns = tower.highest(4, true);
  ASSERT_GT(by_columns, 1.2 * by_rows);
  tower.set_bias(tower.bias, 4, -by_rows * (1 + 1e-4));
  EXPECT_EQ(dead_of(*tower.maker.open(), tower.first)[4], 1);
  tower.set_bias(tower.bias, 4, -by_rows * (1 - 1e-4));
  EXPECT_EQ(dead_of(*tower.maker.open(), tower.first)[4], 0);
}

// A wide chain at the edge: the rows that come nearest are run.
TEST(Bounds, HoldOfFloatArithmetic) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    ModelMaker maker(seed);
    const std::uint32_t bag =
        maker.bag(maker.sparse("ad", format::Scope::candidate, 1, format::Pooling::sum), maker.table(1, 300));
    maker.desc.features[0].max_length = 1;
    const std::uint32_t out = 200;
    const std::uint32_t y = maker.linear(bag, 300, out);
    const auto bias = static_cast<std::uint32_t>(maker.constants.size()) - 1;
    maker.output("click", maker.linear(y, out, 1));
    // the exact sum as bias: float rounding decides whether the result is above 0
    std::vector<float> biases;
    for (std::uint32_t j = 0; j < out; ++j) {
      double sum = 0;
      for (std::size_t c = 0; c < 300; ++c)
        sum += double{maker.tables[0][c]} * double{maker.constants[bias - 1][j * 300 + c]};
      biases.push_back(static_cast<float>(-sum * (1 + 1e-6)));
    }
    maker.replace_constant(bias, biases);
    const auto model = maker.open();
    const std::vector<std::uint8_t> dead = dead_of(*model, y);
    exec::SessionOptions options;
    options.captures = {y};
    const auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
    ASSERT_TRUE(session.ok());
    const RandomBatch batch(maker, model->desc(), {20});
    const std::vector<float> x = testing::captured(**session, batch, y);
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_FALSE(x[i] > 0 && dead[i % out] != 0) << i << ": " << x[i];
  }
}

TEST(Bounds, ArgumentsAreChecked) {
  const Made made(1);
  std::vector<std::uint8_t> dead(3);
  EXPECT_EQ(lens::provably_dead(*made.model, 9999, dead).code(), base::Code::invalid_argument);
  dead.resize(made.model->graph().values[0].columns() + 1);
  EXPECT_EQ(lens::provably_dead(*made.model, 0, dead).code(), base::Code::invalid_argument);
}

}  // namespace
}  // namespace clicklens
