// Plans by their number of steps: one for what is one piece of work, and a bound on all of them, so that a
// small file cannot ask for gigabytes.
#include "exec/plan.h"

#include "exec/session.h"
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

}  // namespace
}  // namespace clicklens
