// What attributions of single ids must satisfy whatever the network and its bags. What the numbers must be is in
// tests/golden.
#include <cmath>

#include "attribution_support.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using lens::AttributionMethod;
using lens::AttributionSpec;
using lens::SaliencyLevel;
using testing::expect_bits;
using testing::Explained;
using testing::Found;
using testing::Made;
using testing::RandomBatch;
using testing::spec_of;

class AttributionIdsTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  // Every method that has parts of ids, on this network; steps and draws are few.
  template <class Each>
  static void for_each_method(Explained& explained, const exec::Batch& batch, const Each& each) {
    const std::vector<float> mean = explained.mean(batch), rows = explained.pool(batch);
    const std::vector<float> spreads(mean.size(), 0.5f);
    const auto& layers = explained.explainer->model().desc().layers;
    for (std::uint32_t m = 0; m <= static_cast<std::uint32_t>(AttributionMethod::neuron_gradients); ++m) {
      const auto method = static_cast<AttributionMethod>(m);
      AttributionSpec spec = spec_of(method, SaliencyLevel::id, mean);
      if (method == AttributionMethod::expected_gradients) spec.baselines = rows;
      spec.spreads = spreads;
      spec.steps = 7;
      spec.draws = 5;
      if (method == AttributionMethod::neuron_gradients) {
        if (layers.empty()) continue;
        spec.layer = layers.front().value;
      }
      each(spec);
    }
  }
  static bool has_draws(const AttributionSpec& spec) {
    return spec.method == AttributionMethod::expected_gradients || spec.method == AttributionMethod::smoothgrad;
  }
};
INSTANTIATE_TEST_SUITE_P(Seeds, AttributionIdsTest, testing::seeds(1, 40));

TEST_P(AttributionIdsTest, IdsAndTheRestAreTheFeatures) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 2, 4});
  Explained explained(made.model);
  const std::vector<std::uint64_t> offsets = explained.ids(batch.batch());
  for_each_method(explained, batch.batch(), [&](AttributionSpec spec) {
    const Found ids = explained.run(batch.batch(), spec);
    if (ids.status.code() == base::Code::unsupported) return;
    ASSERT_TRUE(ids.status.ok()) << ids.status.message();
    if (spec.method == AttributionMethod::ablation || spec.method == AttributionMethod::neuron_gradients) return;
    spec.level = SaliencyLevel::feature;
    const Found features = explained.run(batch.batch(), spec);
    ASSERT_TRUE(features.status.ok()) << features.status.message();
    const std::size_t count = made.desc().features.size();
    for (std::size_t row = 0; row < ids.infos.size(); ++row) {
      double sum = ids.infos[row].rest, size = std::abs(sum), whole = 0;
      for (std::uint64_t i = offsets[row]; i < offsets[row + 1]; ++i) {
        sum += double{ids.values[i]};
        size += std::abs(double{ids.values[i]});
      }
      for (std::size_t f = 0; f < count; ++f) whole += double{features.values[row * count + f]};
      EXPECT_NEAR(sum, whole, 1e-5 * (1 + size)) << static_cast<int>(spec.method) << " row " << row;
      EXPECT_NEAR(ids.infos[row].sum, features.infos[row].sum, 1e-12 * (1 + size));
      EXPECT_EQ(features.infos[row].rest, 0);
    }
  });
}

TEST_P(AttributionIdsTest, NothingDependsOnHowWorkIsCut) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 0, 2, 4});
  const RandomBatch alone = batch.unshared();
  Explained wide(made.model), narrow(made.model, 2), odd(made.model, 10);
  for_each_method(wide, batch.batch(), [&](const AttributionSpec& spec) {
    const Found expected = wide.run(batch.batch(), spec, has_draws(spec));
    if (expected.status.code() == base::Code::unsupported) return;
    ASSERT_TRUE(expected.status.ok()) << expected.status.message();
    for (Explained* other : {&narrow, &odd}) {
      const Found found = other->run(alone.batch(), spec, has_draws(spec));
      ASSERT_TRUE(found.status.ok()) << found.status.message();
      expect_bits(found.values, expected.values, "values");
      expect_bits(found.errors, expected.errors, "errors");
      for (std::size_t row = 0; row < found.infos.size(); ++row)
        EXPECT_TRUE(found.infos[row].rest == expected.infos[row].rest || std::isnan(expected.infos[row].rest));
    }
  });
}

// Without noise and from no ids at all, SmoothGrad is gradient x input, whose ids have code of their own.
TEST_P(AttributionIdsTest, WithoutNoiseTheyAreSaliencysIds) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 2, 4});
  Explained explained(made.model);
  const std::vector<float> still(made.model->input_width());
  AttributionSpec spec = spec_of(AttributionMethod::smoothgrad, SaliencyLevel::id, {});
  spec.spreads = still;
  spec.draws = 1;
  const Found found = explained.run(batch.batch(), spec);
  ASSERT_TRUE(found.status.ok()) << found.status.message();
  exec::SessionOptions options;
  options.gradients = true;
  const auto session = session_of(made, options);
  lens::SaliencySpec by;
  by.method = lens::SaliencyMethod::gradient_x_input;
  by.level = SaliencyLevel::id;
  std::vector<float> wanted(found.values.size(), -99.0f);
  exec::Output scores;
  ASSERT_TRUE(lens::saliency(*session, batch.batch(), by, wanted, scores).ok());
  const std::vector<std::uint64_t> offsets = explained.ids(batch.batch());
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
    double size = 0;
    for (std::uint64_t i = offsets[row]; i < offsets[row + 1]; ++i) size += std::abs(double{wanted[i]});
    for (std::uint64_t i = offsets[row]; i < offsets[row + 1]; ++i)
      EXPECT_NEAR(double{found.values[i]}, double{wanted[i]}, 1e-5 * (1 + size)) << "row " << row << " id " << i;
  }
}

// Memory grows with the largest candidate seen, and what a larger batch left behind is not seen in a smaller one.
TEST_P(AttributionIdsTest, SmallBatchesFollowLargeOnes) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch large(made.random.maker, made.desc(), {9, 30}), small(made.random.maker, made.desc(), {2});
  Explained used(made.model), fresh(made.model);
  const AttributionSpec spec = spec_of(AttributionMethod::integrated_gradients, SaliencyLevel::id, {});
  ASSERT_TRUE(used.run(large.batch(), spec).status.ok());
  expect_bits(used.run(small.batch(), spec).values, fresh.run(small.batch(), spec).values, "values");
}

TEST(AttributionIds, AreNotOfConductance) {
  Made made(1);
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3});
  Explained explained(made.model);
  const Found found = explained.run(batch.batch(), spec_of(AttributionMethod::conductance, SaliencyLevel::id, {}));
  EXPECT_EQ(found.status.code(), base::Code::unsupported);
  EXPECT_NE(std::string(found.status.message()).find("spec.level"), std::string::npos);
}

}  // namespace
}  // namespace clicklens
