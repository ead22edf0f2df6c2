// Attributions of a hand-built tower: the invariances of a group score, and the errors that random draws say they have.
#include "attribution_support.h"
#include "support/rescaled.h"

namespace clicklens {
namespace {

using lens::AttributionMethod;
using lens::AttributionSpec;
using lens::SaliencyLevel;
using testing::expect_bits;
using testing::Explained;
using testing::Found;
using testing::RandomBatch;
using testing::Rescaled;
using testing::SingleIds;
using testing::spec_of;

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
