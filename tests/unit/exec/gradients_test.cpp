// Gradients of random graphs: bit for bit those of a plain reference, whatever is shared, tiled or run on; and
// the slopes of what the forward computes.
#include "kernels/dispatch.h"
#include "support/made.h"
#include "support/reference_backward.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using testing::expect_bits;
using testing::Made;
using testing::RandomBatch;
using testing::Reference;
using testing::session_of;

class GradientsTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, GradientsTest, testing::seeds(1, 41));

// Watches one strand's tiles and keeps the gradients of every input.
class Gradients final : public exec::TileObserver {
 public:
  Gradients(const exec::Model& model, std::size_t rows) : model_(model), values(rows * model.input_width(), -99.0f) {}
  base::Status tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept override {
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
      const exec::InputBlock& block = model_.inputs()[i];
      for (std::size_t row = 0; row < context.rows; ++row) {
        const ops::Place& place = plan.input_gradients[i];
        for (std::size_t d = 0; d < block.width; ++d)
          values[(context.first_candidate + row) * model_.input_width() + block.begin + d] =
              place.count == 0 ? 0.0f : context.at(place)[row * place.ld + d];
      }
    }
    return {};
  }

 private:
  const exec::Model& model_;

 public:
  std::vector<float> values;
};

// Central differences of the reference in double. False where the two sides differ: at a kink of relu and
// its kin (an empty bag before a linear without bias sits on all of them) there is no derivative.
bool check_gradient(Made& made, const testing::Row& row, std::uint32_t target, const exec::InputBlock& block,
                    std::size_t d, float found) {
  const Reference<double> reference(made.random.maker, made.desc());
  const auto at = reference.forward(row);
  const double z = at.at(target)[0];
  const auto moved = [&](double by) {
    testing::Values<double> given{{block.value, at.at(block.value)}};
    given[block.value][d] += by;
    return reference.forward(row, given).at(target)[0];
  };
  const double h = 1e-6;
  const double left = (z - moved(-h)) / h;
  const double right = (moved(h) - z) / h;
  const double slack = 2e-4 * (1 + std::abs(left));                        // of float weights and a float chain
  if (std::abs(left - right) > 2e-5 * (1 + std::abs(left))) return false;  // many kinks may nearly cancel
  EXPECT_NEAR(found, (left + right) / 2, slack) << "input " << block.value << " dimension " << d;
  return true;
}

TEST_P(GradientsTest, AgreeWithCentralDifferences) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {2, 3});
  exec::SessionOptions options;
  options.gradients = true;
  options.tile_rows = 4;
  const auto session = session_of(made, options);
  ASSERT_NE(session, nullptr);
  std::size_t checked = 0;
  std::size_t kinks = 0;
  for (const format::OutputDesc& task : made.desc().outputs) {
    Gradients gradients(*made.model, batch.rows());
    exec::Output output;
    const base::Status status = session->explain(batch.batch(), {task.logit, 0, false}, output, gradients, false);
    ASSERT_TRUE(status.ok()) << status.message();
    for (std::size_t row = 0; row < batch.rows(); ++row)
      for (const exec::InputBlock& block : made.model->inputs())
        for (std::size_t d = 0; d < block.width; ++d)
          ++(check_gradient(made, batch.row(row), task.logit, block, d,
                            gradients.values[row * made.model->input_width() + block.begin + d])
                 ? checked
                 : kinks);
  }
  EXPECT_GT(checked, 3 * kinks);
}

// d p / d z = p (1 - p), of the scalar kernels' p.
float slope_of(float z) {
  kernels::MapArgs args;
  args.a = {&z, 1, nullptr};
  args.y = &z;
  args.ldy = args.rows = args.cols = 1;
  kernels::table_for(kernels::Isa::scalar)->sigmoid(args);
  return z * (1.0f - z) + 0.0f;
}

std::vector<float> reference_gradients(Made& made, const RandomBatch& batch, const exec::GradientTarget& target) {
  const Reference<float> forward(made.random.maker, made.desc());
  const testing::ReferenceBackward backward(made.random.maker, made.desc());
  std::vector<float> gradients;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto values = forward.forward(batch.row(row));
    const float seed = target.probability ? slope_of(values.at(target.value)[target.column]) : 1.0f;
    const auto by_value = backward.run(values, target.value, target.column, seed);
    for (const exec::InputBlock& block : made.model->inputs()) {
      const auto found = by_value.find(block.value);
      const std::vector<float> none(block.width, 0.0f);
      const std::vector<float>& here = found != by_value.end() ? found->second : none;
      gradients.insert(gradients.end(), here.begin(), here.end());
    }
  }
  return gradients;
}

TEST_P(GradientsTest, HaveTheBitsOfTheReference) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {7, 0, 1, 20});
  const RandomBatch unshared = batch.unshared();
  exec::SessionOptions options;
  options.gradients = true;
  options.strands = 2;
  std::vector<exec::GradientTarget> targets;
  for (const format::OutputDesc& output : made.desc().outputs) targets.push_back({output.logit, 0, false});
  targets.push_back({made.desc().outputs[0].logit, 0, true});
  const std::uint32_t value = made.random.maker.below(static_cast<std::uint32_t>(made.desc().values.size()));
  targets.push_back({value, made.random.maker.below(made.model->graph().values[value].columns()), false});
  options.captures = {value};
  for (const exec::GradientTarget& target : targets) {
    const std::vector<float> expected = reference_gradients(made, batch, target);
    for (const kernels::Isa isa : kernels::compiled_isas()) {
      if (!kernels::supported(isa)) continue;
      options.kernels = kernels::table_for(isa);
      for (const std::size_t tile : {3u, 0u}) {
        options.tile_rows = tile;
        const auto session = session_of(made, options);
        ASSERT_NE(session, nullptr);
        for (const RandomBatch* each : {&batch, &unshared}) {
          Gradients gradients(*made.model, batch.rows());
          exec::Output output;
          ASSERT_TRUE(session->explain(each->batch(), target, output, gradients, false).ok());
          expect_bits(gradients.values, expected, kernels::isa_name(isa));
        }
      }
    }
  }
}

// A mask has no gradient of its own: what another target left in its place must not go back for this one.
TEST(MaskGradients, DoNotDependOnTheTargetBefore) {
  testing::ModelMaker maker(3);
  const auto input = [&](const char* name) {
    return maker.bag(maker.sparse(name, format::Scope::candidate, 20), maker.table(20, 4));
  };
  const std::uint32_t x = input("x"), y = input("y");
  const std::uint32_t mask = maker.activation(format::ActivationKind::relu, maker.linear(x, 4, 4));
  const std::uint32_t share = maker.node(format::SoftmaxOp{}, {maker.linear(y, 4, 4), mask});
  maker.output("share", maker.linear(share, 4, 1));
  maker.output("mask", maker.linear(mask, 4, 1));
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(maker, model->desc(), {3, 5});
  exec::SessionOptions options;
  options.gradients = true;
  auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
  ASSERT_TRUE(session.ok()) << session.status().message();
  std::vector<std::vector<float>> found;
  for (const std::size_t task : {0u, 1u, 0u}) {
    Gradients gradients(*model, batch.rows());
    exec::Output output;
    const base::Status status =
        (*session)->explain(batch.batch(), {model->desc().outputs[task].logit, 0, false}, output, gradients, false);
    ASSERT_TRUE(status.ok()) << status.message();
    found.push_back(gradients.values);
  }
  EXPECT_NE(found[0], found[1]);
  expect_bits(found[2], found[0], "again");
  for (std::size_t row = 0; row < batch.rows(); ++row)
    for (std::size_t d = 0; d < 4; ++d) EXPECT_EQ(found[2][row * 8 + d], 0.0f) << "x of row " << row;
}

}  // namespace
}  // namespace clicklens
