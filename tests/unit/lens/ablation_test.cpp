// Ablation against plain scoring of rows whose columns are replaced, one ordinary run each: the same but for the
// rounding of first linears that ExchangedNetwork states, and the same bits where it stands aside.
#include "ablation_support.h"
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
using testing::rescored;
using testing::spec_of;
using testing::Tower;

class AblationTest : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, AblationTest, testing::seeds(1, 25));

TEST_P(AblationTest, IsThatOfReplacedColumns) {
  Tower tower(GetParam());
  ASSERT_NE(tower.model, nullptr);
  ASSERT_TRUE(lens::ExchangedNetwork::create(tower.model, 2, {}).ok());
  const RandomBatch batch(tower.maker, tower.model->desc(), {5, 1, 0, 9});
  Explained explained(tower.model);
  const std::vector<float> mean = explained.mean(batch.batch()), pooled = explained.pool(batch.batch());
  for (const SaliencyLevel level : {SaliencyLevel::group, SaliencyLevel::feature, SaliencyLevel::dimension}) {
    for (std::size_t task = 0; task < 2; ++task) {
      AttributionSpec spec = spec_of(AttributionMethod::ablation, level, mean);
      spec.task = task;
      const Found found = explained.run(batch.batch(), spec);
      ASSERT_TRUE(found.status.ok()) << found.status.message();
      const std::uint32_t logit = tower.model->desc().outputs[task].logit;
      const std::vector<float> expected = rescored(tower.model, pooled, mean, level, logit, 0);
      const std::size_t count = found.values.size() / batch.rows();
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        const float* plain = expected.data() + row * (count + 1);
        EXPECT_EQ(found.infos[row].score, double{plain[0]});  // bit for bit: nothing is exchanged
        double sum = 0;
        for (std::size_t k = 0; k < count; ++k) {
          const float drop = found.values[row * count + k];
          EXPECT_NEAR(drop, double{plain[0]} - double{plain[k + 1]}, 3e-6) << row << " " << k;
          sum += double{drop};
        }
        EXPECT_NEAR(found.infos[row].sum, sum, 1e-5);
      }
    }
  }
}

// The stated bound, at the sums themselves.
TEST_P(AblationTest, FirstLinearsAreOffByRoundingAlone) {
  Tower tower(2 * GetParam());
  ASSERT_NE(tower.model, nullptr);
  const RandomBatch batch(tower.maker, tower.model->desc(), {4, 7});
  Explained explained(tower.model);
  const std::vector<float> pooled = explained.pool(batch.batch());
  std::vector<float> base(tower.width);
  for (float& v : base) v = tower.maker.uniform(-50, 50);  // far from the rows: much to cancel
  AttributionSpec spec = spec_of(AttributionMethod::ablation, SaliencyLevel::group, base);
  spec.target = lens::SaliencyTarget::neuron;
  spec.value = tower.sums;
  const auto& node = tower.model->desc().nodes[tower.model->graph().values[tower.sums].producer];
  const std::vector<float>& weights = tower.maker.constants[std::get<format::LinearOp>(node.op).weight];
  float heaviest = 0;
  for (const float w : weights) heaviest = std::max(heaviest, std::abs(w));
  for (spec.column = 0; spec.column < 17; spec.column += 8) {
    const Found found = explained.run(batch.batch(), spec);
    ASSERT_TRUE(found.status.ok()) << found.status.message();
    const std::vector<float> expected =
        rescored(tower.model, pooled, base, SaliencyLevel::group, tower.sums, static_cast<std::uint32_t>(spec.column));
    const std::size_t count = tower.model->groups().size();
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      double size = 0;
      for (std::size_t c = 0; c < tower.width; ++c)
        size += double{heaviest} * (std::abs(double{pooled[row * tower.width + c]}) + std::abs(double{base[c]}));
      const double bound = (tower.width + 4) * std::ldexp(size, -23);
      for (std::size_t k = 0; k < count; ++k) {
        const float* plain = expected.data() + row * (count + 1);
        EXPECT_NEAR(found.values[row * count + k], double{plain[0]} - double{plain[k + 1]}, bound);
      }
    }
  }
}

TEST_P(AblationTest, DoesNotDependOnHowWorkIsCut) {
  Tower tower(GetParam());
  ASSERT_NE(tower.model, nullptr);
  const RandomBatch batch(tower.maker, tower.model->desc(), {13, 2, 0, 40, 1, 1});
  const RandomBatch alone = batch.unshared();
  Explained wide(tower.model), narrow(tower.model, 2), odd(tower.model, 10);
  const std::vector<float> mean = wide.mean(batch.batch());
  std::vector<float> repeated;  // one baseline for each candidate: nothing is shared
  for (std::size_t row = 0; row < batch.rows(); ++row) repeated.insert(repeated.end(), mean.begin(), mean.end());
  for (const SaliencyLevel level : {SaliencyLevel::group, SaliencyLevel::dimension}) {
    AttributionSpec spec = spec_of(AttributionMethod::ablation, level, mean);
    const Found expected = wide.run(batch.batch(), spec);
    ASSERT_TRUE(expected.status.ok()) << expected.status.message();
    for (Explained* other : {&wide, &narrow, &odd})
      expect_bits(other->run(batch.batch(), spec).values, expected.values, "cut");
    expect_bits(wide.run(alone.batch(), spec).values, expected.values, "unshared");
    spec.baselines = repeated;
    expect_bits(wide.run(batch.batch(), spec).values, expected.values, "a baseline each");
  }
}

// Columns that keep their values, or that nothing weighs, drop nothing: not even a bit.
TEST_P(AblationTest, WhatSaysNothingDropsNothing) {
  Tower tower(GetParam());
  ASSERT_NE(tower.model, nullptr);
  const RandomBatch batch(tower.maker, tower.model->desc(), {3, 4});
  Explained explained(tower.model);
  const std::vector<float> pooled = explained.pool(batch.batch());
  const Found found =
      explained.run(batch.batch(), spec_of(AttributionMethod::ablation, SaliencyLevel::dimension, pooled));
  ASSERT_TRUE(found.status.ok()) << found.status.message();
  expect_bits(found.values, std::vector<float>(found.values.size(), 0.0f), "drops");
}

// Sums near the end of the floats: such a row alone is scored anew, others are not touched by it.
TEST(Ablation, RowsOfHugeNumbersAreScoredAnew) {
  Tower tower(6, 3e38f), usual(6);
  ASSERT_TRUE(tower.model != nullptr && usual.model != nullptr);
  std::vector<std::uint32_t> sizes(40, 2);
  const RandomBatch batch(usual.maker, tower.model->desc(), sizes);
  Explained explained(tower.model), small(usual.model);
  const std::vector<float> pooled = explained.pool(batch.batch()), zero(tower.width);
  const AttributionSpec spec = spec_of(AttributionMethod::ablation, SaliencyLevel::group, zero);
  const Found found = explained.run(batch.batch(), spec), others = small.run(batch.batch(), spec);
  ASSERT_TRUE(found.status.ok() && others.status.ok());
  const std::uint32_t logit = tower.model->desc().outputs[0].logit;
  const std::vector<float> expected = rescored(tower.model, pooled, zero, SaliencyLevel::group, logit, 0);
  const std::size_t count = tower.model->groups().size();
  std::size_t huge = 0;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto own = pooled.begin() + static_cast<std::ptrdiff_t>(row * tower.width);
    const bool is_huge = std::any_of(own, own + tower.width, [](float x) { return !(std::abs(x) < 1e30f); });
    huge += is_huge ? 1 : 0;
    for (std::size_t k = 0; k < count; ++k) {
      const float drop = found.values[row * count + k];
      const float* plain = expected.data() + row * (count + 1);
      const auto rescored_drop = static_cast<float>(double{plain[0]} - double{plain[k + 1]});
      EXPECT_EQ(testing::bits(drop), testing::bits(is_huge ? rescored_drop : others.values[row * count + k]));
    }
  }
  EXPECT_GT(huge, 0u);
  EXPECT_LT(huge, batch.rows());
}

// Whatever the graph: most of these read pooled inputs by more than linears, and keep the bits of scoring anew.
TEST_P(AblationTest, AnyGraphIsThatOfReplacedColumns) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 2});
  Explained explained(made.model);
  const std::vector<float> mean = explained.mean(batch.batch()), pooled = explained.pool(batch.batch());
  const Found found = explained.run(batch.batch(), spec_of(AttributionMethod::ablation, SaliencyLevel::group, mean));
  ASSERT_TRUE(found.status.ok()) << found.status.message();
  const std::uint32_t logit = made.desc().outputs[0].logit;
  const std::vector<float> expected = rescored(made.model, pooled, mean, SaliencyLevel::group, logit, 0);
  const bool exchanged = lens::ExchangedNetwork::create(made.model, 2, {}).ok();
  const std::size_t count = made.model->groups().size();
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    for (std::size_t k = 0; k < count; ++k) {
      const float* plain = expected.data() + row * (count + 1);
      const auto drop = static_cast<float>(double{plain[0]} - double{plain[k + 1]});
      if (exchanged) {
        EXPECT_NEAR(found.values[row * count + k], drop, 1e-5);
      } else {
        EXPECT_EQ(testing::bits(found.values[row * count + k]), testing::bits(drop));
      }
    }
  }
}

}  // namespace
}  // namespace clicklens
