// Networks cut at a probe, and batch norms folded away.
#include "lens/refine_cut.h"

#include "lens/refine_fold.h"
#include "refine_support.h"
#include "support/xor_network.h"

namespace clicklens {
namespace {

using base::Code;
using testing::RandomBatch;
using testing::XorData;

lens::Probe xor_probe(const std::shared_ptr<exec::Model>& model, lens::ProbeTarget target = lens::ProbeTarget::label) {
  const XorData data(400, 5, 0.1);
  const lens::ProbeRows rows = testing::probe_rows(model, data);
  lens::ProbeOptions options;
  options.target = target;
  auto probe = lens::Probe::fit(rows, nullptr, options);
  EXPECT_TRUE(probe.ok()) << probe.status().message();
  return std::move(*probe);
}

std::size_t index_of(const lens::Probe& probe, const std::string& name) {
  for (std::size_t i = 0; i < probe.list().size(); ++i)
    if (probe.list()[i].name == name) return i;
  return probe.list().size();
}

std::vector<float> scores(const std::shared_ptr<const exec::Model>& model, const XorData& data) {
  const auto session = exec::Session::create(model, testing::xor_inputs(), {});
  EXPECT_TRUE(session.ok()) << session.status().message();
  std::vector<float> values(data.rows());
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = values.data();
  output.capacity = values.size();
  EXPECT_TRUE((*session)->run(data.batch(), output).ok());
  return values;
}

TEST(Cut, ScoresAreTheProbesLogits) {
  testing::XorNetwork network;
  const auto model = network.open();
  const lens::Probe probe = xor_probe(model);
  const XorData data(100, 6);
  const lens::ProbeRows rows = testing::probe_rows(model, data);
  for (const std::string layer : {"emb", "l1", "l2"}) {
    const auto refiner = testing::refiner_of(model);
    const std::size_t index = index_of(probe, layer);
    ASSERT_TRUE(refiner->cut(probe, index, 0).ok());
    const auto wanted = probe.logits(index, rows);
    ASSERT_TRUE(wanted.ok()) << wanted.status().message();
    const std::vector<float> found = scores(refiner->model(), data);
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_NEAR(double{found[i]}, (*wanted)[i], 1e-4 * std::max(1.0, std::abs((*wanted)[i]))) << layer;
  }
}

TEST(Cut, WhatIsBehindLeavesTheFile) {
  testing::XorNetwork network;
  const auto model = network.open();
  const lens::Probe probe = xor_probe(model);
  const auto refiner = testing::refiner_of(model);
  ASSERT_TRUE(refiner->cut(probe, index_of(probe, "l1"), 0).ok());
  const format::ModelDesc& desc = refiner->model()->desc();
  ASSERT_EQ(desc.layers.size(), 2u);
  EXPECT_EQ(desc.layers[1].name, "l1");
  EXPECT_EQ(desc.nodes.size(), 6u) << "two bags, concat, linear, relu, the probe's linear";
  EXPECT_EQ(desc.constants.size(), 4u);
  EXPECT_EQ(desc.outputs[0].name, "click");
  EXPECT_EQ(refiner->edits()[0].text, "cut at l1");
  EXPECT_EQ(refiner->edits()[0].removed, 3u);
  // of the model before
  EXPECT_EQ(refiner->cut(probe, index_of(probe, "l1"), 0).code(), Code::bad_state);
}

TEST(Cut, WhatCannotBeIsRefused) {
  testing::XorNetwork network;
  const auto model = network.open();
  const lens::Probe probe = xor_probe(model), numbers = xor_probe(model, lens::ProbeTarget::number);
  const auto refiner = testing::refiner_of(model);
  EXPECT_EQ(refiner->cut(probe, 99, 0).code(), Code::invalid_argument);
  EXPECT_EQ(refiner->cut(probe, 0, 1).code(), Code::invalid_argument);
  EXPECT_EQ(refiner->cut(numbers, 0, 0).code(), Code::invalid_argument);
  EXPECT_EQ(refiner->cut(probe, index_of(probe, "click"), 0).code(), Code::invalid_argument) << "the score itself";
  EXPECT_EQ(refiner->model(), model);
}

TEST(Fold, NormsGoIntoTheLinearsBeforeThem) {
  testing::ModelMaker maker(9);
  const std::uint32_t bag = maker.bag(maker.sparse("ad", format::Scope::candidate, 30), maker.table(30, 6));
  const auto norm = [&](std::uint32_t x, std::uint32_t width) {
    const std::uint32_t scale = maker.constant({width}, maker.draw(width, 3)),
                        shift = maker.constant({width}, maker.draw(width));
    return maker.node(format::BatchNormOp{scale, shift}, {x});
  };
  const std::uint32_t before = maker.linear(bag, 6, 8, false);
  const std::uint32_t x = maker.activation(format::ActivationKind::relu, norm(before, 8));
  const std::uint32_t shared = maker.linear(x, 8, 4);  // read by a norm, and by another linear
  const std::uint32_t both =
      maker.node(format::ConcatOp{}, {norm(shared, 4), maker.linear(shared, 4, 3), norm(bag, 6)});
  maker.output("click", norm(maker.linear(both, 13, 1), 1));
  maker.desc.layers = {{"before", before}, {"shared", shared}};
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(maker, model->desc(), {5, 0, 9});
  const auto refiner = testing::refiner_of(model);
  ASSERT_TRUE(refiner->fold_batch_norms().ok());
  EXPECT_EQ(refiner->edits()[0].removed, 2u);
  EXPECT_FALSE(refiner->edits()[0].same_bits);
  EXPECT_EQ(refiner->model()->desc().nodes.size(), model->desc().nodes.size() - 2);
  ASSERT_EQ(refiner->model()->desc().layers.size(), 1u) << "the value before a norm is no more";
  EXPECT_EQ(refiner->model()->desc().layers[0].name, "shared");
  const testing::Reference<double> reference(maker, model->desc());
  const std::vector<float> found = testing::logits_of(refiner->model(), model->desc(), batch);
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const double wanted = reference.forward(batch.row(row)).at(model->desc().outputs[0].logit)[0];
    EXPECT_NEAR(double{found[row]}, wanted, 1e-5 * std::max(1.0, std::abs(wanted)));
  }
  ASSERT_TRUE(refiner->fold_batch_norms().ok());
  EXPECT_EQ(refiner->edits()[1].removed, 0u);
  EXPECT_TRUE(refiner->edits()[1].same_bits);
}

}  // namespace
}  // namespace clicklens
