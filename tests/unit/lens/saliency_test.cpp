// Saliency against plain loops over captured inputs and dimension-level gradients (which have their own
// oracles: central differences, and PyTorch's numbers), and the invariances that a group score must have.
#include "lens/saliency.h"

#include <bit>

#include "support/random_batch.h"
#include "support/random_model.h"
#include "support/rescaled.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using lens::SaliencyLevel;
using lens::SaliencyMethod;
using testing::ModelMaker;
using testing::RandomBatch;
using testing::RandomModel;
using testing::Rescaled;
using testing::SingleIds;

// A session that captures every pooled input.
struct Captured {
  Captured(const std::shared_ptr<exec::Model>& opened, std::size_t tile_rows) : model(opened) {
    exec::SessionOptions options;
    options.gradients = true;
    options.tile_rows = tile_rows;
    options.strands = 2;
    for (const exec::InputBlock& block : model->inputs()) options.captures.push_back(block.value);
    auto made = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    session = std::move(*made);
  }
  std::vector<float> run(const RandomBatch& batch, const lens::SaliencySpec& spec) {
    const auto size = lens::saliency_size(*session, batch.batch(), spec, {});
    EXPECT_TRUE(size.ok()) << size.status().message();
    std::vector<float> values(size.ok() ? *size : 0, -99.0f);
    exec::Output scores;
    const base::Status status = lens::saliency(*session, batch.batch(), spec, values, scores);
    EXPECT_TRUE(status.ok()) << status.message();
    return values;
  }
  std::vector<float> run(const RandomBatch& batch, SaliencyMethod method, SaliencyLevel level) {
    lens::SaliencySpec spec;
    spec.method = method;
    spec.level = level;
    spec.means = means;
    return run(batch, spec);
  }
  std::shared_ptr<exec::Model> model;
  std::unique_ptr<exec::Session> session;
  std::vector<float> means;
};

// Pooled inputs by row, from the reference.
std::vector<float> pooled_inputs(const ModelMaker& maker, const exec::Model& model, const RandomBatch& batch) {
  const testing::Reference<float> reference(maker, model.desc());
  std::vector<float> inputs;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto all = reference.forward(batch.row(row));
    for (const exec::InputBlock& block : model.inputs())
      inputs.insert(inputs.end(), all.at(block.value).begin(), all.at(block.value).end());
  }
  return inputs;
}

std::vector<float> mean_inputs(Captured& explained, const RandomBatch& batch) {
  std::vector<double> sums(explained.model->input_width());
  EXPECT_TRUE(lens::add_input_sums(*explained.session, batch.batch(), sums).ok());
  std::vector<float> means;
  for (const double sum : sums) means.push_back(static_cast<float>(sum / static_cast<double>(batch.rows())));
  return means;
}

double contribution(SaliencyMethod method, double g, double e, double mean) {
  switch (method) {
    case SaliencyMethod::gradient_l1:
      return std::abs(g);
    case SaliencyMethod::gradient_l2:
      return g * g;
    case SaliencyMethod::gradient_x_input:
      return g * e;
    default:
      return g * (e - mean);
  }
}

class SaliencyTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SaliencyTest, testing::seeds(100, 116));

TEST_P(SaliencyTest, GroupsAndFeaturesAddUpTheirDimensions) {
  RandomModel random(GetParam());
  random.maker.desc.features[1].group = random.maker.desc.features[0].group;  // a group of two
  const auto model = random.maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(random.maker, model->desc(), {5, 0, 1, 9});
  Captured explained(model, 4);
  explained.means = mean_inputs(explained, batch);
  const std::vector<float> e = pooled_inputs(random.maker, *model, batch);
  const std::vector<float> g = explained.run(batch, SaliencyMethod::gradient_l1, SaliencyLevel::dimension);
  ASSERT_EQ(g.size(), e.size());
  for (const SaliencyMethod method : {SaliencyMethod::centred, SaliencyMethod::gradient_x_input,
                                      SaliencyMethod::gradient_l1, SaliencyMethod::gradient_l2}) {
    for (const SaliencyLevel level : {SaliencyLevel::group, SaliencyLevel::feature}) {
      const std::vector<float> found = explained.run(batch, method, level);
      const std::size_t columns =
          level == SaliencyLevel::group ? model->groups().size() : model->desc().features.size();
      ASSERT_EQ(found.size(), batch.rows() * columns);
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        std::vector<double> expected(columns);
        std::vector<double> size(columns);  // sum of |terms|: what a float sum's error is relative to
        for (const exec::InputBlock& block : model->inputs()) {
          const std::size_t column = level == SaliencyLevel::group ? model->group_of(block.feature) : block.feature;
          for (std::size_t d = block.begin; d < block.begin + block.width; ++d) {
            const std::size_t at = row * model->input_width() + d;
            const double term = contribution(method, g[at], e[at], explained.means[d]);
            expected[column] += term;
            size[column] += std::abs(term);
          }
        }
        for (std::size_t c = 0; c < columns; ++c) {
          const bool root = method == SaliencyMethod::gradient_l2;
          const double want = root ? std::sqrt(expected[c]) : expected[c];
          EXPECT_NEAR(found[row * columns + c], want, 1e-5 * (root ? want : size[c]) + 1e-30);
        }
      }
    }
  }
}

TEST_P(SaliencyTest, IdsAddUpToTheirFeature) {
  RandomModel random(GetParam());
  const auto model = random.maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(random.maker, model->desc(), {4, 3, 0});
  Captured explained(model, 3);
  const std::size_t features = model->desc().features.size();
  lens::SaliencySpec spec;
  spec.method = SaliencyMethod::gradient_x_input;
  spec.level = SaliencyLevel::id;
  std::vector<std::uint64_t> offsets(batch.rows() + 1);
  ASSERT_TRUE(lens::saliency_size(*explained.session, batch.batch(), spec, offsets).ok());
  const std::vector<float> ids = explained.run(batch, spec);
  ASSERT_EQ(offsets.back(), ids.size());
  const std::vector<float> whole = explained.run(batch, SaliencyMethod::gradient_x_input, SaliencyLevel::feature);
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    std::size_t at = offsets[row];
    const testing::Row entries = batch.row(row);
    for (std::size_t f = 0; f < features; ++f) {
      if (model->desc().features[f].kind == format::FeatureKind::dense) continue;
      double sum = 0;
      double size = 0;
      for (std::size_t k = 0; k < entries[f].ids.size(); ++k, ++at) {
        sum += ids[at];
        size += std::abs(ids[at]);
      }
      EXPECT_NEAR(sum, whole[row * features + f], 1e-5 * (size + std::abs(whole[row * features + f])) + 1e-30)
          << "feature " << f;
    }
    EXPECT_EQ(at, offsets[row + 1]);
  }
}

TEST_P(SaliencyTest, TilesStrandsAndSharingChangeNoBit) {
  RandomModel random(GetParam());
  const auto model = random.maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(random.maker, model->desc(), {4, 13, 0, 2});
  Captured one(model, 1);
  Captured many(model, 0);
  one.means = many.means = mean_inputs(many, batch);
  for (const SaliencyLevel level : {SaliencyLevel::group, SaliencyLevel::dimension}) {
    const std::vector<float> expected = one.run(batch, SaliencyMethod::centred, level);
    for (Captured* each : {&one, &many}) {
      const std::vector<float> found = each->run(batch.unshared(), SaliencyMethod::centred, level);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i)
        ASSERT_EQ(std::bit_cast<std::uint32_t>(found[i]), std::bit_cast<std::uint32_t>(expected[i]));
    }
  }
}

// ---- invariances

std::vector<float> group_scores(Captured& explained, SaliencyMethod method, std::vector<float>* logits) {
  const SingleIds ids;
  lens::SaliencySpec spec;
  spec.method = method;
  std::vector<double> sums(explained.model->input_width());
  EXPECT_TRUE(lens::add_input_sums(*explained.session, ids.batch(), sums).ok());
  std::vector<float> means;
  for (const double sum : sums) means.push_back(static_cast<float>(sum / 60));
  spec.means = means;
  std::vector<float> values(60 * 2);
  logits->assign(60, 0.0f);
  exec::Output scores;
  scores.kind = exec::OutputKind::logit;
  scores.values = logits->data();
  scores.capacity = 60;
  const base::Status status = lens::saliency(*explained.session, ids.batch(), spec, values, scores);
  EXPECT_TRUE(status.ok()) << status.message();
  return values;
}

TEST(SaliencyInvariance, RescalingATableChangesNoBitOfScoresAndGradientXInput) {
  const Rescaled plain(1.0f, 0.0f);
  const Rescaled scaled(1.0f / 16, 0.0f);
  ASSERT_TRUE(plain.model != nullptr && scaled.model != nullptr);
  Captured a(plain.model, 0);
  Captured b(scaled.model, 0);
  std::vector<float> logits_a;
  std::vector<float> logits_b;
  for (const SaliencyMethod method : {SaliencyMethod::gradient_x_input, SaliencyMethod::centred}) {
    const auto scores_a = group_scores(a, method, &logits_a);
    const auto scores_b = group_scores(b, method, &logits_b);
    EXPECT_EQ(logits_a, logits_b);
    if (method == SaliencyMethod::gradient_x_input) {
      EXPECT_EQ(scores_a, scores_b);
    }
    for (std::size_t i = 0; i < scores_a.size(); ++i) EXPECT_NEAR(scores_a[i], scores_b[i], 1e-6);
  }
  // and the plain gradient is what it is said to be: dependent on the table's scale
  const auto l2_a = group_scores(a, SaliencyMethod::gradient_l2, &logits_a);
  const auto l2_b = group_scores(b, SaliencyMethod::gradient_l2, &logits_b);
  EXPECT_NEAR(l2_b[0] / l2_a[0], 16.0f, 1e-3f);
}

TEST(SaliencyInvariance, ShiftingATableLeavesTheCentredScore) {
  const Rescaled plain(1.0f, 0.0f);
  const Rescaled shifted(1.0f, 0.5f);
  ASSERT_TRUE(plain.model != nullptr && shifted.model != nullptr);
  Captured a(plain.model, 0);
  Captured b(shifted.model, 0);
  std::vector<float> logits_a;
  std::vector<float> logits_b;
  const auto centred_a = group_scores(a, SaliencyMethod::centred, &logits_a);
  const auto centred_b = group_scores(b, SaliencyMethod::centred, &logits_b);
  for (std::size_t i = 0; i < centred_a.size(); ++i) EXPECT_NEAR(centred_a[i], centred_b[i], 1e-5);
  const auto plain_a = group_scores(a, SaliencyMethod::gradient_x_input, &logits_a);
  const auto plain_b = group_scores(b, SaliencyMethod::gradient_x_input, &logits_b);
  double moved = 0;
  for (std::size_t i = 0; i < plain_a.size(); ++i) moved = std::max(moved, std::abs(double{plain_a[i]} - plain_b[i]));
  EXPECT_GT(moved, 1e-3);  // which is why it is not the default
}

TEST(Saliency, PerRequestAddsTheCandidates) {
  RandomModel random(101);
  for (format::FeatureDesc& feature : random.maker.desc.features) feature.group = feature.name;
  const auto model = random.maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(random.maker, model->desc(), {3, 0, 5, 1});
  Captured explained(model, 4);
  lens::SaliencySpec spec;
  spec.method = SaliencyMethod::gradient_x_input;
  spec.level = SaliencyLevel::feature;
  const std::vector<float> rows = explained.run(batch, spec);
  spec.per_request = true;
  const std::vector<float> summed = explained.run(batch, spec);
  const std::size_t features = model->desc().features.size();
  for (std::size_t f = 0; f < features; ++f) {
    const bool shared = model->desc().features[f].scope == format::Scope::request;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      double expected = rows[row * features + f];
      if (shared) {
        expected = 0;
        for (std::size_t other = 0; other < batch.rows(); ++other)
          if (batch.request_of(other) == batch.request_of(row)) expected += rows[other * features + f];
      }
      EXPECT_NEAR(summed[row * features + f], expected, 1e-5 * (1 + std::abs(expected)));
    }
  }
}

TEST(Saliency, RefusesWhatItCannotGive) {
  RandomModel random(101);
  const auto model = random.maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(random.maker, model->desc(), {2});
  Captured explained(model, 0);
  const auto code = [&](const lens::SaliencySpec& spec, exec::Session& session) {
    std::vector<float> values(1u << 16);
    exec::Output scores;
    return lens::saliency(session, batch.batch(), spec, values, scores).code();
  };
  lens::SaliencySpec spec;
  EXPECT_EQ(code(spec, *explained.session), base::Code::invalid_argument);  // centred without means
  spec.level = SaliencyLevel::id;
  EXPECT_EQ(code(spec, *explained.session), base::Code::unsupported);
  spec.method = SaliencyMethod::gradient_l2;
  spec.level = SaliencyLevel::group;
  EXPECT_EQ(code(spec, *explained.session), base::Code::ok);
  spec.task = 9;
  EXPECT_EQ(code(spec, *explained.session), base::Code::invalid_argument);
  spec.task = 0;
  spec.per_request = true;
  EXPECT_EQ(code(spec, *explained.session), base::Code::unsupported);
  spec.per_request = false;
  auto plain = exec::Session::create(model, RandomBatch::inputs(model->desc()), {});
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(code(spec, **plain), base::Code::bad_state);
}

// Without gradients the memory of pooled inputs is used again, and sums of it would be of anything.
TEST(Saliency, MeansNeedGradients) {
  RandomModel random(101);
  const auto model = random.maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(random.maker, model->desc(), {2});
  std::vector<double> sums(model->input_width(), 0.5);
  const auto plain = exec::Session::create(model, RandomBatch::inputs(model->desc()), {});
  ASSERT_TRUE(plain.ok());
  const base::Status status = lens::add_input_sums(**plain, batch.batch(), sums);
  EXPECT_EQ(status.code(), base::Code::bad_state);
  EXPECT_NE(std::string(status.message()).find("without gradients"), std::string::npos) << status.message();
  for (const double sum : sums) EXPECT_EQ(sum, 0.5);
}

// 2^39 candidates of nothing are a valid batch; their saliencies would not fit any address.
TEST(Saliency, SizesThatOverflowAreRefused) {
  ModelMaker maker(1);
  constexpr std::uint32_t wide = 1u << 20;
  for (int i = 0; i < 9; ++i)
    maker.node(format::DenseInputOp{maker.dense("d" + std::to_string(i), format::Scope::candidate, wide)}, {});
  const std::uint32_t one = maker.node(format::DenseInputOp{maker.dense("one", format::Scope::candidate, 1)}, {});
  maker.output("ctr", one);
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  exec::SessionOptions options;
  options.gradients = true;
  options.tile_rows = 1;
  const auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
  ASSERT_TRUE(session.ok()) << session.status().message();
  exec::Batch batch;
  batch.candidates = std::uint64_t{1} << 39;
  lens::SaliencySpec spec;
  spec.method = SaliencyMethod::gradient_x_input;
  spec.level = SaliencyLevel::dimension;
  EXPECT_EQ(lens::saliency_size(**session, batch, spec, {}).status().code(), base::Code::limit_exceeded);
  spec.level = SaliencyLevel::group;
  EXPECT_TRUE(lens::saliency_size(**session, batch, spec, {}).ok());
}

}  // namespace
}  // namespace clicklens
