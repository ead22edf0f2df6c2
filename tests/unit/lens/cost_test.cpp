// Work counted from a graph, against sums done by hand; and what a roofline makes of it.
#include "lens/cost.h"

#include <gtest/gtest.h>

#include "kernels/dispatch.h"
#include "support/model_maker.h"

namespace clicklens::lens {
namespace {

using format::Scope;

Roofline made_up() {
  Roofline r;
  r.flops = 1e11;
  r.l1 = 4e11, r.l2 = 2e11, r.l3 = 1e11, r.memory = 2e10;
  r.l1_bytes = 32 << 10, r.l2_bytes = 1 << 20, r.l3_bytes = 32 << 20;
  r.near = {4 << 20, 2, 20};
  r.far = {256 << 20, 8, 100};
  return r;
}

// Two request bags, one candidate bag and a dense pair feature into 24 -> 10 -> 1.
std::shared_ptr<exec::Model> costed_tower() {
  testing::ModelMaker maker;
  std::vector<std::uint32_t> columns;
  for (const auto& [name, scope] : {std::pair("a", Scope::request), {"b", Scope::request}, {"c", Scope::candidate}})
    columns.push_back(maker.bag(maker.sparse(name, scope, 50), maker.table(50, 7)));
  columns.push_back(maker.node(format::DenseInputOp{maker.dense("d", Scope::pair, 3)}, {}));
  const std::uint32_t x = maker.node(format::ConcatOp{}, columns);
  const std::uint32_t h = maker.activation(format::ActivationKind::relu, maker.linear(x, 24, 10));
  maker.output("click", maker.linear(h, 10, 1));
  return maker.open();
}

TEST(Cost, CountsATowerByHand) {
  const auto model = costed_tower();
  ASSERT_NE(model, nullptr);
  CostOptions options;
  options.candidates = 100;
  options.requests = 4;
  options.ids = 3;
  const Cost cost = cost_of(*model, options);
  EXPECT_EQ(cost.request_flops, 2.0 * 4 * 14 * 10);
  EXPECT_EQ(cost.flops, cost.request_flops + 2.0 * 100 * (10 * 10 + 10));
  EXPECT_EQ(cost.weight_bytes, 4.0 * (24 * 10 + 10));
  EXPECT_EQ(cost.ids, 3.0 * (4 + 4 + 100));
  EXPECT_EQ(cost.table_lines, cost.ids);  // rows of 28 bytes
  EXPECT_EQ(cost.table_bytes, 3.0 * 50 * 28);
  EXPECT_EQ(cost.elements, 3.0 * 100);  // the dense input: relu and concat cost nothing
  EXPECT_EQ(cost.us(), 0);
}

TEST(Cost, OneRequestPerCandidateSharesNothing) {
  const auto model = costed_tower();
  ASSERT_NE(model, nullptr);
  CostOptions options;
  options.candidates = options.requests = 100;
  const Cost cost = cost_of(*model, options);
  EXPECT_EQ(cost.flops, 2.0 * 100 * (24 * 10 + 10));
  EXPECT_EQ(cost.ids, 300);
}

TEST(Cost, SumsOfColumnsAreChainsAndSumsOfFieldsAreNot) {
  testing::ModelMaker maker;
  const std::uint32_t a = maker.bag(maker.sparse("a", Scope::request, 9), maker.table(9, 20));
  const std::uint32_t b = maker.bag(maker.sparse("b", Scope::candidate, 9), maker.table(9, 4));
  maker.output("click", maker.node(format::SumOp{}, {maker.node(format::ConcatOp{}, {a, b})}));
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  CostOptions options;
  options.candidates = 10;
  const Cost cost = cost_of(*model, options);
  EXPECT_EQ(cost.flops, 2.0 * (20 + 10 * 4));
  EXPECT_EQ(cost.table_lines, 2 + 10);  // a row of 80 bytes has two lines
}

// A system that does not tell has caches all the same.
TEST(Cost, UnknownCachesAreOfUsualSize) {
  const auto model = costed_tower();
  ASSERT_NE(model, nullptr);
  const Roofline told = made_up();
  Roofline untold = told;
  untold.l1_bytes = untold.l2_bytes = untold.l3_bytes = 0;
  CostOptions options;
  options.roofline = &told;
  const Cost known = cost_of(*model, options);
  options.roofline = &untold;
  EXPECT_EQ(cost_of(*model, options).dense_us, known.dense_us);
}

TEST(Cost, TimesFollowTheRoofline) {
  const auto model = costed_tower();
  ASSERT_NE(model, nullptr);
  const Roofline slow = made_up();
  Roofline fast = slow;
  fast.flops *= 2, fast.l1 *= 2, fast.l2 *= 2, fast.l3 *= 2, fast.memory *= 2;
  fast.near.nanoseconds /= 2, fast.far.nanoseconds /= 2;
  CostOptions options;
  options.candidates = options.requests = 1000;
  options.roofline = &slow;
  const Cost long_run = cost_of(*model, options);
  options.roofline = &fast;
  const Cost short_run = cost_of(*model, options);
  EXPECT_DOUBLE_EQ(long_run.dense_us, 2 * short_run.dense_us);
  EXPECT_DOUBLE_EQ(long_run.elements_us, 2 * short_run.elements_us);
  EXPECT_EQ(long_run.call_us, short_run.call_us);
  EXPECT_GT(long_run.rows_us, short_run.rows_us);
  EXPECT_GT(long_run.dense_us, 1e6 * long_run.flops / slow.flops);  // never above the roof
  EXPECT_DOUBLE_EQ(long_run.us(), long_run.dense_us + long_run.rows_us + long_run.elements_us + long_run.call_us);
}

TEST(Roofline, IsMeasuredOnEverySet) {
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    const kernels::Table* table = kernels::table_for(isa);
    if (table == nullptr) continue;
    const auto found = measure_roofline(*table, {1 << 20, 1e-5, 1});
    ASSERT_TRUE(found.ok()) << found.status().message();
    for (const double rate : {found->flops, found->l1, found->l2, found->l3, found->memory}) {
      EXPECT_GT(rate, 1e5) << table->name;
      EXPECT_LT(rate, 1e14) << table->name;
    }
    for (const RowSpeed& rows : {found->near, found->far}) {
      EXPECT_GT(rows.table_bytes, 0u);
      EXPECT_GT(rows.nanoseconds, 0.01);
      EXPECT_GT(rows.latency, 0.01);
    }
    EXPECT_LE(found->near.table_bytes, found->far.table_bytes);
  }
}

}  // namespace
}  // namespace clicklens::lens
