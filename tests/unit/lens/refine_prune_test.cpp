// Pruning: what goes, what the scores become, and that exactly planted neurons go.
#include "lens/refine_prune.h"

#include "refine_support.h"

namespace clicklens {
namespace {

using base::Code;
using testing::PlantedTower;
using testing::RandomBatch;

constexpr std::uint32_t row_total = 12'000;

std::vector<std::uint32_t> many_rows() {
  return std::vector<std::uint32_t>(row_total / 4, 4);
}

// Of random models whose linears have biases far below 0 in some columns, at any depth.
class PruneProven : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, PruneProven, ::testing::Range(1u, 81u));

// A tower over a bag, which has bounds: few values of random models are read by linears alone.
void add_tower(testing::ModelMaker& maker) {
  for (const format::NodeDesc& node : maker.desc.nodes) {
    const auto* bag = std::get_if<format::EmbeddingBagOp>(&node.op);
    if (bag == nullptr) continue;
    const std::uint32_t hidden = maker.linear(node.outputs.front(), maker.desc.tables[bag->table].dim, 9);
    maker.output("tower", maker.linear(maker.activation(format::ActivationKind::relu, hidden), 9, 1));
    return;
  }
}

testing::RandomModel with_lowest_biases(std::uint32_t seed) {
  testing::RandomModel random(seed);
  testing::ModelMaker& maker = random.maker;
  add_tower(maker);
  for (const format::NodeDesc& node : maker.desc.nodes) {
    const auto* linear = std::get_if<format::LinearOp>(&node.op);
    if (linear == nullptr || linear->bias == format::no_index) continue;
    std::vector<float> bias = maker.constants[linear->bias];
    for (float& b : bias)
      if (maker.below(3) == 0) b -= 1e3f;
    maker.replace_constant(linear->bias, bias);
  }
  for (format::FeatureDesc& feature : maker.desc.features)
    if (feature.kind == format::FeatureKind::sparse) feature.pooling = format::Pooling::mean;
  return random;
}

TEST_P(PruneProven, ScoresKeepTheirBitsOnEveryInstructionSet) {
  testing::Made made(with_lowest_biases(GetParam()));
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {5, 0, 9, 1, 40});
  const auto refiner = testing::refiner_of(made.model);
  const auto layers = refiner->prune_proven();
  ASSERT_TRUE(layers.ok()) << layers.status().message();
  ASSERT_GE(testing::all_kernels().size(), 1u);
  for (const kernels::Table* kernels : testing::all_kernels())
    testing::expect_bits(testing::logits_of(refiner->model(), made.desc(), batch, kernels),
                         testing::logits_of(made.model, made.desc(), batch, kernels), "pruned");
}

TEST(PruneProvenOfAll, RandomModelsHaveSomeToFind) {
  std::size_t found = 0;
  for (std::uint32_t seed = 1; seed <= 80; ++seed) {
    testing::Made made(with_lowest_biases(seed));
    const auto layers = testing::refiner_of(made.model)->prune_proven();
    ASSERT_TRUE(layers.ok());
    for (const lens::PrunedLayer& layer : *layers) found += layer.dead.size();
  }
  EXPECT_GT(found, 5u);
}

TEST(Prune, PlantedDeadNeuronsAndNoOthersGoByProof) {
  PlantedTower tower(1);
  ASSERT_NE(tower.open(), nullptr);
  EXPECT_TRUE(testing::refiner_of(tower.open())->prune_proven()->empty()) << "nothing was dead before";
  for (const std::uint32_t j : {0u, 7u, 23u}) tower.silence(0, j);
  tower.silence(1, 5);
  const auto model = tower.open();
  const RandomBatch batch(tower.maker, model->desc(), {5, 0, 9, 1, 40});
  const auto refiner = testing::refiner_of(model);
  const auto layers = refiner->prune_proven();
  ASSERT_TRUE(layers.ok()) << layers.status().message();
  ASSERT_EQ(layers->size(), 2u);
  EXPECT_EQ((*layers)[0].name, "l1");
  EXPECT_EQ((*layers)[0].dead, (std::vector<std::uint32_t>{0, 7, 23}));
  EXPECT_EQ((*layers)[1].name, "l2");
  EXPECT_EQ((*layers)[1].dead, (std::vector<std::uint32_t>{5}));
  EXPECT_EQ(refiner->edits()[0].text, "prune proven (l1: 3 dead, l2: 1 dead)");
  EXPECT_TRUE(refiner->edits()[0].same_bits);
  const auto& values = refiner->model()->graph().values;
  EXPECT_EQ(values[refiner->model()->desc().layers[1].value].columns(), 21u);
  EXPECT_EQ(values[refiner->model()->desc().layers[2].value].columns(), 11u);
  for (const kernels::Table* kernels : testing::all_kernels())
    testing::expect_bits(testing::logits_of(refiner->model(), model->desc(), batch, kernels),
                         testing::logits_of(model, model->desc(), batch, kernels), "pruned");
  EXPECT_TRUE(refiner->prune_proven()->empty()) << "gone";
  EXPECT_EQ(refiner->edits()[1].removed, 0u);
}

TEST(Prune, OneNeuronOfALayerStaysAndWeightsThatAreNotFiniteKeepTheirNeuron) {
  PlantedTower tower(2, 3, 2);
  for (std::uint32_t j = 0; j < 3; ++j) tower.silence(0, j);
  const auto layers = testing::refiner_of(tower.open())->prune_proven();
  ASSERT_TRUE(layers.ok());
  EXPECT_EQ((*layers)[0].dead.size(), 2u);

  PlantedTower odd(2);
  odd.silence(0, 3);
  odd.silence(0, 4);
  odd.weight(1, 2, 3) = std::numeric_limits<float>::infinity();  // 0 x infinity
  const auto some = testing::refiner_of(odd.open())->prune_proven();
  ASSERT_TRUE(some.ok());
  EXPECT_EQ((*some)[0].dead, (std::vector<std::uint32_t>{4}));
}

// A norm, a leaky activation with slopes of its own, and a concat of two towers, all on the way.
TEST(Prune, NormsSlopesAndConcatsFollow) {
  testing::ModelMaker maker(5);
  const std::uint32_t bag = maker.bag(maker.sparse("ad", format::Scope::candidate, 30), maker.table(30, 4));
  std::vector<std::uint32_t> towers;
  for (int i = 0; i < 2; ++i) {
    std::uint32_t x = maker.linear(bag, 4, 6);
    const std::uint32_t scale = maker.constant({6}, {1, 2, 0.5f, 1, -1, 1}), shift = maker.constant({6}, maker.draw(6));
    x = maker.node(format::BatchNormOp{scale, shift}, {x});
    const std::uint32_t slopes = maker.constant({6}, {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f});
    if (i == 1) x = maker.node(format::ActivationOp{format::ActivationKind::prelu, 0, slopes}, {x});
    if (i == 0) x = maker.activation(format::ActivationKind::relu, x);
    towers.push_back(x);
  }
  const std::uint32_t both = maker.node(format::ConcatOp{}, towers);
  maker.output("a", maker.linear(both, 12, 1));
  maker.output("b", maker.linear(maker.node(format::ConcatOp{}, {both, towers[0]}), 18, 1, false));
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(lens::prunable_values(*model), towers);
  const RandomBatch batch(maker, model->desc(), many_rows());
  const auto neurons = testing::neurons_of(model, towers, model->desc(), batch);
  // by hand: constants that stand for columns, against a reference that is given those
  lens::Draft draft(model);
  lens::GoneColumns gone;
  gone[towers[0]] = {{1, 0.25, format::no_index, 0}, {4, 0, 2, 2.0}};
  gone[towers[1]] = {{0, -0.5, format::no_index, 0}, {5, 0.125, 1, -1.0}};
  lens::remove_neurons(draft, gone);
  const auto pruned = draft.finish();
  ASSERT_TRUE(pruned.ok()) << pruned.status().message();
  const RandomBatch few(maker, model->desc(), {7, 3});
  const std::vector<float> found = testing::logits_of(*pruned, model->desc(), few);
  const testing::Reference<double> reference(maker, model->desc());
  for (std::size_t row = 0; row < few.rows(); ++row) {
    auto values = reference.forward(few.row(row));
    testing::Values<double> given;
    for (const std::uint32_t tower : towers) given[tower] = values.at(tower);
    given[towers[0]][1] = 0.25;
    given[towers[0]][4] = 2 * given[towers[0]][2];
    given[towers[1]][0] = -0.5;
    given[towers[1]][5] = 0.125 - given[towers[1]][1];
    values = reference.forward(few.row(row), given);
    for (std::size_t task = 0; task < 2; ++task)
      EXPECT_NEAR(double{found[row * 2 + task]}, values.at(model->desc().outputs[task].logit)[0], 1e-5);
  }
}

TEST(Prune, CopiesGoToTheirTwinsAndScoresStay) {
  PlantedTower tower(3);
  const std::pair<std::uint32_t, std::uint32_t> copies[] = {{9, 2}, {14, 2}, {20, 11}};  // of, copied
  const float scales[] = {0.25f, 8.0f, 2.0f};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto [copy, of] = copies[i];
    for (std::size_t c = 0; c < 13; ++c) tower.weight(0, copy, c) = scales[i] * tower.weight(0, of, c);
    tower.bias(0, copy) = scales[i] * tower.bias(0, of);
  }
  const auto model = tower.open();
  const RandomBatch batch(tower.maker, model->desc(), many_rows());
  const auto refiner = testing::refiner_of(model);
  const auto neurons = testing::neurons_of(model, {tower.l1, tower.l2}, model->desc(), batch);
  lens::PruneOptions options;
  options.duplicates = true;
  const auto layers = refiner->prune_found(*neurons, options);
  ASSERT_TRUE(layers.ok()) << layers.status().message();
  ASSERT_EQ(layers->size(), 1u);
  EXPECT_EQ((*layers)[0].duplicates, (std::vector<std::uint32_t>{9, 14, 20}));
  const std::vector<float> before = testing::logits_of(model, model->desc(), batch);
  const std::vector<float> after = testing::logits_of(refiner->model(), model->desc(), batch);
  for (std::size_t i = 0; i < before.size(); ++i) ASSERT_NEAR(before[i], after[i], 2e-5f);
  // nothing is left to be found
  const auto& left = refiner->model()->desc().layers;
  const auto again = testing::neurons_of(refiner->model(), {left[1].value, left[2].value}, model->desc(), batch);
  const auto none = refiner->prune_found(*again, options);
  ASSERT_TRUE(none.ok()) << none.status().message();
  EXPECT_TRUE(none->empty());
  EXPECT_EQ(refiner->prune_found(*neurons, options).status().code(), Code::bad_state) << "of the model before";
}

// Dead on these rows, though some id would wake it: no proof, the same bits on these rows, other scores with that id.
TEST(Prune, DeadOnTheRowsSeenAlone) {
  PlantedTower tower(4);
  std::vector<float> table = tower.maker.tables[0];
  for (std::size_t c = 0; c < 6; ++c) table[39 * 6 + c] = c == 0 ? 1e4f : 0.0f;  // user 39
  tower.maker.replace_table(0, table);
  for (std::size_t c = 0; c < 13; ++c) tower.weight(0, 6, c) = c == 0 ? 1.0f : 0.0f;
  tower.bias(0, 6) = -100;
  const auto model = tower.open();
  const auto refiner = testing::refiner_of(model);
  EXPECT_TRUE(refiner->prune_proven()->empty());
  const RandomBatch all(tower.maker, model->desc(), std::vector<std::uint32_t>(row_total, 1));
  const auto neurons = testing::neurons_of(model, {tower.l1}, model->desc(), all);
  const bool woken = (neurons->findings(0)[6] & lens::NeuronFinding::dead) == 0;
  EXPECT_TRUE(woken) << "all users are among these rows";
  table[39 * 6] = 0;
  tower.maker.replace_table(0, table);
  const auto asleep = tower.open();
  const auto quiet = testing::refiner_of(asleep);
  const auto found = testing::neurons_of(asleep, {tower.l1}, asleep->desc(), all);
  lens::PruneOptions options;
  options.dead = true;
  const auto layers = quiet->prune_found(*found, options);
  ASSERT_TRUE(layers.ok()) << layers.status().message();
  ASSERT_EQ(layers->size(), 1u);
  EXPECT_EQ((*layers)[0].dead, (std::vector<std::uint32_t>{6}));
  testing::expect_bits(testing::logits_of(quiet->model(), asleep->desc(), all),
                       testing::logits_of(asleep, asleep->desc(), all), "dead on data");
}

TEST(Prune, WeakNeuronsGoIntoBiases) {
  PlantedTower tower(5);
  for (std::size_t k = 0; k < 12; ++k) tower.weight(1, k, 8) *= 1e-4f;
  for (std::size_t c = 0; c < 13; ++c) tower.weight(0, 17, c) = 0;  // a constant
  tower.bias(0, 17) = 0.75f;
  const auto model = tower.open();
  const RandomBatch batch(tower.maker, model->desc(), many_rows());
  const auto refiner = testing::refiner_of(model);
  const auto neurons = testing::neurons_of(model, {tower.l1}, model->desc(), batch);
  lens::PruneOptions options;
  options.weak = true;
  options.weak_below = 0.001;
  const auto layers = refiner->prune_found(*neurons, options);
  ASSERT_TRUE(layers.ok()) << layers.status().message();
  ASSERT_EQ(layers->size(), 1u);
  EXPECT_EQ((*layers)[0].weak, (std::vector<std::uint32_t>{8, 17}));
  const std::vector<float> before = testing::logits_of(model, model->desc(), batch);
  const std::vector<float> after = testing::logits_of(refiner->model(), model->desc(), batch);
  float largest = 0;
  for (std::size_t i = 0; i < before.size(); ++i) largest = std::max(largest, std::abs(before[i] - after[i]));
  EXPECT_LT(largest, 1e-3f);
  EXPECT_GT(largest, 0.0f);
}

TEST(Prune, WhatCannotBeIsRefused) {
  PlantedTower tower(6);
  const auto model = tower.open();
  const RandomBatch batch(tower.maker, model->desc(), {4});
  const auto refiner = testing::refiner_of(model);
  lens::PruneOptions options;
  options.dead = true;
  const auto of_inputs = refiner->prune_found(*testing::neurons_of(model, {tower.emb}, model->desc(), batch), options);
  EXPECT_EQ(of_inputs.status().code(), Code::invalid_argument);
  EXPECT_NE(std::string(of_inputs.status().message()).find("'emb'"), std::string::npos);
  const auto neurons = testing::neurons_of(model, {tower.l1}, model->desc(), batch);
  options.weak_below = 1;
  EXPECT_EQ(refiner->prune_found(*neurons, options).status().code(), Code::invalid_argument);
  lens::NeuronsOptions wanted;
  wanted.values = {tower.l1};
  options.weak_below = 0.1;
  const auto empty = lens::Neurons::create(model, wanted);
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(refiner->prune_found(**empty, options).status().code(), Code::bad_state);
  EXPECT_TRUE(refiner->edits().empty());
  EXPECT_EQ(refiner->model(), model);
}

}  // namespace
}  // namespace clicklens
