// What attributions must satisfy whatever the network: completeness, bits that do not depend on how a batch or a path
// is cut. What the numbers must be is in tests/golden.
#include "attribution_support.h"
#include "lens/gauss_legendre.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using lens::AttributionInfo;
using lens::AttributionMethod;
using lens::AttributionSpec;
using lens::SaliencyLevel;
using testing::expect_bits;
using testing::Explained;
using testing::Found;
using testing::Made;
using testing::RandomBatch;
using testing::spec_of;

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
INSTANTIATE_TEST_SUITE_P(Seeds, AttributionTest, testing::seeds(1, 25));

// Where a field's variance may pass near zero on the way, or a mask opens, no number of steps is enough.
bool may_jump(const format::NodeDesc& node) {
  if (std::holds_alternative<format::LayerNormOp>(node.op)) return true;
  if (std::holds_alternative<format::SoftmaxOp>(node.op)) return node.inputs.size() > 1;
  const auto* gru = std::get_if<format::GruOp>(&node.op);
  return gru != nullptr && node.inputs.size() > (gru->kind == format::GruKind::gru ? 1u : 2u);
}
bool may_jump(const format::ModelDesc& desc) {
  return std::any_of(desc.nodes.begin(), desc.nodes.end(), [](const auto& node) { return may_jump(node); });
}

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
    if (!may_jump(made.desc())) {
      EXPECT_GE(std::count_if(found.infos.begin(), found.infos.end(), converged), 7);
    }
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

}  // namespace
}  // namespace clicklens
