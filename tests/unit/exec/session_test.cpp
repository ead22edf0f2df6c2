// Sessions over random graphs: every score and every value has the bits of a plain row-by-row reference,
// whatever is captured, shared, fused, tiled or stranded.
#include "exec/compose.h"
#include "support/made.h"
#include "support/seeds.h"

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
INSTANTIATE_TEST_SUITE_P(Seeds, SessionTest, testing::seeds(1, 41));

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

}  // namespace
}  // namespace clicklens
