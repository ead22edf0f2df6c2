// Importance by ablation against a plain loop over rows scored anew, and of groups together. By permutation, one by
// one: tests/unit/capi.
#include "lens/importance.h"

#include "ablation_support.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using lens::SaliencyLevel;
using testing::Explained;
using testing::RandomBatch;
using testing::rescored;
using testing::Tower;

double pairwise_auc(const std::vector<double>& logits, const std::vector<std::uint8_t>& labels) {
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < logits.size(); ++i)
    for (std::size_t j = 0; j < logits.size(); ++j) {
      if (labels[i] != 1 || labels[j] != 0) continue;
      won += logits[i] > logits[j] ? 1 : logits[i] == logits[j] ? 0.5 : 0;
      pairs += 1;
    }
  return won / pairs;
}

double plain_log_loss(const std::vector<double>& logits, const std::vector<std::uint8_t>& labels) {
  double sum = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double p = 1 / (1 + std::exp(-logits[i]));
    sum -= std::log(labels[i] == 1 ? p : 1 - p);
  }
  return sum / static_cast<double>(logits.size());
}

class ImportanceByAblation : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, ImportanceByAblation, testing::seeds(1, 25));

// A day's importance by ablation: pooled means, every row scored anew, every pair compared.
TEST_P(ImportanceByAblation, IsThatOfReplacedColumns) {
  Tower tower(GetParam());
  ASSERT_NE(tower.model, nullptr);
  const RandomBatch batch(tower.maker, tower.model->desc(), {13, 2, 0, 40, 1, 60});
  Explained explained(tower.model);
  const std::vector<float> mean = explained.mean(batch.batch()), pooled = explained.pool(batch.batch());
  std::vector<std::uint8_t> labels;
  while (labels.size() < batch.rows()) labels.push_back(tower.maker.below(3) == 0);
  labels[0] = 1 - labels[1];
  auto session = exec::Session::create(tower.model, RandomBatch::inputs(tower.model->desc()), {});
  ASSERT_TRUE(session.ok()) << session.status().message();
  lens::ImportanceOptions options;
  options.method = lens::ImportanceMethod::ablation;
  options.task = GetParam() % 2;
  const auto found = lens::Importance::measure(**session, batch.batch(), labels, {}, options);
  ASSERT_TRUE(found.ok()) << found.status().message();
  const std::uint32_t logit = tower.model->desc().outputs[options.task].logit;
  const std::vector<float> scores = rescored(tower.model, pooled, mean, SaliencyLevel::group, logit, 0);
  const std::size_t count = tower.model->groups().size();
  ASSERT_EQ(found->groups(), count);
  std::vector<std::vector<double>> logits(count + 1);
  for (std::size_t i = 0; i < scores.size(); ++i) logits[i % (count + 1)].push_back(double{scores[i]});
  for (std::size_t g = 0; g < count; ++g) {
    const lens::GroupImportance& group = found->group(g);
    const auto& without = logits[g + 1];
    EXPECT_NEAR(group.auc, pairwise_auc(logits[0], labels), 1e-12);
    EXPECT_NEAR(group.permuted_auc, pairwise_auc(without, labels), 1e-12);
    EXPECT_NEAR(group.drop, group.auc - group.permuted_auc, 1e-12);
    EXPECT_NEAR(group.log_loss, plain_log_loss(logits[0], labels), 1e-9);
    EXPECT_NEAR(group.log_loss_rise, plain_log_loss(without, labels) - group.log_loss, 1e-6);
    double effect = 0;
    for (std::size_t i = 0; i < without.size(); ++i) effect += logits[0][i] - without[i];
    EXPECT_NEAR(group.effect, effect / static_cast<double>(without.size()), 1e-6);
    EXPECT_TRUE(std::isnan(group.drop_sd));
    EXPECT_TRUE(group.low <= group.drop && group.drop <= group.high);
  }
  const std::vector<std::uint64_t> orders(batch.rows());
  options.candidate_orders = orders;
  EXPECT_EQ(lens::Importance::measure(**session, batch.batch(), labels, {}, options).status().code(),
            base::Code::invalid_argument);
}

// All groups permuted in one order are the rows in that order: scores move as they are, labels stay.
TEST(JointImportance, OfAllGroupsIsThatOfRowsInAnotherOrder) {
  Tower tower(3);
  ASSERT_NE(tower.model, nullptr);
  const RandomBatch shared(tower.maker, tower.model->desc(), std::vector<std::uint32_t>(40, 2));
  const RandomBatch batch = shared.unshared();
  auto session = exec::Session::create(tower.model, RandomBatch::inputs(tower.model->desc()), {});
  ASSERT_TRUE(session.ok()) << session.status().message();
  const std::size_t n = batch.rows(), tasks = tower.model->desc().outputs.size();
  std::vector<std::uint8_t> labels;
  while (labels.size() < n) labels.push_back(tower.maker.below(3) == 0);
  labels[0] = 1 - labels[1];
  std::vector<float> scores(n * tasks);
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = scores.data();
  output.capacity = scores.size();
  ASSERT_TRUE((*session)->run(batch.batch(), output).ok());
  std::vector<std::uint64_t> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i] = (7 * i + 3) % n;  // 7 and 80 have no common factor
  lens::ImportanceOptions options;
  options.draws = 1;
  options.request_orders = options.candidate_orders = order;
  std::vector<double> as_is, moved;
  for (std::size_t i = 0; i < n; ++i) {
    as_is.push_back(double{scores[i * tasks]});
    moved.push_back(double{scores[order[i] * tasks]});
  }
  std::vector<std::size_t> groups;
  for (std::size_t g = 0; g < tower.model->groups().size(); ++g) groups.push_back(g);
  const auto joint = lens::Importance::joint(**session, batch.batch(), labels, {}, options, groups);
  ASSERT_TRUE(joint.ok()) << joint.status().message();
  EXPECT_NEAR(joint->auc, pairwise_auc(as_is, labels), 1e-12);
  EXPECT_NEAR(joint->permuted_auc, pairwise_auc(moved, labels), 1e-12);
  // Of one group, what measure() says of it.
  options.request_orders = options.candidate_orders = {};
  options.draws = 2;
  const auto alone = lens::Importance::measure(**session, batch.batch(), labels, {}, options);
  ASSERT_TRUE(alone.ok()) << alone.status().message();
  const auto one = lens::Importance::joint(**session, batch.batch(), labels, {}, options, std::vector<std::size_t>{1});
  ASSERT_TRUE(one.ok()) << one.status().message();
  EXPECT_EQ(one->drop, alone->group(1).drop);
  EXPECT_EQ(one->se, alone->group(1).se);
  groups.push_back(groups.size());
  EXPECT_EQ(lens::Importance::joint(**session, batch.batch(), labels, {}, options, groups).status().code(),
            base::Code::invalid_argument);
  options.method = lens::ImportanceMethod::ablation;
  EXPECT_EQ(lens::Importance::joint(**session, batch.batch(), labels, {}, options, std::vector<std::size_t>{0})
                .status()
                .code(),
            base::Code::invalid_argument);
}

}  // namespace
}  // namespace clicklens
