// Probes of a network whose layers' knowledge is known by construction.
#include "lens/probe.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lens/delong.h"
#include "lens/probe_control.h"
#include "lens/probe_file.h"
#include "support/xor_network.h"

namespace clicklens::lens {
namespace {

using base::Code;
using testing::probe_rows;
using testing::XorData;
using testing::XorNetwork;

enum Layer : std::size_t { emb, l1, l2, logit };

class ProbeTest : public ::testing::Test {
 protected:
  ProbeTest()
      : model(XorNetwork().open()),
        fit_data(400, 1, 0.1),
        eval_data(400, 2, 0.1),
        fit(probe_rows(model, fit_data)),
        eval(probe_rows(model, eval_data)) {}

  Probe fitted(const ProbeOptions& options = {}, const ProbeRows* validation = nullptr) const {
    auto probe = Probe::fit(fit, validation, options);
    EXPECT_TRUE(probe.ok()) << probe.status().message();
    return std::move(*probe);
  }

  std::shared_ptr<exec::Model> model;
  XorData fit_data, eval_data;
  ProbeRows fit, eval;
};

TEST(ProbeTruth, IsFoundInTheLayerThatHasIt) {
  const auto model = XorNetwork().open();
  const XorData fit_data(1000, 1), eval_data(1000, 2);
  const ProbeRows fit = probe_rows(model, fit_data), eval = probe_rows(model, eval_data);
  const auto probe = Probe::fit(fit, nullptr, {});
  ASSERT_TRUE(probe.ok()) << probe.status().message();
  EXPECT_NEAR(probe->evaluate(emb, eval, {})->metrics.auc, 0.5, 0.05);
  EXPECT_EQ(probe->evaluate(l1, eval, {})->metrics.auc, 1);
  EXPECT_EQ(probe->evaluate(l2, eval, {})->metrics.auc, 1);
  const auto gained = probe->difference(emb, l1, eval), added = probe->difference(l1, l2, eval);
  ASSERT_TRUE(gained.ok() && added.ok());
  EXPECT_GT(gained->low, 0.4);
  EXPECT_LT(added->high, 0.002);
}

TEST_F(ProbeTest, ACopiedLayerAddsNothing) {
  const Probe probe = fitted();
  const auto added = probe.difference(l1, l2, eval);
  ASSERT_TRUE(added.ok());
  EXPECT_NEAR(added->auc_a, 0.9, 0.03);
  EXPECT_LT(added->high, 0.002);
  EXPECT_GT(added->low, -0.002);
  const auto gained = probe.difference(emb, l1, eval);
  ASSERT_TRUE(gained.ok());
  EXPECT_GT(gained->low, 0.3);
  EXPECT_NEAR(gained->se / gained->delong_clustered_se, 1, 0.4);
}

TEST_F(ProbeTest, SaysWhatItIs) {
  ProbeOptions options;
  options.lambda = 0.01;
  options.negative_rate = 0.5;
  const Probe probe = fitted(options);
  ASSERT_EQ(probe.list().size(), 4u);
  const char* names[] = {"emb", "l1", "l2", "click"};
  for (std::size_t i = 0; i < 4; ++i) {
    const format::ProbeDesc& desc = probe.list()[i];
    EXPECT_EQ(desc.name, names[i]);
    EXPECT_EQ(desc.value, fit.values()[i]);
    EXPECT_EQ(desc.mean.size(), fit.data().width(i));
    EXPECT_EQ(desc.rows, fit_data.rows());
    EXPECT_EQ(desc.clicks, fit.data().clicks());
    EXPECT_EQ(desc.lambda, 0.01);
    EXPECT_EQ(desc.negative_rate, 0.5);
    EXPECT_TRUE(desc.converged);
    EXPECT_LE(desc.gradient, 1e-8);
  }
}

TEST_F(ProbeTest, EvaluatesAsMetrics) {
  const Probe probe = fitted();
  const auto logits = probe.logits(l1, eval);
  ASSERT_TRUE(logits.ok());
  auto metrics = Metrics::create({});
  ASSERT_TRUE(metrics.ok());
  const std::vector<float> floats(logits->begin(), logits->end());
  ASSERT_TRUE(
      metrics
          ->add(floats.data(), eval_data.labels.data(), eval_data.groups.data(), eval_data.users.data(), floats.size())
          .ok());
  const MetricsResult expected = metrics->compute();
  const auto evaluation = probe.evaluate(l1, eval, {});
  ASSERT_TRUE(evaluation.ok());
  EXPECT_EQ(evaluation->metrics.auc, expected.auc);
  EXPECT_EQ(evaluation->metrics.auc_se, expected.auc_se);
  EXPECT_EQ(evaluation->metrics.gauc, expected.gauc);
  EXPECT_EQ(evaluation->metrics.logloss, expected.logloss);
  EXPECT_TRUE(std::isnan(evaluation->r2));
}

// The same linear function, in the session's floats.
TEST_F(ProbeTest, ScoresInsideASession) {
  const Probe probe = fitted();
  exec::SessionOptions options;
  for (const FoldedProbe& folded : probe.folded())
    options.probes.push_back({folded.value, folded.weights, folded.bias});
  auto session = exec::Session::create(model, testing::xor_inputs(), options);
  ASSERT_TRUE(session.ok()) << session.status().message();
  std::vector<float> logits(eval_data.rows() * 4);
  exec::Output output;
  output.probe_logits = logits.data();
  output.probe_capacity = logits.size();
  const base::Status status = (*session)->run(eval_data.batch(), output);
  ASSERT_TRUE(status.ok()) << status.message();
  for (std::size_t i = 0; i < 4; ++i) {
    const auto expected = probe.logits(i, eval);
    ASSERT_TRUE(expected.ok());
    for (std::size_t row = 0; row < eval_data.rows(); ++row)
      ASSERT_NEAR(double{logits[row * 4 + i]}, (*expected)[row], 1e-5 * (1 + std::abs((*expected)[row]))) << i;
  }
}

// Of a number that the second embedding has, and layer 1 has lost.
TEST_F(ProbeTest, PredictsNumbers) {
  std::vector<float> targets;
  for (std::size_t row = 0; row < fit_data.rows(); ++row) targets.push_back(500 + 100 * fit.data().row(emb, row)[2]);
  ASSERT_TRUE(fit.relabel(nullptr, targets.data(), targets.size()).ok());
  ProbeOptions options;
  options.target = ProbeTarget::number;
  options.lambda = 1e-6;
  const Probe probe = fitted(options);
  const auto exact = probe.evaluate(emb, fit, {}), lost = probe.evaluate(l1, fit, {});
  ASSERT_TRUE(exact.ok() && lost.ok());
  EXPECT_NEAR(exact->r2, 1, 1e-9);
  EXPECT_LT(lost->r2, 0.9);
  EXPECT_TRUE(std::isnan(exact->metrics.auc));
  EXPECT_EQ(exact->metrics.rows, fit_data.rows());
  EXPECT_TRUE(probe.list()[emb].converged);
  EXPECT_EQ(probe.difference(emb, l1, fit).status().code(), Code::invalid_argument);
  EXPECT_EQ(probe_control(probe, emb, ProbeControlKind::shuffled, fit, eval, 1, 1).status().code(),
            Code::invalid_argument);
}

TEST_F(ProbeTest, PredictsANumberThatNeverChanges) {
  const std::vector<float> targets(fit_data.rows(), 1e6f);
  ASSERT_TRUE(fit.relabel(nullptr, targets.data(), targets.size()).ok());
  ProbeOptions options;
  options.target = ProbeTarget::number;
  const Probe probe = fitted(options);
  EXPECT_TRUE(probe.list()[emb].converged);
  EXPECT_NEAR(probe.list()[emb].intercept, 1e6, 1e-3);
  EXPECT_TRUE(std::isnan(probe.evaluate(emb, fit, {})->r2));
}

// The lambda with the least loss on the validation rows, found by trying each.
TEST_F(ProbeTest, ChoosesLambdaOnOtherRows) {
  const Probe chosen = fitted({}, &eval);
  for (const std::size_t layer : {emb, l1}) {
    double least = 1e9, best = 0;
    for (const double lambda : {1e-5, 1e-4, 1e-3, 1e-2, 1e-1}) {
      ProbeOptions options;
      options.lambda = lambda;
      const double loss = fitted(options).evaluate(layer, eval, {})->metrics.logloss;
      if (loss < least) {
        least = loss;
        best = lambda;
      }
    }
    EXPECT_EQ(chosen.list()[layer].lambda, best);
    EXPECT_NEAR(chosen.evaluate(layer, eval, {})->metrics.logloss, least, 1e-7);
    EXPECT_TRUE(chosen.list()[layer].converged);
  }
  EXPECT_EQ(fitted().list()[emb].lambda, 1e-3);
}

TEST_F(ProbeTest, ControlsFindNothingInMeaninglessLabels) {
  const Probe probe = fitted();
  const auto control = probe_control(probe, l1, ProbeControlKind::shuffled, fit, eval, 20, 7);
  ASSERT_TRUE(control.ok()) << control.status().message();
  EXPECT_EQ(control->draws, 20u);
  EXPECT_EQ(control->eval_rows, eval_data.rows());
  EXPECT_NEAR(control->eval_auc_mean, 0.5, 0.02);
  EXPECT_GT(control->fit_auc_mean, control->eval_auc_mean);  // optimism
  EXPECT_LT(control->fit_auc_mean, 0.56);
  EXPECT_GT(control->eval_auc_sd, 0.001);
}

// Embeddings know their ids apart, layer 1 hardly does.
TEST_F(ProbeTest, TheRandomTaskIsLearntWhereIdsAreKnown) {
  const Probe probe = fitted();
  const auto in_emb = probe_control(probe, emb, ProbeControlKind::random_task, fit, eval, 20, 7);
  const auto in_l1 = probe_control(probe, l1, ProbeControlKind::random_task, fit, eval, 20, 7);
  ASSERT_TRUE(in_emb.ok() && in_l1.ok());
  EXPECT_EQ(in_emb->eval_rows, eval_data.rows());
  EXPECT_GT(in_emb->eval_auc_mean, 0.6);
  EXPECT_GT(in_emb->eval_auc_mean, in_l1->eval_auc_mean);
}

TEST_F(ProbeTest, ControlsFollowTheirSeed) {
  const Probe probe = fitted();
  for (const ProbeControlKind kind : {ProbeControlKind::shuffled, ProbeControlKind::random_task}) {
    const auto first = probe_control(probe, l1, kind, fit, eval, 5, 1);
    const auto again = probe_control(probe, l1, kind, fit, eval, 5, 1);
    const auto other = probe_control(probe, l1, kind, fit, eval, 5, 2);
    ASSERT_TRUE(first.ok() && again.ok() && other.ok());
    EXPECT_EQ(first->fit_auc_mean, again->fit_auc_mean);
    EXPECT_EQ(first->eval_auc_mean, again->eval_auc_mean);
    EXPECT_EQ(first->eval_auc_sd, again->eval_auc_sd);
    EXPECT_NE(first->fit_auc_mean, other->fit_auc_mean);
  }
}

TEST_F(ProbeTest, TheRandomTaskIsScoredOnSharedIdsAlone) {
  XorData half(200, 3, 0.1);
  for (std::size_t i = 0; i < half.ad_ids.size(); ++i)
    if (half.ad_ids[i] >= 4) half.ad_ids[i] += 1000;
  const ProbeRows rows = probe_rows(model, half);
  const auto control = probe_control(fitted(), emb, ProbeControlKind::random_task, fit, rows, 3, 1);
  ASSERT_TRUE(control.ok());
  std::uint64_t shared = 0;
  for (const std::uint64_t id : half.ad_ids) shared += id < 1000 ? 1 : 0;
  EXPECT_EQ(control->eval_rows, shared);
}

TEST_F(ProbeTest, RefusesWhatItCannotDo) {
  ProbeOptions options;
  options.lambda = -1;
  EXPECT_EQ(Probe::fit(fit, nullptr, options).status().code(), Code::invalid_argument);
  options = {};
  options.negative_rate = 1.5;
  EXPECT_EQ(Probe::fit(fit, nullptr, options).status().code(), Code::invalid_argument);
  options = {};
  options.tolerance = std::nan("");
  EXPECT_EQ(Probe::fit(fit, nullptr, options).status().code(), Code::invalid_argument);

  auto empty = ProbeRows::create(model, {});
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(Probe::fit(*empty, nullptr, {}).status().code(), Code::bad_value);
  const Probe probe = fitted();
  EXPECT_EQ(probe.logits(4, eval).status().code(), Code::invalid_argument);
  EXPECT_EQ(probe.evaluate(0, *empty, {}).status().code(), Code::ok);

  const std::vector<std::uint8_t> ones(fit_data.rows(), 1);
  ASSERT_TRUE(fit.relabel(ones.data(), nullptr, ones.size()).ok());
  EXPECT_EQ(Probe::fit(fit, nullptr, {}).status().code(), Code::bad_value);
  EXPECT_EQ(probe_control(probe, 0, ProbeControlKind::shuffled, fit, eval, 1, 1).status().code(), Code::bad_value);

  const auto other_model = XorNetwork().open();
  XorNetwork changed;
  changed.maker().replace_table(0, std::vector<float>(16, 0.5f));
  const ProbeRows other = probe_rows(changed.open(), eval_data), same = probe_rows(other_model, eval_data);
  EXPECT_EQ(probe.logits(l1, other).status().code(), Code::bad_state);
  EXPECT_TRUE(probe.logits(l1, same).ok());
  EXPECT_EQ(Probe::fit(eval, &other, {}).status().code(), Code::bad_state);
}

}  // namespace
}  // namespace clicklens::lens
