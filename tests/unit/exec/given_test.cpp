// Sessions of given inputs against ordinary ones of the same rows: the bits of scores, gradients and inner values.
#include "support/made.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using testing::expect_bits;
using testing::Made;
using testing::RandomBatch;
using testing::session_of;

class GivenTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, GivenTest, testing::seeds(1, 25));

// Rows of a value at each tile's end, and of gradients: of the inputs, and of the observed value where there is one.
class Watch final : public exec::TileObserver {
 public:
  explicit Watch(const exec::Session& session) : model_(session.model()) {}
  base::Status tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept override {
    for (std::size_t row = 0; row < context.rows; ++row) {
      for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        for (std::uint32_t d = 0; d < model_.inputs()[i].width; ++d) {
          pooled.push_back(plan.inputs[i].empty() ? 0 : read(context, plan.inputs[i].front(), row, d));
          if (plan.input_gradients.empty()) continue;
          const ops::Place& place = plan.input_gradients[i];
          gradients.push_back(plan.inputs[i].empty() ? 0 : context.at(place)[row * place.ld + d]);
        }
      }
      for (const ops::Place& place : plan.observed_gradients)
        for (std::uint32_t d = 0; d < place.count; ++d) inner.push_back(context.at(place)[row * place.ld + d]);
    }
    return {};
  }
  std::vector<float> pooled, gradients, inner;

 private:
  static float read(const ops::StepContext& context, const ops::Place& place, std::size_t row, std::uint32_t d) {
    const kernels::Operand from = context.operand(place, ops::Level::row);
    return from.data[(from.rows != nullptr ? from.rows[row] : row) * from.ld + d];
  }
  const exec::Model& model_;
};

exec::SessionOptions with_gradients(std::size_t tile_rows) {
  exec::SessionOptions options;
  options.gradients = true;
  options.tile_rows = tile_rows;
  return options;
}

exec::SessionOptions given(std::size_t tile_rows) {
  exec::SessionOptions options = with_gradients(tile_rows);
  options.given_inputs = true;
  return options;
}

exec::Batch rows_of(const std::vector<float>& pooled, std::size_t width) {
  exec::Batch batch;
  batch.candidates = width == 0 ? 0 : pooled.size() / width;
  batch.given = pooled.data();
  batch.given_stride = width;
  return batch;
}

std::vector<float> logits_of(exec::Session& session, const exec::Batch& batch) {
  std::vector<float> values(batch.candidates * session.plan().logits.size(), -99.0f);
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = values.data();
  output.capacity = values.size();
  const base::Status status = session.run(batch, output);
  EXPECT_TRUE(status.ok()) << status.message();
  return values;
}

TEST_P(GivenTest, ScoresAndGradientsHaveTheBitsOfAnOrdinarySession) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 1, 5});
  const auto ordinary = session_of(made, with_gradients(4));
  const auto session = session_of(made, given(5));
  ASSERT_TRUE(ordinary != nullptr && session != nullptr);
  for (const format::OutputDesc& task : made.desc().outputs) {
    Watch expected(*ordinary), found(*session);
    exec::Output output;
    ASSERT_TRUE(ordinary->explain(batch.batch(), {task.logit, 0, false}, output, expected, true).ok());
    const exec::Batch rows = rows_of(expected.pooled, made.model->input_width());
    ASSERT_EQ(rows.candidates, batch.rows());
    const base::Status status = session->explain(rows, {task.logit, 0, false}, output, found, true);
    ASSERT_TRUE(status.ok()) << status.message();
    expect_bits(found.gradients, expected.gradients, "gradients");
    expect_bits(logits_of(*session, rows), testing::logits(*ordinary, batch), "logits");
  }
}

// All neurons of a value in one backward, against a backward for each.
TEST_P(GivenTest, EachRowMayHaveItsOwnColumn) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {1});
  exec::SessionOptions options = given(7);
  for (const format::LayerDesc& layer : made.desc().layers) options.captures.push_back(layer.value);
  const auto ordinary = session_of(made, with_gradients(4));
  const auto session = session_of(made, options);
  ASSERT_TRUE(ordinary != nullptr && session != nullptr);
  Watch pooled(*ordinary);
  exec::Output output;
  ASSERT_TRUE(ordinary->observe(batch.batch(), pooled).ok());
  for (const std::uint32_t value : options.captures) {
    const std::uint32_t columns = made.model->graph().values[value].columns();
    std::vector<std::uint32_t> each(columns);
    std::vector<float> rows, expected;
    for (std::uint32_t c = 0; c < columns; ++c) {
      each[c] = columns - 1 - c;
      rows.insert(rows.end(), pooled.pooled.begin(), pooled.pooled.end());
      Watch one(*session);
      const exec::Batch row = rows_of(pooled.pooled, made.model->input_width());
      ASSERT_TRUE(session->explain(row, {value, each[c], false}, output, one, true).ok());
      expected.insert(expected.end(), one.gradients.begin(), one.gradients.end());
    }
    Watch all(*session);
    const exec::Batch many = rows_of(rows, made.model->input_width());
    ASSERT_TRUE(session->explain(many, {value, 0, false, each.data()}, output, all, true).ok());
    expect_bits(all.gradients, expected, "gradients");
    each.back() = columns;
    EXPECT_EQ(session->explain(many, {value, 0, false, each.data()}, output, all, true).code(),
              base::Code::invalid_argument);
  }
}

// Gradients of inner values are kept: those of an input are what input_gradients say, of a value that the target does
// not depend on zero.
TEST_P(GivenTest, InnerGradientsAreKept) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {4});
  exec::SessionOptions options = with_gradients(4);
  for (const exec::InputBlock& block : made.model->inputs()) {
    if (made.model->graph().values[block.value].consumers.empty()) return;
    options.observed_gradients.push_back(block.value);
  }
  const auto session = session_of(made, options);
  ASSERT_NE(session, nullptr);
  for (const format::OutputDesc& task : made.desc().outputs) {
    Watch watch(*session);
    exec::Output output;
    ASSERT_TRUE(session->explain(batch.batch(), {task.logit, 0, false}, output, watch, true).ok());
    if (watch.inner.size() != watch.gradients.size()) continue;  // some input reaches no output
    expect_bits(watch.inner, watch.gradients, "gradients");
  }
}

TEST(GivenInputs, AreCheckedBeforeAnyWork) {
  Made made(3);
  ASSERT_NE(made.model, nullptr);
  const std::size_t width = made.model->input_width();
  const std::vector<float> rows(2 * width);
  const auto session = session_of(made, given(4));
  const auto ordinary = session_of(made, with_gradients(4));
  ASSERT_TRUE(ordinary != nullptr && session != nullptr);
  exec::Output nothing;
  exec::Batch batch = rows_of(rows, width);
  EXPECT_TRUE(session->run(batch, nothing).ok());
  EXPECT_EQ(ordinary->run(batch, nothing).code(), base::Code::bad_state);
  batch.given_stride = width - 1;
  EXPECT_EQ(session->run(batch, nothing).code(), base::Code::invalid_argument);
  batch = rows_of(rows, width);
  batch.given = nullptr;
  EXPECT_EQ(session->run(batch, nothing).code(), base::Code::invalid_argument);
  const RandomBatch columns(made.random.maker, made.desc(), {2});
  EXPECT_EQ(session->run(columns.batch(), nothing).code(), base::Code::invalid_argument);

  exec::SessionOptions cached = given(4);
  cached.cache = true;
  EXPECT_EQ(exec::Session::create(made.model, RandomBatch::inputs(made.desc()), cached).status().code(),
            base::Code::unsupported);
  exec::SessionOptions odd = given(3);
  odd.pairs = true;
  EXPECT_EQ(exec::Session::create(made.model, RandomBatch::inputs(made.desc()), odd).status().code(),
            base::Code::invalid_argument);
}

}  // namespace
}  // namespace clicklens
