// What attributions must satisfy whatever the network: completeness, bits that do not depend on how a batch or a path
// is cut, the invariances of a group score. What the numbers must be is in tests/golden.
#include "lens/explainer.h"
#include "lens/gauss_legendre.h"
#include "support/made.h"
#include "support/rescaled.h"

namespace clicklens {
namespace {

using lens::AttributionInfo;
using lens::AttributionMethod;
using lens::AttributionSpec;
using lens::SaliencyLevel;
using testing::expect_bits;
using testing::Made;
using testing::RandomBatch;
using testing::Rescaled;
using testing::SingleIds;

struct Found {
  base::Status status;
  std::vector<float> values, errors;
  std::vector<AttributionInfo> infos;
};

struct Explained {
  explicit Explained(const std::shared_ptr<exec::Model>& model, std::size_t rows = 0) {
    lens::Explainer::Options options;
    options.rows = rows;
    for (const format::LayerDesc& layer : model->desc().layers) options.layers.push_back(layer.value);
    auto made = lens::Explainer::create(model, RandomBatch::inputs(model->desc()), options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    explainer = std::move(*made);
  }
  std::vector<float> pool(const exec::Batch& batch) {
    std::vector<float> rows(batch.candidates * explainer->model().input_width());
    encode::Counts counts;
    EXPECT_TRUE(explainer->pool(batch, rows, counts).ok());
    return rows;
  }
  std::vector<float> mean(const exec::Batch& batch) {
    const std::vector<float> rows = pool(batch);
    const std::size_t width = explainer->model().input_width();
    std::vector<float> means;
    for (std::size_t c = 0; c < width; ++c) {
      double sum = 0;
      for (std::size_t i = c; i < rows.size(); i += width) sum += double{rows[i]};
      means.push_back(static_cast<float>(sum / static_cast<double>(batch.candidates)));
    }
    return means;
  }
  Found run(const exec::Batch& batch, const AttributionSpec& spec, bool errors = false) {
    Found found;
    const auto stride = explainer->stride(spec);
    if (!stride.ok()) return {stride.status(), {}, {}, {}};
    found.values.assign(batch.candidates * *stride, -99.0f);
    if (errors) found.errors.assign(found.values.size(), -99.0f);
    found.infos.resize(batch.candidates);
    encode::Counts counts;
    lens::AttributionOutput output;
    output.values = found.values;
    output.errors = found.errors;
    output.infos = reinterpret_cast<std::byte*>(found.infos.data());
    output.info_stride = sizeof(AttributionInfo);
    output.info_capacity = found.infos.size();
    found.status = explainer->run(batch, spec, output, counts);
    return found;
  }
  std::unique_ptr<lens::Explainer> explainer;
};

AttributionSpec spec_of(AttributionMethod method, SaliencyLevel level, std::span<const float> baselines) {
  AttributionSpec spec;
  spec.method = method;
  spec.level = level;
  spec.baselines = baselines;
  return spec;
}

TEST(GaussLegendre, IntegratesPolynomialsExactly) {
  for (std::size_t n = 1; n <= 200; n = n < 8 ? n + 1 : n * 2 + 1) {
    std::vector<double> nodes(n), weights(n);
    lens::gauss_legendre(nodes, weights);
    EXPECT_TRUE(std::is_sorted(nodes.begin(), nodes.end()));
    for (std::size_t power = 0; power < 2 * n; power += 1 + n / 4) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) sum += weights[i] * std::pow(nodes[i], static_cast<double>(power));
      EXPECT_NEAR(sum, 1 / (static_cast<double>(power) + 1), 1e-13) << n << " nodes, power " << power;
    }
  }
}

class AttributionTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, AttributionTest, ::testing::Range(1u, 25u));

// Kinks keep quadrature from converging fast; doubled steps get there.
TEST_P(AttributionTest, IntegratedGradientsAddUp) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 2, 4});
  Explained explained(made.model);
  const std::vector<float> mean = explained.mean(batch.batch());
  AttributionSpec spec = spec_of(AttributionMethod::integrated_gradients, SaliencyLevel::group, mean);
  spec.tolerance = 2e-3;
  for (std::size_t task = 0; task < made.desc().outputs.size(); ++task) {
    spec.task = task;
    const Found found = explained.run(batch.batch(), spec);
    ASSERT_TRUE(found.status.ok()) << found.status.message();
    for (const AttributionInfo& info : found.infos) EXPECT_TRUE(info.gap <= spec.tolerance || info.steps == 800);
    const auto converged = [](const AttributionInfo& info) { return info.gap <= 2e-3; };
    EXPECT_GE(std::count_if(found.infos.begin(), found.infos.end(), converged), 7);
  }
}

TEST_P(AttributionTest, NothingDependsOnHowWorkIsCut) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 0, 2, 4});
  const RandomBatch alone = batch.unshared();
  Explained wide(made.model), narrow(made.model, 2), odd(made.model, 10);
  const std::vector<float> mean = wide.mean(batch.batch());
  const std::vector<float> rows = wide.pool(batch.batch());
  const std::vector<float> spreads(mean.size(), 0.5f);
  for (std::uint32_t m = 0; m <= static_cast<std::uint32_t>(AttributionMethod::neuron_gradients); ++m) {
    const auto method = static_cast<AttributionMethod>(m);
    AttributionSpec spec = spec_of(method, SaliencyLevel::feature, mean);
    if (method == AttributionMethod::expected_gradients) spec.baselines = rows;
    spec.spreads = spreads;
    spec.steps = 7;
    spec.draws = 5;
    const bool needs_layer = method == AttributionMethod::conductance || method == AttributionMethod::neuron_gradients;
    if (needs_layer && made.desc().layers.empty()) continue;
    if (needs_layer) spec.layer = made.desc().layers.front().value;
    const bool draws = method == AttributionMethod::expected_gradients || method == AttributionMethod::smoothgrad;
    const Found expected = wide.run(batch.batch(), spec, draws);
    if (expected.status.code() == base::Code::unsupported) continue;
    ASSERT_TRUE(expected.status.ok()) << expected.status.message();
    for (Explained* other : {&narrow, &odd}) {
      const Found found = other->run(alone.batch(), spec, draws);
      ASSERT_TRUE(found.status.ok()) << found.status.message();
      expect_bits(found.values, expected.values, "values");
      expect_bits(found.errors, expected.errors, "errors");
    }
  }
}

TEST_P(AttributionTest, DimensionsAddUpToGroups) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {5});
  Explained explained(made.model);
  AttributionSpec spec = spec_of(AttributionMethod::integrated_gradients, SaliencyLevel::dimension, {});
  spec.steps = 9;
  const Found dimensions = explained.run(batch.batch(), spec);
  spec.level = SaliencyLevel::group;
  const Found groups = explained.run(batch.batch(), spec);
  ASSERT_TRUE(dimensions.status.ok() && groups.status.ok());
  const std::size_t count = made.model->groups().size(), width = made.model->input_width();
  for (std::size_t row = 0; row < 5; ++row) {
    std::vector<double> sums(count);
    for (const exec::InputBlock& block : made.model->inputs())
      for (std::size_t c = block.begin; c < block.begin + block.width; ++c)
        sums[made.model->group_of(block.feature)] += double{dimensions.values[row * width + c]};
    const std::span<const float> own(dimensions.values.data() + row * width, width);
    double sum = 0, size = 0;
    for (const float value : own) {
      sum += double{value};
      size += std::abs(double{value});
    }
    const AttributionInfo& info = groups.infos[row];
    if (size > 0) {
      EXPECT_NEAR(info.gap, std::abs(info.score - info.baseline - sum) / size, 1e-5);
    }
    EXPECT_NEAR(info.sum, sum, 1e-5 * (1 + size));
    EXPECT_EQ(info.steps, 9u);
    for (std::size_t g = 0; g < count; ++g)
      EXPECT_NEAR(double{groups.values[row * count + g]}, sums[g], 1e-5 * (1 + std::abs(sums[g])));
  }
}

// DeepLIFT adds up exactly but for rounding where it is defined; conductance by its steps; additive parts are F.
TEST_P(AttributionTest, OtherMethodsAddUpWhereTheyAreDefined) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {6});
  Explained explained(made.model);
  const std::vector<float> mean = explained.mean(batch.batch());
  bool multiplies = false;
  for (std::uint32_t node = 0; node < made.desc().nodes.size(); ++node)
    multiplies = multiplies || made.model->op(node).response() == ops::Response::other;
  const Found deeplift = explained.run(batch.batch(), spec_of(AttributionMethod::deeplift, SaliencyLevel::group, mean));
  EXPECT_EQ(deeplift.status.code(), multiplies ? base::Code::unsupported : base::Code::ok) << deeplift.status.message();
  for (const AttributionInfo& info : deeplift.infos)
    if (!multiplies) {
      const double size = std::abs(info.score) + std::abs(info.baseline) + std::abs(info.sum);
      EXPECT_NEAR(info.sum, info.score - info.baseline, 1e-4 * (1 + size));
    }
  const Found additive = explained.run(batch.batch(), spec_of(AttributionMethod::additive, SaliencyLevel::group, {}));
  if (additive.status.ok()) {
    for (const AttributionInfo& info : additive.infos) EXPECT_LE(info.gap, 1e-5);
  } else {
    EXPECT_EQ(additive.status.code(), base::Code::unsupported) << additive.status.message();
  }
}

// A hand-built tower, whose layer the whole score passes.
TEST(Attribution, ConductanceAddsUpByItsSteps) {
  Rescaled tower(1.0f, 0.0f);
  ASSERT_NE(tower.model, nullptr);
  lens::Explainer::Options options;
  const std::uint32_t hidden = tower.model->desc().nodes.back().inputs[0];
  options.layers = {hidden};
  auto explainer = lens::Explainer::create(tower.model, RandomBatch::inputs(tower.model->desc()), options);
  ASSERT_TRUE(explainer.ok()) << explainer.status().message();
  Explained explained(tower.model);
  explained.explainer = std::move(*explainer);
  const SingleIds ids;
  const std::vector<float> mean = explained.mean(ids.batch());
  AttributionSpec spec = spec_of(AttributionMethod::conductance, SaliencyLevel::group, mean);
  spec.layer = hidden;
  for (const std::uint32_t steps : {20u, 1000u}) {
    spec.steps = steps;
    const Found found = explained.run(ids.batch(), spec);
    ASSERT_TRUE(found.status.ok()) << found.status.message();
    ASSERT_EQ(found.values.size(), 600u);
    for (std::size_t row = 0; row < 60; ++row) {
      double sum = 0;
      for (std::size_t n = 0; n < 10; ++n) sum += double{found.values[row * 10 + n]};
      EXPECT_NEAR(sum, found.infos[row].score - found.infos[row].baseline, 1e-5);  // one linear behind it: no error
    }
  }
}

TEST(Attribution, RescalingATableChangesNoBit) {
  const Rescaled plain(1.0f, 0.0f), scaled(1.0f / 16, 0.0f);
  ASSERT_TRUE(plain.model != nullptr && scaled.model != nullptr);
  Explained a(plain.model), b(scaled.model);
  const SingleIds ids;
  const std::vector<float> references_a = a.pool(ids.batch()), references_b = b.pool(ids.batch());
  std::vector<float> spreads_a(8, 0.25f), spreads_b(8, 0.25f);
  std::fill_n(spreads_b.begin(), 4, 0.25f / 16);
  std::vector<float> noise(8 * 3, 0.5f);
  const std::uint32_t rows[] = {3, 9, 30};
  const float fractions[] = {0.25f, 0.5f, 0.875f};
  for (const auto method : {AttributionMethod::integrated_gradients, AttributionMethod::expected_gradients,
                            AttributionMethod::smoothgrad, AttributionMethod::deeplift, AttributionMethod::ablation}) {
    AttributionSpec spec = spec_of(method, SaliencyLevel::group, {});
    spec.draw_noise = noise;
    if (method == AttributionMethod::expected_gradients) {
      spec.draw_rows = rows;
      spec.draw_fractions = fractions;
      spec.baselines = references_a;
    }
    spec.spreads = spreads_a;
    const Found found_a = a.run(ids.batch(), spec);
    if (method == AttributionMethod::expected_gradients) spec.baselines = references_b;
    spec.spreads = spreads_b;
    const Found found_b = b.run(ids.batch(), spec);
    ASSERT_TRUE(found_a.status.ok() && found_b.status.ok()) << found_a.status.message() << found_b.status.message();
    expect_bits(found_b.values, found_a.values, "values");
  }
}

TEST(Attribution, ShiftingATableLeavesWhatIsAgainstTheMean) {
  const Rescaled plain(1.0f, 0.0f), shifted(1.0f, 0.5f);
  ASSERT_TRUE(plain.model != nullptr && shifted.model != nullptr);
  Explained a(plain.model), b(shifted.model);
  const SingleIds ids;
  const std::vector<float> mean_a = a.mean(ids.batch()), mean_b = b.mean(ids.batch());
  for (const auto method :
       {AttributionMethod::integrated_gradients, AttributionMethod::deeplift, AttributionMethod::ablation}) {
    const Found found_a = a.run(ids.batch(), spec_of(method, SaliencyLevel::group, mean_a));
    const Found found_b = b.run(ids.batch(), spec_of(method, SaliencyLevel::group, mean_b));
    ASSERT_TRUE(found_a.status.ok() && found_b.status.ok());
    for (std::size_t i = 0; i < found_a.values.size(); ++i)
      EXPECT_NEAR(found_a.values[i], found_b.values[i], 1e-5) << static_cast<int>(method) << " " << i;
  }
  // against zero, a shift moves them: zero is then another point
  const Found zero_a = a.run(ids.batch(), spec_of(AttributionMethod::ablation, SaliencyLevel::group, {}));
  const Found zero_b = b.run(ids.batch(), spec_of(AttributionMethod::ablation, SaliencyLevel::group, {}));
  double moved = 0;
  for (std::size_t i = 0; i < zero_a.values.size(); ++i)
    moved = std::max(moved, std::abs(double{zero_a.values[i]} - zero_b.values[i]));
  EXPECT_GT(moved, 1e-3);
}

// Seeds differ, errors shrink with the root of the draws, and two independent estimates differ by what they say.
TEST(Attribution, RandomDrawsHaveTheErrorsTheySay) {
  const Rescaled tower(1.0f, 0.0f);
  ASSERT_NE(tower.model, nullptr);
  Explained explained(tower.model);
  const SingleIds ids;
  const std::vector<float> references = explained.pool(ids.batch());
  const std::vector<float> spreads(8, 0.5f);
  for (const auto method : {AttributionMethod::expected_gradients, AttributionMethod::smoothgrad}) {
    AttributionSpec spec = spec_of(method, SaliencyLevel::group, {});
    if (method == AttributionMethod::expected_gradients) spec.baselines = references;
    spec.spreads = spreads;
    spec.noise = 0.5;
    spec.draws = 100;
    spec.seed = 1;
    const Found one = explained.run(ids.batch(), spec, true), again = explained.run(ids.batch(), spec, true);
    ASSERT_TRUE(one.status.ok()) << one.status.message();
    expect_bits(again.values, one.values, "values");
    spec.draws = 1600;
    const Found many = explained.run(ids.batch(), spec, true);
    spec.draws = 100;
    double z = 0, ratio = 0, counted = 0;
    for (spec.seed = 2; spec.seed < 32; ++spec.seed) {
      const Found two = explained.run(ids.batch(), spec, true);
      for (std::size_t i = 0; i < 40; ++i) {  // rows of other ids
        if (!(many.errors[i] > 0)) continue;  // no unit switches within the noise
        const double se = std::hypot(double{two.errors[i]}, double{many.errors[i]});
        z += std::pow((double{many.values[i]} - double{two.values[i]}) / se, 2);
        ratio += double{many.errors[i]} / double{two.errors[i]};
        ++counted;
      }
    }
    ASSERT_GT(counted, 600);
    EXPECT_NEAR(z / counted, 1, 0.2) << static_cast<int>(method);
    EXPECT_NEAR(ratio / counted, 0.25, 0.04) << static_cast<int>(method);
  }
}

}  // namespace
}  // namespace clicklens
