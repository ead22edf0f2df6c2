// Plans by their number of steps: one for what is one piece of work, and a bound on all of them, so that a
// small file cannot ask for gigabytes.
#include "exec/plan.h"

#include <fstream>

#include "exec/session.h"
#include "kernels/dispatch.h"
#include "support/random_batch.h"

namespace clicklens {
namespace {

using testing::ModelMaker;
using testing::RandomBatch;

std::uint32_t dense(ModelMaker& maker, const std::string& name, std::uint32_t width,
                    format::Scope scope = format::Scope::candidate) {
  return maker.node(format::DenseInputOp{maker.dense(name, scope, width)}, {});
}

base::Result<std::unique_ptr<exec::Session>> session_of(ModelMaker& maker, const exec::SessionOptions& options = {}) {
  const auto model = maker.open();
  if (model == nullptr) return base::Status::error(base::Code::bad_file, "did not open");
  return exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
}

std::size_t backward_steps(const exec::Plan& plan) {
  std::size_t steps = 0;
  for (const exec::BackwardPlan& backward : plan.backward) steps += backward.steps.size();
  return steps;
}

TEST(Plan, ASumOfAllColumnsIsOneChainPerSegment) {
  for (const std::uint32_t width : {1u, 64u, 512u}) {
    ModelMaker maker;
    maker.output("wide", maker.node(format::SumOp{}, {dense(maker, "d", width)}));
    exec::SessionOptions options;
    options.gradients = true;
    const auto session = session_of(maker, options);
    ASSERT_TRUE(session.ok()) << session.status().message();
    EXPECT_EQ((*session)->plan().per_tile.size(), 2u) << width;  // the input, the sum
    EXPECT_EQ(backward_steps((*session)->plan()), 1u) << width;
  }
  ModelMaker maker;
  const std::uint32_t user = dense(maker, "u", 40, format::Scope::request);
  const std::uint32_t ad = dense(maker, "a", 30);
  const std::uint32_t match = dense(maker, "m", 20, format::Scope::pair);
  const std::uint32_t x = maker.node(format::ConcatOp{}, {match, user, ad});
  maker.output("wide", maker.node(format::SumOp{}, {x}));
  const auto session = session_of(maker);
  ASSERT_TRUE(session.ok()) << session.status().message();
  EXPECT_EQ((*session)->plan().per_requests.size(), 2u);  // u, R
  EXPECT_EQ((*session)->plan().per_tile.size(), 4u);      // a, m, C, P
}

// Where the caller does not say; a tile of 16 is the smallest.
TEST(Plan, FewerRowsATileWhereACandidateHoldsMuch) {
  const auto rows = [](std::uint32_t width, bool gradients) -> std::size_t {
    ModelMaker maker;
    const std::uint32_t d = dense(maker, "d", width);
    maker.output("sum", maker.node(format::SumOp{}, {maker.node(format::MultiplyOp{}, {d, d})}));
    exec::SessionOptions options;
    options.gradients = gradients;
    const auto session = session_of(maker, options);
    return session.ok() ? (*session)->plan().tile_rows : 0;
  };
  EXPECT_EQ(rows(500, false), 128u);
  EXPECT_EQ(rows(2000, false), 64u);  // 16 KB a row, 1 MiB a tile
  EXPECT_EQ(rows(2000, true), 128u);
  EXPECT_EQ(rows(60000, false), 16u);
}

TEST(Plan, PairsOfALevelAreOneStep) {
  ModelMaker maker;
  std::vector<std::uint32_t> fields;
  for (std::uint32_t f = 0; f < 20; ++f)
    fields.push_back(
        dense(maker, "d" + std::to_string(f), 3, f < 12 ? format::Scope::request : format::Scope::candidate));
  const std::uint32_t x = maker.node(format::ConcatOp{}, fields);
  maker.desc.values[x].fields = 20;
  maker.output("sum", maker.node(format::SumOp{}, {maker.node(format::PairwiseDotOp{}, {x})}));
  exec::SessionOptions options;
  options.gradients = true;
  const auto session = session_of(maker, options);
  ASSERT_TRUE(session.ok()) << session.status().message();
  EXPECT_EQ((*session)->plan().per_requests.size(), 12u + 1 + 1);  // inputs, pairs, R
  EXPECT_EQ((*session)->plan().per_tile.size(), 8u + 1 + 2);       // inputs, pairs, C, P
}

// ---- small files that ask for much

void expect_limit(const base::Result<std::unique_ptr<exec::Session>>& session, const char* what) {
  ASSERT_FALSE(session.ok()) << (*session)->plan().per_tile.size() << " steps";
  EXPECT_EQ(session.status().code(), base::Code::limit_exceeded);
  EXPECT_NE(std::string(session.status().message()).find(what), std::string::npos) << session.status().message();
}

TEST(PlanLimits, ThousandsOfWideSums) {
  ModelMaker maker;
  const std::uint32_t d = dense(maker, "d", 65536);
  for (int i = 0; i < 2000; ++i) maker.output("o" + std::to_string(i), maker.node(format::SumOp{}, {d}));
  exec::SessionOptions options;
  options.tile_rows = 1;
  const auto session = session_of(maker, options);
  ASSERT_TRUE(session.ok()) << session.status().message();
  EXPECT_EQ((*session)->plan().per_tile.size(), 2001u);
}

// Backward of the n-th link is n steps.
void add_links(ModelMaker& maker, int count) {
  std::uint32_t x = dense(maker, "d", 1);
  for (int i = 0; i < count; ++i) {
    x = maker.activation(format::ActivationKind::relu, x);
    maker.output("o" + std::to_string(i), x);
  }
}

TEST(PlanLimits, ALongChainOfOutputsWithGradients) {
  exec::SessionOptions options;
  options.gradients = true;
  options.tile_rows = 1;
  ModelMaker few;
  add_links(few, 200);
  const auto session = session_of(few, options);
  ASSERT_TRUE(session.ok()) << session.status().message();
  EXPECT_EQ((*session)->plan().per_tile.size(), 201u);
  EXPECT_EQ(backward_steps((*session)->plan()), 200u * 201u / 2);
  for (const format::OutputDesc& output : (*session)->model().desc().outputs) {
    const exec::BackwardPlan* backward = (*session)->plan().backward_from(output.logit);
    ASSERT_NE(backward, nullptr);
    EXPECT_EQ(backward->target, output.logit);
  }
  EXPECT_EQ((*session)->plan().backward_from(0), nullptr);
  EXPECT_EQ((*session)->plan().backward_from(format::no_index), nullptr);
  ModelMaker many;
  add_links(many, 4000);
  expect_limit(session_of(many, options), "steps");
  options.gradients = false;
  const auto forward = session_of(many, options);
  ASSERT_TRUE(forward.ok()) << forward.status().message();
  EXPECT_EQ((*forward)->plan().per_tile.size(), 4001u);
}

// One column, doubled to 65,536 that lie nowhere side by side.
std::uint32_t scattered(ModelMaker& maker) {
  std::uint32_t x = dense(maker, "d", 1);
  for (int i = 0; i < 16; ++i) x = maker.node(format::ConcatOp{}, {x, x});
  return x;
}

TEST(PlanLimits, ViewsOfScatteredColumns) {
  ModelMaker maker;
  const std::uint32_t x = scattered(maker);
  std::uint32_t y = x;
  for (int i = 0; i < 40; ++i) y = maker.node(format::ConcatOp{}, {x});
  const std::uint32_t w = maker.constant({1, 65536}, std::vector<float>(65536, 1.0f));
  maker.output("o", maker.node(format::LinearOp{w, format::no_index}, {y}));
  const auto one = session_of(maker);
  ASSERT_TRUE(one.ok()) << one.status().message();  // the other views are not needed
  EXPECT_EQ((*one)->plan().per_tile.size(), 65537u);
  exec::SessionOptions options;
  const auto values = static_cast<std::uint32_t>(maker.desc.values.size());
  for (std::uint32_t value = 0; value < values; ++value) options.captures.push_back(value);
  expect_limit(session_of(maker, options), "places");
}

// A view of twice the same view, a hundred deep: who asks what such values are walks no path twice.
TEST(PlanLimits, ViewsOfTheSameViewTwice) {
  ModelMaker maker;
  std::uint32_t x = dense(maker, "d", 8);
  for (int i = 0; i < 100; ++i)
    x = maker.node(format::SelectOp{{0, 1, 2, 3, 4, 5, 6, 7}}, {maker.node(format::ConcatOp{}, {x, x})});
  maker.output("o", maker.linear(maker.linear(x, 8, 4), 4, 1));
  const auto session = session_of(maker);
  ASSERT_TRUE(session.ok()) << session.status().message();
}

// Weights are packed by input, too, for linears behind relu, and with gradients for those whose output goes through it.
TEST(Plan, WeightsByInputWhereZerosAreLikely) {
  const auto packed = [](bool behind_relu, bool gradients) -> std::size_t {
    ModelMaker maker;
    std::uint32_t x = maker.linear(dense(maker, "d", 24), 24, 40);
    if (behind_relu) x = maker.node(format::ActivationOp{format::ActivationKind::relu}, {x});
    x = maker.linear(maker.node(format::ConcatOp{}, {x, dense(maker, "e", 8)}), 48, 32);
    maker.output("o", maker.linear(x, 32, 1));
    const auto model = maker.open();
    exec::SessionOptions options;
    options.gradients = gradients;
    EXPECT_TRUE(exec::Session::create(model, RandomBatch::inputs(model->desc()), options).ok());
    return model->packed().bytes();
  };
  const kernels::Table& table = **kernels::active_table();
  const std::size_t second = sizeof(float) * (table.by_input_floats(32, 40) + table.by_input_floats(32, 8));
  EXPECT_EQ(packed(true, false) - packed(false, false), second);
  const std::size_t back = sizeof(float) * table.by_input_floats(24, 40);
  EXPECT_EQ(packed(true, true) - packed(false, true), second + back);
}

// Columns taken out of turn, one here and one there: all plans together have room for so many.
TEST(PlanLimits, SelectsOfScatteredColumns) {
  ModelMaker maker;
  const std::uint32_t x = scattered(maker);
  std::vector<std::uint32_t> columns(65536);
  for (std::uint32_t i = 0; i < columns.size(); ++i) columns[i] = (i * 40503u) % 65536u;
  const auto add = [&](int count) {
    for (; count > 0; --count) {
      const std::uint32_t y = maker.node(format::SelectOp{columns}, {x});
      maker.output("o" + std::to_string(y), maker.node(format::SumOp{}, {y}));
    }
  };
  exec::SessionOptions options;
  options.tile_rows = 1;
  add(3);
  const auto few = session_of(maker, options);
  ASSERT_TRUE(few.ok()) << few.status().message();
  add(77);
  expect_limit(session_of(maker, options), "steps");
}

// Bytes of the process that are in memory; 0 where the system does not say.
std::size_t resident_bytes() {
  std::size_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * 4096;
}

// Request and candidate columns in turn, and then in reverse: as many places on both sides.
TEST(PlanLimits, AGatherRemembersThePlacesItReads) {
  ModelMaker maker;
  const std::uint32_t user = dense(maker, "u", 1, format::Scope::request);
  std::uint32_t x = maker.node(format::ConcatOp{}, {user, dense(maker, "a", 1)});
  for (int i = 0; i < 11; ++i) x = maker.node(format::ConcatOp{}, {x, x});
  std::vector<std::uint32_t> columns(4096);
  for (std::uint32_t i = 0; i < columns.size(); ++i) columns[i] = 4095 - i;
  maker.output("o", maker.node(format::SumOp{}, {maker.node(format::SelectOp{columns}, {x})}));
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const std::size_t before = resident_bytes();
  const auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), {});
  ASSERT_TRUE(session.ok()) << session.status().message();
  EXPECT_LT(resident_bytes(), before + (std::size_t{256} << 20));  // for each to keep room for all would be 1 GB
}

TEST(PlanLimits, LinearsOverScatteredColumns) {
  ModelMaker maker;
  const std::uint32_t x = scattered(maker);
  const std::uint32_t w = maker.constant({1, 65536}, std::vector<float>(65536, 1.0f));
  for (int i = 0; i < 100; ++i)
    maker.output("o" + std::to_string(i), maker.node(format::LinearOp{w, format::no_index}, {x}));
  expect_limit(session_of(maker), "steps");
}

// A step for each level, but with room for every pair.
TEST(PlanLimits, PairsOfManyFields) {
  ModelMaker maker;
  const std::uint32_t x = maker.node(format::ConcatOp{}, {dense(maker, "d", 360)});
  maker.desc.values[x].fields = 360;
  std::vector<std::uint32_t> sums;
  for (int i = 0; i < 300; ++i) sums.push_back(maker.node(format::SumOp{}, {maker.node(format::PairwiseDotOp{}, {x})}));
  maker.output("o", maker.node(format::SumOp{}, {maker.node(format::ConcatOp{}, sums)}));
  exec::SessionOptions options;
  options.tile_rows = 1;
  expect_limit(session_of(maker, options), "steps");
}

// 24 bags of dim 16 and a tower of 960 hidden neurons, as in bench/models/gwen-ref.txt.
TEST(Plan, ASessionOfAUsualModelTakesLittleMemory) {
  testing::ModelMaker maker(3);
  std::vector<std::uint32_t> bags;
  for (std::uint32_t f = 0; f < 24; ++f) {
    const auto scope = f < 16 ? format::Scope::request : format::Scope::candidate;
    const std::uint32_t feature = maker.sparse("f" + std::to_string(f), scope, 5, format::Pooling::sum, false);
    bags.push_back(maker.bag(feature, maker.table(5, 16)));
  }
  std::uint32_t x = maker.node(format::ConcatOp{}, bags), in = 384;
  for (const std::uint32_t out : {512u, 256u, 128u, 64u}) {
    x = maker.activation(format::ActivationKind::relu, maker.linear(x, in, out));
    in = out;
  }
  maker.output("click", maker.linear(x, in, 1));
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  for (const bool cache : {false, true}) {
    for (const ops::Precision precision : {ops::Precision::f32, ops::Precision::int8}) {
      exec::SessionOptions options;
      options.cache = cache;
      options.precision = precision;
      auto session = exec::Session::create(model, testing::RandomBatch::inputs(model->desc()), options);
      ASSERT_TRUE(session.ok()) << session.status().message();
      EXPECT_LE((*session)->block_bytes(), std::size_t{2} << 20);
      EXPECT_GT((*session)->block_bytes(), std::size_t{1} << 18);
    }
  }
}

}  // namespace
}  // namespace clicklens
