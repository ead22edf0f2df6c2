// Faults planted by construction are named, and no others.
#include <gtest/gtest.h>

#include <cmath>

#include "neurons_support.h"
#include "support/seeds.h"

namespace clicklens::lens {
namespace {

using testing::ChosenRows;
using testing::ChosenValues;

constexpr std::size_t relu_width = 24, row_count = 12'000;

ChosenRows healthy_rows(std::uint32_t seed, std::size_t n = row_count) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  ChosenRows rows;
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t c = 0; c < relu_width; ++c) rows.x.push_back(normal(random) - 0.1f * static_cast<float>(c % 12));
    rows.y.push_back(normal(random));
    rows.z.push_back(normal(random));
  }
  return rows;
}

// What is found of x after an activation.
std::vector<std::uint32_t> findings_of(const ChosenValues& values, const ChosenRows& rows,
                                       LayerFigures* summary = nullptr) {
  const auto neurons = values.neurons({{values.x()}, 0, 4, 2000, 64, 0});
  rows.add_all(*neurons, *values.session(), 1000);
  if (summary != nullptr) *summary = neurons->summary(0);
  return neurons->findings(0);
}

class Findings : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Findings, testing::seeds(1, 6));

TEST_P(Findings, PlantedNeuronsOfAReluAreNamedAndNoOthers) {
  const ChosenValues values(relu_width, 1, format::ActivationKind::relu);
  ChosenRows rows = healthy_rows(GetParam());
  EXPECT_EQ(findings_of(values, rows), std::vector<std::uint32_t>(relu_width));

  std::vector<std::uint32_t> wanted(relu_width);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    float* x = &rows.x[r * relu_width];
    x[3] -= 1e3f;
    x[7] = x[2] * 0.25f;  // powers of two
    x[11] = x[2] * 8;
    x[20] = x[19] + 0.02f * x[18];  // alike, but not enough
    x[23] = std::abs(x[23]) + 1e-3f;
  }
  wanted[3] = NeuronFinding::dead;
  wanted[7] = wanted[11] = NeuronFinding::duplicate;
  wanted[23] = NeuronFinding::always_on;
  LayerFigures summary;
  EXPECT_EQ(findings_of(values, rows, &summary), wanted);
  EXPECT_EQ(summary.dead, 1u);
  EXPECT_EQ(summary.duplicates, 2u);
  EXPECT_EQ(summary.always_on, 1u);
  EXPECT_FALSE(summary.redundant);
  const auto neurons = values.neurons();
  rows.add_all(*neurons, *values.session(), 1000);
  EXPECT_EQ(neurons->duplicate_of(0, 7), 2u);
  EXPECT_EQ(neurons->duplicate_of(0, 11), 2u);
}

TEST_P(Findings, SaturatedNeuronsOfSigmoidAndTanh) {
  for (const auto kind : {format::ActivationKind::sigmoid, format::ActivationKind::tanh}) {
    const ChosenValues values(relu_width, 1, kind);
    ChosenRows rows = healthy_rows(GetParam());
    EXPECT_EQ(findings_of(values, rows), std::vector<std::uint32_t>(relu_width));
    std::vector<std::uint32_t> wanted(relu_width);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      float* x = &rows.x[r * relu_width];
      x[5] = std::copysign(12 + 0.1f * std::abs(x[5]), x[5]);
      x[6] = r % 50 == 0 ? 0 : -9 - 0.1f * std::abs(x[6]);  // on 98 % of rows
    }
    wanted[5] = NeuronFinding::saturated;
    EXPECT_EQ(findings_of(values, rows), wanted);
  }
}

TEST(FindingsOfFewRows, AreNotMade) {
  const ChosenValues values(relu_width, 1, format::ActivationKind::relu);
  ChosenRows rows = healthy_rows(1, 9'999);
  for (std::size_t r = 0; r < rows.size(); ++r) rows.x[r * relu_width + 3] = -1;
  EXPECT_EQ(findings_of(values, rows)[3], 0u);
  // Two neurons that fire on one and the same row are no duplicates.
  for (std::size_t r = 0; r < rows.size(); ++r)
    rows.x[r * relu_width + 4] = rows.x[r * relu_width + 5] = r == 100 ? 1.0f : -1.0f;
  const auto neurons = values.neurons({{values.x()}, 0, 4, 10'000, 64, 0});
  rows.add_all(*neurons, *values.session(), 1000);
  EXPECT_EQ(neurons->findings(0)[5], 0u);
}

TEST(FindingsOfInputs, AreNotMade) {
  const ChosenValues values(relu_width);
  ChosenRows rows = healthy_rows(2);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    rows.x[r * relu_width] = -1;
    rows.x[r * relu_width + 1] = rows.x[r * relu_width + 2];
  }
  LayerFigures summary;
  EXPECT_EQ(findings_of(values, rows, &summary), std::vector<std::uint32_t>(relu_width));
}

// The bounds themselves have tests of their own.
TEST(FindingsFromBounds, AreOfRectifiedValuesAndNeedNoRows) {
  testing::ModelMaker maker;
  const std::uint32_t bag =
      maker.bag(maker.sparse("ad", format::Scope::candidate, 30, format::Pooling::mean), maker.table(30, 4));
  const std::uint32_t weights = maker.constant({3, 4}, maker.draw(12));
  const std::uint32_t bias = maker.constant({3}, {0.5f, -1e3f, 0.5f});
  const std::uint32_t before = maker.node(format::LinearOp{weights, bias}, {bag});
  const std::uint32_t after = maker.activation(format::ActivationKind::relu, before);
  maker.output("z", maker.linear(after, 3, 1));
  maker.desc.layers = {{"bag", bag}, {"before", before}, {"after", after}};
  const auto model = maker.open();
  for (const std::uint32_t flags : {0u, format::neurons_prove}) {
    const auto neurons = Neurons::create(model, {{}, 0, 4, 100, 64, flags});
    ASSERT_TRUE(neurons.ok()) << neurons.status().message();
    const std::uint32_t wanted = flags != 0 ? NeuronFinding::provably_dead : 0;
    EXPECT_EQ((*neurons)->findings(0), (std::vector<std::uint32_t>{0, 0, 0, 0}));
    EXPECT_EQ((*neurons)->findings(1), (std::vector<std::uint32_t>{0, wanted, 0}));
    EXPECT_EQ((*neurons)->findings(2), (std::vector<std::uint32_t>{0, wanted, 0}));
    EXPECT_EQ((*neurons)->summary(2).provably_dead, flags != 0 ? 1u : 0u);
    const auto loaded = Neurons::load(model, testing::saved(**neurons));
    ASSERT_TRUE(loaded.ok()) << loaded.status().message();
    EXPECT_EQ((*loaded)->findings(2), (*neurons)->findings(2));
  }
}

TEST(FindingsOfLayers, OneDirectionIsRedundant) {
  const ChosenValues values(relu_width, 1, format::ActivationKind::relu);
  ChosenRows rows = healthy_rows(3);
  LayerFigures summary;
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 1; c < relu_width; ++c)
      rows.x[r * relu_width + c] = rows.x[r * relu_width] * 3 + 0.05f * rows.x[r * relu_width + c];
  findings_of(values, rows, &summary);
  EXPECT_TRUE(summary.redundant);
}

TEST(Layers, WiderThanTheSampleOrTheLimit) {
  constexpr std::uint32_t wide = LayerAnalysis::most_columns + 10;
  const ChosenValues values(wide);
  ChosenRows rows;
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  for (std::size_t r = 0; r < 60; ++r) {
    const float a = 3 * normal(random), b = normal(random);
    for (std::size_t c = 0; c < wide; ++c) rows.x.push_back(c % 2 == 0 ? a : b);
    rows.y.push_back(a);
    rows.z.push_back(b);
  }
  const auto neurons = values.neurons();
  rows.add_all(*neurons, *values.session());
  const LayerAnalysis& found = neurons->analysis(0);
  EXPECT_NEAR(found.share[0] + found.share[1], 1, 1e-9);
  EXPECT_GT(found.effective_rank, 1);
  EXPECT_LE(found.effective_rank, 2 + 1e-9);
  const double each = 1 / std::sqrt(wide / 2.0);
  double along = 0;
  for (std::size_t c = 0; c < wide; c += 2) along += found.components[c] * each;
  EXPECT_GT(along, 0.95);  // nearly the even columns
  double cka = 0;
  std::uint64_t common = 0;
  ASSERT_TRUE(linear_cka(*neurons, 0, *neurons, 0, cka, common).ok());
  EXPECT_NEAR(cka, 1, 1e-12);
}

}  // namespace
}  // namespace clicklens::lens
