// Sessions over random graphs: every score and every value has the bits of a plain row-by-row reference,
// whatever is captured, shared, fused, tiled or stranded.
#include "exec/session.h"

#include "support/made.h"
#include "support/reference_backward.h"

namespace clicklens {
namespace {

using testing::expect_bits;
using testing::logits;
using testing::Made;
using testing::RandomBatch;
using testing::RandomModel;
using testing::Reference;
using testing::session_of;

// Another writer's order: some runs of R and C moved into P, or cut in two.
void demote_orders(testing::ModelMaker& maker) {
  auto complete = exec::complete(maker.desc, maker.limits);
  ASSERT_TRUE(complete.ok()) << complete.status().message();
  maker.desc = *complete;
  for (format::NodeDesc& node : maker.desc.nodes) {
    std::vector<format::OrderRun> order;
    for (const format::OrderRun& run : node.order) {
      const std::uint32_t cut = maker.below(run.count + 1);
      const auto demoted = [&] { return maker.below(2) == 0 ? format::Part::pair : run.part; };
      if (cut > 0) order.push_back({demoted(), run.begin, cut});
      if (cut < run.count) order.push_back({demoted(), run.begin + cut, run.count - cut});
    }
    node.order = order;
  }
}

std::vector<float> reference_logits(Made& made, const RandomBatch& batch) {
  const Reference<float> reference(made.random.maker, made.desc());
  std::vector<float> values;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto all = reference.forward(batch.row(row));
    for (const format::OutputDesc& output : made.desc().outputs) values.push_back(all.at(output.logit)[0]);
  }
  return values;
}

class SessionTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SessionTest, ::testing::Range(1u, 41u));

TEST_P(SessionTest, ScoresHaveTheBitsOfTheReference) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 0, 1, 17, 0, 2, 30, 0});
  const std::vector<float> expected = reference_logits(made, batch);
  for (const std::size_t tile : {1u, 5u, 16u, 0u}) {
    for (const std::size_t strands : {1u, 3u}) {
      exec::SessionOptions options;
      options.tile_rows = tile;
      options.strands = strands;
      const auto session = session_of(made, options);
      ASSERT_NE(session, nullptr);
      expect_bits(logits(*session, batch), expected, "shared");
      expect_bits(logits(*session, batch.unshared()), expected, "unshared");
    }
  }
}

TEST_P(SessionTest, AnyStoredOrderIsExecutedAsItStands) {
  RandomModel random(GetParam());
  ASSERT_NO_FATAL_FAILURE(demote_orders(random.maker));
  Made made(std::move(random));
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 1, 0, 12});
  const std::vector<float> expected = reference_logits(made, batch);
  exec::SessionOptions options;
  options.tile_rows = 7;
  const auto session = session_of(made, options);
  ASSERT_NE(session, nullptr);
  expect_bits(logits(*session, batch), expected, "shared");
  expect_bits(logits(*session, batch.unshared()), expected, "unshared");
}

TEST_P(SessionTest, EachValueIsCapturedAloneWithItsBits) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {4, 0, 9});
  const Reference<float> reference(made.random.maker, made.desc());
  const std::vector<float> expected = reference_logits(made, batch);
  for (std::uint32_t v = 0; v < made.desc().values.size(); ++v) {
    exec::SessionOptions options;
    options.tile_rows = 6;
    options.captures = {v};
    const std::size_t columns = made.model->graph().values[v].columns();
    const bool shared = made.model->graph().values[v].scope() == graph::Scope::request;
    std::vector<float> rows(batch.rows() * columns, -99.0f), scores(expected.size());
    const exec::CaptureBuffer buffer{v, rows.data(), rows.size(), 0};
    exec::Output output;
    output.kind = exec::OutputKind::logit;
    output.values = scores.data();
    output.capacity = scores.size();
    output.captures = {&buffer, 1};
    const auto session = session_of(made, options);
    ASSERT_NE(session, nullptr);
    ASSERT_TRUE(session->run(batch.batch(), output).ok());
    expect_bits(scores, expected, "scores");
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const auto begin = rows.begin() + static_cast<std::ptrdiff_t>((shared ? batch.request_of(row) : row) * columns);
      expect_bits({begin, begin + static_cast<std::ptrdiff_t>(columns)}, reference.forward(batch.row(row)).at(v),
                  made.desc().values[v].name.c_str());
    }
  }
}

TEST_P(SessionTest, EveryValueIsCapturedWithItsBitsAndChangesNothing) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {4, 0, 9, 1, 0});
  exec::SessionOptions options;
  options.tile_rows = 6;
  options.strands = 2;
  std::vector<exec::CaptureBuffer> buffers;
  std::vector<std::vector<float>> rows;
  for (std::uint32_t v = 0; v < made.desc().values.size(); ++v) {
    options.captures.push_back(v);
    rows.emplace_back(batch.rows() * made.model->graph().values[v].columns(), -99.0f);
  }
  for (std::uint32_t v = 0; v < rows.size(); ++v) buffers.push_back({v, rows[v].data(), rows[v].size(), 0});
  const auto session = session_of(made, options);
  ASSERT_NE(session, nullptr);
  std::vector<float> scores(batch.rows() * session->plan().logits.size());
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = scores.data();
  output.capacity = scores.size();
  output.captures = buffers;
  const base::Status status = session->run(batch.batch(), output);
  ASSERT_TRUE(status.ok()) << status.message();
  expect_bits(scores, reference_logits(made, batch), "scores");

  const Reference<float> reference(made.random.maker, made.desc());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto all = reference.forward(batch.row(row));
    for (std::uint32_t v = 0; v < rows.size(); ++v) {
      const bool shared = made.model->graph().values[v].scope() == graph::Scope::request;
      const std::size_t columns = all.at(v).size();
      const auto begin =
          rows[v].begin() + static_cast<std::ptrdiff_t>((shared ? batch.request_of(row) : row) * columns);
      expect_bits({begin, begin + static_cast<std::ptrdiff_t>(columns)}, all.at(v), made.desc().values[v].name.c_str());
    }
  }
}

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

TEST_P(SessionTest, GradientsAgreeWithCentralDifferences) {
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

TEST_P(SessionTest, GradientsHaveTheBitsOfTheReference) {
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

}  // namespace
}  // namespace clicklens
