// Observers: what they read at a tile's end has the bits of what is captured, wherever the planner put it.
#include "support/made.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using testing::captured;
using testing::expect_bits;
using testing::logits;
using testing::Made;
using testing::RandomBatch;
using testing::session_of;

// Keeps every observed value, and the first logit, of every candidate; expects tiles in order on one strand.
class Reader final : public exec::TileObserver {
 public:
  explicit Reader(const exec::Session& session) : values(session.observed().size()) {}

  base::Status tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t strand) noexcept override {
    EXPECT_EQ(strand, 0u);
    EXPECT_EQ(context.first_candidate, rows);
    rows += context.rows;
    for (std::size_t i = 0; i < values.size(); ++i)
      for (std::size_t row = 0; row < context.rows; ++row)
        for (const ops::Place& place : plan.observed[i]) read(context, place, row, values[i]);
    for (std::size_t row = 0; row < context.rows; ++row) read(context, plan.logits[0], row, logit);
    return {};
  }

  std::vector<std::vector<float>> values;  // by observed value
  std::vector<float> logit;
  std::uint64_t rows = 0;

 private:
  static void read(const ops::StepContext& context, const ops::Place& place, std::size_t row, std::vector<float>& to) {
    const kernels::Operand x = context.operand(place, ops::Level::row);
    const float* from = x.data + (x.rows != nullptr ? x.rows[row] : row) * x.ld;
    to.insert(to.end(), from, from + place.count);
  }
};

void expect_observed(const Made& made, const std::vector<std::uint32_t>& observed, const RandomBatch& batch,
                     const std::vector<std::vector<float>>& expected, exec::SessionOptions options) {
  options.observed = observed;
  const auto session = session_of(made, options);
  ASSERT_NE(session, nullptr);
  ASSERT_TRUE(std::ranges::equal(session->observed(), observed));
  Reader reader(*session);
  const base::Status status = session->observe(batch.batch(), reader);
  ASSERT_TRUE(status.ok()) << status.message();
  ASSERT_EQ(reader.rows, batch.rows());
  for (std::size_t i = 0; i < observed.size(); ++i)
    expect_bits(reader.values[i], expected[observed[i]], made.desc().values[observed[i]].name.c_str());
  const std::vector<float> scores = logits(*session, batch);
  std::vector<float> first;
  for (std::size_t i = 0; i < scores.size(); i += session->plan().logits.size()) first.push_back(scores[i]);
  expect_bits(reader.logit, first, "logit");
}

class ObserveTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ObserveTest, testing::seeds(1, 41));

void expect_what_capture_gives(std::uint32_t seed, ops::Precision precision) {
  Made made(seed);
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {4, 0, 9, 1, 0, 17});
  const RandomBatch unshared = batch.unshared();
  std::vector<std::uint32_t> all;
  std::vector<std::vector<float>> expected;
  for (std::uint32_t v = 0; v < made.desc().values.size(); ++v) {
    exec::SessionOptions options;
    options.precision = precision;
    options.captures = {v};
    const auto session = session_of(made, options);
    ASSERT_NE(session, nullptr);
    expected.push_back(captured(*session, batch, v));
    all.insert(all.begin(), v);
  }
  for (const std::size_t tile : {1u, 5u, 0u}) {
    exec::SessionOptions options;
    options.precision = precision;
    options.tile_rows = tile;
    options.strands = 3;
    expect_observed(made, all, batch, expected, options);
    expect_observed(made, all, unshared, expected, options);
  }
  for (const std::uint32_t v : all) {
    exec::SessionOptions options;
    options.precision = precision;
    options.tile_rows = 6;
    expect_observed(made, {v}, batch, expected, options);
    expect_observed(made, {v}, unshared, expected, options);
  }
}

TEST_P(ObserveTest, ReadsWhatCaptureGives) {
  expect_what_capture_gives(GetParam(), ops::Precision::f32);
}
TEST_P(ObserveTest, ReadsWhatCaptureGivesInInt8) {
  expect_what_capture_gives(GetParam(), ops::Precision::int8);
}

TEST(Observe, ValuesAreChecked) {
  const Made made(1);
  const auto status = [&](std::vector<std::uint32_t> observed) {
    exec::SessionOptions options;
    options.observed = std::move(observed);
    return exec::Session::create(made.model, RandomBatch::inputs(made.desc()), options).status();
  };
  EXPECT_TRUE(status({0, 1}).ok());
  EXPECT_STREQ(status({1, 0, 1}).message(), "session: observes value 1 twice");
  EXPECT_EQ(status({1, 1}).code(), base::Code::invalid_argument);
  EXPECT_EQ(status({99999}).code(), base::Code::invalid_argument);
}

}  // namespace
}  // namespace clicklens
