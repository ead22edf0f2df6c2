// The trace against sums over the weights that the model was made of.
#include "lens/drift_trace.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/model_maker.h"

namespace clicklens::lens {
namespace {

constexpr std::uint32_t width = 3, hidden_neurons = 4;

// Groups a, b (two features of it, added up) and c (behind a batch norm); a linear over all, a relu, a second linear.
struct Network {
  testing::ModelMaker maker;
  std::uint32_t weight = 0, scale = 0;
  std::shared_ptr<exec::Model> model;

  Network() {
    std::vector<std::uint32_t> bags;
    for (const char* name : {"a", "b", "b2", "c"}) {
      const std::uint32_t feature = maker.sparse(name, format::Scope::candidate, 5);
      if (std::string(name) == "b2") maker.desc.features[feature].group = "b";
      bags.push_back(maker.bag(feature, maker.table(5, width)));
    }
    const std::uint32_t b = maker.node(format::AddOp{}, {bags[1], bags[2]});
    scale = maker.constant({width}, maker.draw(width));
    const std::uint32_t shift = maker.constant({width}, maker.draw(width));
    const std::uint32_t c = maker.node(format::BatchNormOp{scale, shift}, {bags[3]});
    const std::uint32_t all = maker.node(format::ConcatOp{}, {bags[0], b, c});
    weight = static_cast<std::uint32_t>(maker.constants.size());
    const std::uint32_t sum = maker.linear(all, 3 * width, hidden_neurons);
    const std::uint32_t fires = maker.activation(format::ActivationKind::relu, sum);
    maker.output("y", maker.linear(fires, hidden_neurons, 1));
    maker.desc.layers = {{"l1", fires}, {"top", maker.desc.outputs[0].logit}};
    model = maker.open();
  }

  [[nodiscard]] DriftDay day(std::vector<double> inputs, std::uint64_t rows = 1'000) const {
    DriftDay made;
    made.rows = rows;
    made.inputs = std::move(inputs);
    for (const auto& layer : model->desc().layers) {
      made.layers.push_back({layer.name, layer.value, {}});
      made.layers.back().columns.resize(layer.name == "l1" ? hidden_neurons : 1);
      for (std::size_t j = 0; j < made.layers.back().columns.size(); ++j)
        made.layers.back().columns[j].quantity = {rows, 0, 0.5 + static_cast<double>(j), {}};
    }
    return made;
  }
  [[nodiscard]] double w(std::size_t j, std::size_t column) const {
    return double{maker.constants[weight][j * 3 * width + column]};
  }
};

std::vector<double> no_shift() {
  return std::vector<double>(4 * width);
}

TEST(DriftTrace, IsTheSumOverTheWeights) {
  const Network network;
  const std::vector<double> d = {0.3, -0.2, 0.1, 1, 2, 3, -0.5, 0.25, 2, 0.7, -0.1, 0.4};
  const DriftDay days[] = {network.day(no_shift(), 3'000), network.day({4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1'000)};
  const auto traces = trace_drift(*network.model, days, network.day(d), {});
  ASSERT_EQ(traces.size(), 1u);  // the top is no linear over inputs
  EXPECT_EQ(traces[0].layer, 0u);
  EXPECT_EQ(traces[0].neurons, hidden_neurons);
  EXPECT_FALSE(traces[0].moved);
  double expected[3] = {};
  for (std::size_t j = 0; j < hidden_neurons; ++j) {
    double of[3] = {};
    for (std::size_t c = 0; c < width; ++c) {
      of[0] += network.w(j, c) * (d[c] - (c == 0 ? 1 : 0));  // 4 on a quarter of the reference's rows
      of[1] += network.w(j, width + c) * (d[width + c] + d[2 * width + c]);
      of[2] += network.w(j, 2 * width + c) * double{network.maker.constants[network.scale][c]} * d[3 * width + c];
    }
    for (std::size_t g = 0; g < 3; ++g)
      expected[g] += std::abs(of[g]) / (0.5 + static_cast<double>(j)) / hidden_neurons;
  }
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(traces[0].groups[i].shift, expected[traces[0].groups[i].group], 1e-12);
    EXPECT_LE(traces[0].groups[i].shift, traces[0].groups[i > 0 ? i - 1 : 0].shift);
  }
}

TEST(DriftTrace, LooksAtNeuronsThatMoved) {
  const Network network;
  std::vector<double> d = no_shift();
  d[0] = 1;
  const DriftDay reference = network.day(no_shift());
  DriftMeasure moved, of_the_top = moved;
  moved.kind = of_the_top.kind = DriftKind::neuron;
  moved.column = 2;
  of_the_top.subject = 1;
  moved.verdict = of_the_top.verdict = Verdict::found;
  const DriftMeasure measures[] = {moved, of_the_top};
  const auto traces = trace_drift(*network.model, {&reference, 1}, network.day(d), measures);
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_TRUE(traces[0].moved);
  EXPECT_EQ(traces[0].neurons, 1u);
  EXPECT_EQ(traces[0].groups[0].group, 0u);
  EXPECT_NEAR(traces[0].groups[0].shift, std::abs(network.w(2, 0)) / 2.5, 1e-12);
  EXPECT_EQ(traces[0].groups[1].shift, 0);
}

TEST(DriftTrace, NothingWithoutPooledMeans) {
  const Network network;
  const DriftDay reference = network.day({});
  EXPECT_TRUE(trace_drift(*network.model, {&reference, 1}, network.day({}), {}).empty());
}

// One number added to each column of a field, and a field to each of two: no sum that the trace follows.
TEST(DriftTrace, DoesNotFollowWhatIsRepeated) {
  testing::ModelMaker maker(3);
  const std::uint32_t one = maker.bag(maker.sparse("one", format::Scope::candidate, 5), maker.table(5, 1));
  const std::uint32_t field = maker.bag(maker.sparse("field", format::Scope::candidate, 5), maker.table(5, 2));
  const std::uint32_t two = maker.node(format::ConcatOp{}, {field});
  maker.desc.values[two].fields = 2;  // [2, 1] and [1, 2]: four columns
  const std::uint32_t x = maker.node(
      format::ConcatOp{}, {maker.node(format::AddOp{}, {field, one}), maker.node(format::AddOp{}, {two, field})});
  const std::uint32_t sum = maker.linear(x, 6, hidden_neurons);
  maker.output("y", maker.linear(maker.activation(format::ActivationKind::relu, sum), hidden_neurons, 1));
  const std::uint32_t norm = maker.node(format::BatchNormOp{maker.constant({1}, {3.0f}), maker.constant({1}, {1.0f})},
                                        {field});  // one scale for both
  const std::uint32_t scaled = maker.linear(norm, 2, hidden_neurons);
  const auto weight = static_cast<std::uint32_t>(maker.constants.size()) - 2;
  maker.output("z", maker.linear(scaled, hidden_neurons, 1));
  maker.desc.layers = {{"repeated", sum}, {"scaled", scaled}};
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const auto day = [&](std::vector<double> inputs) {
    DriftDay made;
    made.rows = 1'000;
    made.inputs = std::move(inputs);
    for (const auto& layer : model->desc().layers) {
      made.layers.push_back({layer.name, layer.value, {}});
      made.layers.back().columns.resize(hidden_neurons);
      for (auto& column : made.layers.back().columns) column.quantity = {1'000, 0, 0.5, {}};
    }
    return made;
  };
  const DriftDay before[] = {day({0, 0, 0})};
  const auto traces = trace_drift(*model, before, day({1, 0.5, -2}), {});
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0].layer, 1u);
  double total = 0;
  for (std::size_t j = 0; j < hidden_neurons; ++j) {
    const float* w = maker.constants[weight].data() + 2 * j;
    total += 3 * std::abs(0.5 * double{w[0]} - 2 * double{w[1]}) / 0.5 / hidden_neurons;
  }
  ASSERT_EQ(traces[0].groups.size(), 2u);
  EXPECT_NEAR(traces[0].groups[0].shift + traces[0].groups[1].shift, total, 1e-9);
}

}  // namespace
}  // namespace clicklens::lens
