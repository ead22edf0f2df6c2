// Dropped groups against a reference that is given their means in place of their pooled inputs.
#include "lens/refine_drop.h"

#include "refine_support.h"

namespace clicklens {
namespace {

using base::Code;
using testing::RandomBatch;

std::vector<float> drawn_means(testing::ModelMaker& maker, const exec::Model& model) {
  return maker.draw(model.input_width());
}

// The first model's logits with the groups' inputs at their means, in double.
std::vector<double> expected(const testing::ModelMaker& maker, const exec::Model& model, const RandomBatch& batch,
                             const std::vector<std::string>& groups, const std::vector<float>& means) {
  testing::Values<double> given;
  for (const exec::InputBlock& block : model.inputs())
    for (const std::string& group : groups)
      if (model.desc().features[block.feature].group == group)
        given[block.value] =
            std::vector<double>(means.begin() + static_cast<std::ptrdiff_t>(block.begin),
                                means.begin() + static_cast<std::ptrdiff_t>(block.begin + block.width));
  std::vector<double> logits;
  const testing::Reference<double> reference(maker, model.desc());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto values = reference.forward(batch.row(row), given);
    for (const format::OutputDesc& output : model.desc().outputs) logits.push_back(values.at(output.logit)[0]);
  }
  return logits;
}

void expect_near(const std::vector<float>& found, const std::vector<double>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_NEAR(double{found[i]}, wanted[i], 2e-4 * std::max(1.0, std::abs(wanted[i]))) << "at " << i;
}

class DropGroups : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, DropGroups, ::testing::Range(1u, 81u));

// Whatever reads the inputs: biases where linears do, constants elsewhere.
TEST_P(DropGroups, RandomModelsScoreAsWithTheMeans) {
  testing::RandomModel random(GetParam());
  for (std::size_t f = 0; f < random.maker.desc.features.size(); ++f)
    random.maker.desc.features[f].group = "g" + std::to_string(f % 3);
  testing::Made made(std::move(random));
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {5, 0, 9, 1});
  for (const std::vector<std::string>& groups : {std::vector<std::string>{"g0"}, {"g1"}, {"g2", "g0"}}) {
    const std::vector<float> means = drawn_means(made.random.maker, *made.model);
    const auto refiner = testing::refiner_of(made.model);
    const base::Status dropped = refiner->drop(groups, means);
    if (!dropped.ok()) {
      EXPECT_EQ(dropped.code(), Code::unsupported) << dropped.message();
      continue;
    }
    for (const format::FeatureDesc& feature : refiner->model()->desc().features)
      EXPECT_EQ(std::count(groups.begin(), groups.end(), feature.group), 0) << feature.name;
    expect_near(testing::logits_of(refiner->model(), made.desc(), batch),
                expected(made.random.maker, *made.model, batch, groups, means));
  }
}

TEST(Drop, MostRandomModelsAreNotRefused) {
  std::size_t refused = 0;
  for (std::uint32_t seed = 1; seed <= 80; ++seed) {
    testing::RandomModel random(seed);
    for (std::size_t f = 0; f < random.maker.desc.features.size(); ++f)
      random.maker.desc.features[f].group = "g" + std::to_string(f % 3);
    testing::Made made(std::move(random));
    const std::vector<std::string> groups = {"g1"};
    refused += testing::refiner_of(made.model)->drop(groups, drawn_means(made.random.maker, *made.model)).ok() ? 0 : 1;
  }
  EXPECT_LT(refused, 50u);
}

TEST(Drop, TheFileHoldsNothingOfTheGroup) {
  testing::PlantedTower tower(7);
  const auto model = tower.open();
  const RandomBatch batch(tower.maker, model->desc(), {5, 0, 9});
  std::vector<float> means = drawn_means(tower.maker, *model);
  const auto refiner = testing::refiner_of(model);
  const std::vector<std::string> groups = {"ad"};
  ASSERT_TRUE(refiner->drop(groups, means).ok());
  const format::ModelDesc& desc = refiner->model()->desc();
  EXPECT_EQ(refiner->edits()[0].removed, 1u);
  EXPECT_EQ(desc.features.size(), 2u);
  EXPECT_EQ(desc.tables.size(), 1u);
  EXPECT_EQ(desc.encoders.size(), 1u);
  EXPECT_EQ(desc.nodes.size(), model->desc().nodes.size() - 1) << "the bag alone: its means are in the bias";
  EXPECT_EQ(desc.segments.size(), 7u) << "a table, three weights and biases";
  EXPECT_EQ(refiner->model()->graph().values[desc.layers[0].value].columns(), 8u);
  expect_near(testing::logits_of(refiner->model(), model->desc(), batch),
              expected(tower.maker, *model, batch, groups, means));
  // the table that is left lies where it lay
  EXPECT_EQ(refiner->model()->table(0), model->table(0));
}

TEST(Drop, WhatCannotBeIsRefusedAndNothingChanges) {
  testing::ModelMaker maker(8);
  const std::uint32_t bag = maker.bag(maker.sparse("ad", format::Scope::candidate, 20), maker.table(20, 4));
  const std::uint32_t history = maker.sparse("history", format::Scope::request, 20);
  maker.desc.features[history].max_length = 3;
  const std::uint32_t kept = maker.node(format::SequenceOp{history, maker.table(20, 4), format::Align::first}, {});
  const std::uint32_t first = maker.bag(maker.sparse("wide", format::Scope::candidate, 20), maker.table(20, 1));
  maker.output("click", maker.linear(maker.node(format::ConcatOp{}, {bag, kept}), 16, 1));
  maker.output("wide", first);
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const auto refiner = testing::refiner_of(model);
  const std::vector<float> means(model->input_width(), 0.5f);
  const auto drop = [&](const std::vector<std::string>& groups, const std::vector<float>& values) {
    return refiner->drop(groups, values);
  };
  EXPECT_EQ(drop({"ads"}, means).code(), Code::not_found);
  EXPECT_EQ(drop({"ad", "ad"}, means).code(), Code::invalid_argument);
  EXPECT_EQ(drop({}, means).code(), Code::invalid_argument);
  EXPECT_EQ(drop({"ad"}, {1, 2}).code(), Code::invalid_argument);
  EXPECT_EQ(drop({"ad"}, std::vector<float>(means.size(), std::nanf(""))).code(), Code::invalid_argument);
  const base::Status sequence = drop({"history"}, means);
  EXPECT_EQ(sequence.code(), Code::unsupported);
  EXPECT_NE(std::string(sequence.message()).find(model->desc().nodes[1].name), std::string::npos);
  EXPECT_EQ(drop({"wide"}, means).code(), Code::unsupported) << "an output itself";
  const base::Status all = drop({"ad", "history", "wide"}, means);
  EXPECT_EQ(all.code(), Code::invalid_argument);
  EXPECT_STREQ(all.message(), "groups: no feature would be left");
  EXPECT_EQ(refiner->model(), model);
  EXPECT_TRUE(refiner->edits().empty());
}

}  // namespace
}  // namespace clicklens
