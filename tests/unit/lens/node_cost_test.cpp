// What nodes cost apart: by hand, and against the whole's.
#include "lens/node_cost.h"

#include <gtest/gtest.h>

#include <set>

#include "format/node_constants.h"
#include "support/made.h"
#include "support/model_maker.h"

namespace clicklens::lens {
namespace {

using format::Scope;

enum Node : std::uint32_t { bag_user, bag_ad, number, joined, hidden, relu, spare, click, nodes };

// A request bag, a candidate bag and a dense pair feature into 17 -> 10 -> 1, and a linear that no output reads.
std::shared_ptr<exec::Model> tower() {
  testing::ModelMaker maker;
  const std::uint32_t user = maker.bag(maker.sparse("user", Scope::request, 50), maker.table(50, 7));
  const std::uint32_t ad = maker.bag(maker.sparse("ad", Scope::candidate, 30), maker.table(30, 7));
  const std::uint32_t d = maker.node(format::DenseInputOp{maker.dense("d", Scope::pair, 3)}, {});
  const std::uint32_t x = maker.node(format::ConcatOp{}, {user, ad, d});
  const std::uint32_t h = maker.activation(format::ActivationKind::relu, maker.linear(x, 17, 10));
  maker.linear(x, 17, 2);
  maker.output("click", maker.linear(h, 10, 1));
  return maker.open();
}

TEST(NodeCost, IsCountedByHand) {
  const auto model = tower();
  ASSERT_NE(model, nullptr);
  CostOptions options;
  options.candidates = 100;
  options.requests = 4;
  options.ids = 3;
  const std::vector<NodeCost> costs = node_costs(*model, options);
  ASSERT_EQ(costs.size(), std::size_t{nodes});
  EXPECT_EQ(costs[bag_user].ids, 3.0 * 4);
  EXPECT_EQ(costs[bag_user].line_bytes, 64 * 3.0 * 4);  // rows of 28 bytes
  EXPECT_EQ(costs[bag_user].value_bytes, 4.0 * 4 * 7);
  EXPECT_EQ(costs[bag_ad].value_bytes, 4.0 * 100 * 7);
  EXPECT_EQ(costs[bag_ad].bytes(), 64 * 3.0 * 100 + 4.0 * 100 * 7);
  EXPECT_EQ(costs[number].elements, 3.0 * 100);
  EXPECT_EQ(costs[joined].run, NodeRun::view);
  EXPECT_EQ(costs[hidden].run, NodeRun::step);
  EXPECT_EQ(costs[hidden].request_flops, 2.0 * 4 * 7 * 10);
  EXPECT_EQ(costs[hidden].flops, costs[hidden].request_flops + 2.0 * 100 * 10 * 10);
  EXPECT_EQ(costs[hidden].weight_bytes, 4.0 * 17 * 10);
  EXPECT_EQ(costs[hidden].value_bytes, 4.0 * (4 * 7 + 100 * 10 + 100 * 10));
  EXPECT_EQ(costs[relu].run, NodeRun::fused);
  EXPECT_EQ(costs[spare].run, NodeRun::never);
  for (const Node none : {joined, relu, spare}) EXPECT_EQ(costs[none].bytes() + costs[none].flops, 0) << none;
  EXPECT_EQ(costs[click].flops, 2.0 * 100 * 10);
}

// Long runs of columns are read where they are, others copied.
TEST(NodeCost, ASelectThatIsPlannedAwayIsAView) {
  testing::ModelMaker maker;
  const std::uint32_t d = maker.node(format::DenseInputOp{maker.dense("d", Scope::pair, 32)}, {});
  std::vector<std::uint32_t> half(16), reversed(16);
  for (std::uint32_t i = 0; i < 16; ++i) half[i] = 8 + i, reversed[i] = 15 - i;
  const std::uint32_t slice = maker.node(format::SelectOp{half}, {d});
  const std::uint32_t copy = maker.node(format::SelectOp{reversed}, {slice});
  maker.output("click", maker.linear(copy, 16, 1));
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const std::vector<NodeCost> costs = node_costs(*model, {});
  EXPECT_EQ(costs[1].run, NodeRun::view);
  EXPECT_EQ(costs[1].bytes() + costs[1].elements, 0);
  EXPECT_EQ(costs[2].run, NodeRun::step);
  EXPECT_GT(costs[2].elements, 0);
}

TEST(NodeCost, AddsUpToTheModels) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    const testing::Made made(seed);
    ASSERT_NE(made.model, nullptr);
    CostOptions options;
    options.candidates = 90, options.requests = 1 + seed % 7, options.ids = 1.5;
    const Cost whole = cost_of(*made.model, options);
    Cost sum;
    for (const NodeCost& node : node_costs(*made.model, options)) {
      sum.flops += node.flops;
      sum.request_flops += node.request_flops;
      sum.weight_bytes += node.weight_bytes;
      sum.ids += node.ids;
      sum.table_lines += node.line_bytes / 64;
      sum.elements += node.elements;
    }
    EXPECT_GT(whole.flops, 0);
    EXPECT_DOUBLE_EQ(sum.flops, whole.flops) << seed;
    EXPECT_DOUBLE_EQ(sum.request_flops, whole.request_flops) << seed;
    EXPECT_DOUBLE_EQ(sum.weight_bytes, whole.weight_bytes) << seed;
    EXPECT_DOUBLE_EQ(sum.ids, whole.ids) << seed;
    EXPECT_DOUBLE_EQ(sum.table_lines, whole.table_lines) << seed;
    EXPECT_DOUBLE_EQ(sum.elements, whole.elements) << seed;
  }
}

// Random models have every operator, and constants for their nodes alone.
TEST(NodeConstants, OfEveryOperatorAreFound) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    const testing::Made made(seed);
    ASSERT_NE(made.model, nullptr);
    std::set<std::uint32_t> found;
    for (const format::NodeDesc& node : made.desc().nodes)
      for (const std::uint32_t constant : format::node_constants(node)) found.insert(constant);
    EXPECT_EQ(found.size(), made.desc().constants.size()) << seed;
  }
}

}  // namespace
}  // namespace clicklens::lens
