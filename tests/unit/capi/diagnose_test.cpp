// A diagnosis through the C ABI and the C++ header: figures are those of the functions and loops that stand alone, what
// is refused, and that nothing changes how a day is cut into batches.
#include <gtest/gtest.h>

#include <clicklens/clicklens.hpp>
#include <clicklens/diagnose.hpp>
#include <clicklens/importance.hpp>
#include <cmath>
#include <map>
#include <random>

#include "support/model_maker.h"

namespace clicklens {
namespace {

constexpr std::size_t rows = 12'000;

// Ids a and b, a linear over both, relu, one output; clicks are drawn at its own probabilities, moved by a shift.
class Clicked {
 public:
  Clicked() {
    testing::ModelMaker maker;
    std::vector<std::uint32_t> bags;
    for (const char* name : {"a", "b"})
      bags.push_back(maker.bag(maker.sparse(name, format::Scope::candidate, 8), maker.table(8, 4)));
    const std::uint32_t joined = maker.node(format::ConcatOp{}, bags);
    const std::uint32_t fires = maker.activation(format::ActivationKind::relu, maker.linear(joined, 8, 6));
    maker.output("ctr", maker.linear(fires, 6, 1));
    maker.desc.layers = {{"emb", joined}, {"l1", fires}};
    const base::Status written = maker.write(path_.str());
    EXPECT_TRUE(written.ok()) << written.message();
    model_ = std::make_unique<Model>(path_.str());
  }
  [[nodiscard]] const Model& model() const { return *model_; }
  [[nodiscard]] Session session(const std::vector<std::size_t>& values) const {
    clens_session_options wanted = CLENS_SESSION_OPTIONS_INIT;
    wanted.gradients = 1;
    wanted.observed = values.data();
    wanted.observed_count = values.size();
    return {*model_, Inputs::of(*model_), &wanted};
  }

 private:
  testing::TemporaryPath path_{"clicked.clens"};
  std::unique_ptr<Model> model_;
};

struct Day {
  Day(const Clicked& clicked, std::uint32_t seed, double shift) {
    std::mt19937 random(seed);
    for (std::size_t row = 0; row < rows; ++row) {
      a.push_back(random() % 8);
      b.push_back(random() % 8);
      users.push_back(random() % 900);
      groups.push_back(row % 2);
    }
    Session session = clicked.session({});
    logits = session.run(batch(0, rows), CLENS_OUTPUT_LOGIT);
    for (const float z : logits)
      labels.push_back(static_cast<double>(random()) / 4294967296.0 < 1 / (1 + std::exp(-(double{z} + shift))) ? 1 : 0);
  }
  [[nodiscard]] Batch batch(std::size_t begin, std::size_t end) const {
    Batch made(end - begin);
    made.keys(0, part(a, begin, end)).keys(1, part(b, begin, end));
    return made;
  }
  [[nodiscard]] clens_rows about(std::size_t begin) const {
    clens_rows made = CLENS_ROWS_INIT;
    made.labels = labels.data() + begin;
    made.clusters = users.data() + begin;
    made.groups = groups.data() + begin;
    return made;
  }
  static const std::vector<std::uint64_t>& part(const std::vector<std::uint64_t>& of, std::size_t begin,
                                                std::size_t end) {
    static std::map<std::pair<const void*, std::size_t>, std::vector<std::uint64_t>> all;  // batches are views
    auto& made = all[{of.data() + begin, end}];
    made.assign(of.begin() + static_cast<std::ptrdiff_t>(begin), of.begin() + static_cast<std::ptrdiff_t>(end));
    return made;
  }
  std::vector<std::uint64_t> a, b, users, groups;
  std::vector<float> logits;
  std::vector<std::uint8_t> labels;
};

class DiagnosisAbi : public ::testing::Test {
 protected:
  void add(Diagnosis& diagnosis, Session& session, const Day& day, clens_day_part part, const char* name,
           std::size_t step = rows) {
    for (std::size_t begin = 0; begin < rows; begin += step)
      diagnosis.add(session, day.batch(begin, begin + step), day.about(begin), part, name);
  }
  static std::map<std::pair<std::uint32_t, std::string>, clens_finding> all(Diagnosis& diagnosis) {
    std::map<std::pair<std::uint32_t, std::string>, clens_finding> found;
    for (std::size_t i = 0, n = diagnosis.judge(); i < n; ++i) {
      const clens_finding finding = diagnosis.finding(i);
      found.emplace(std::make_pair(finding.kind, std::string(finding.subject)), finding);
    }
    return found;
  }
  Clicked clicked;
};

TEST_F(DiagnosisAbi, FiguresAreThoseOfTheFunctionsAndLoopsThatStandAlone) {
  const Day train(clicked, 1, 0), test(clicked, 2, -std::log(2.0));
  Diagnosis diagnosis(clicked.model());
  Session session = clicked.session(diagnosis.values());
  diagnosis.name_group(1, "odd");
  add(diagnosis, session, train, CLENS_DAY_TRAIN, "one");
  add(diagnosis, session, test, CLENS_DAY_TEST, "two");
  const auto found = all(diagnosis);

  Metrics metrics;
  metrics.add(test.logits, test.labels);
  const clens_metrics_result exact = metrics.compute();
  const clens_finding& overfit = found.at({CLENS_FINDING_OVERFIT, "scores"});
  EXPECT_NEAR(overfit.value, exact.slope, 0.05 * exact.slope_se);  // from bins of 2^-10; the logits spread little
  EXPECT_EQ(overfit.clicks, exact.clicks);
  EXPECT_EQ(overfit.state, static_cast<std::uint32_t>(CLENS_FINDING_STATE_NONE));
  EXPECT_STREQ(overfit.command, "");

  double predicted = 0, clicks = 0, odd_predicted = 0, odd_clicks = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double p = 1 / (1 + std::exp(-double{test.logits[i]}));
    predicted += p;
    clicks += test.labels[i];
    odd_predicted += i % 2 == 1 ? p : 0;
    odd_clicks += i % 2 == 1 ? test.labels[i] : 0;
  }
  const clens_finding& overall = found.at({CLENS_FINDING_CALIBRATION, "ctr"});
  EXPECT_NEAR(overall.value, predicted / clicks, 1e-9);
  EXPECT_NEAR(overall.value, exact.calibration, 1e-6);
  EXPECT_EQ(overall.state, static_cast<std::uint32_t>(CLENS_FINDING_STATE_FOUND));
  EXPECT_STREQ(overall.command, "clicklens refine MODEL -o OUT --calibrate platt --learn two");
  const clens_finding& odd = found.at({CLENS_FINDING_CALIBRATION_GROUP, "odd"});  // beside what is off overall
  EXPECT_NEAR(odd.value, odd_predicted / odd_clicks / (predicted / clicks), 1e-9);
  EXPECT_EQ(odd.state, static_cast<std::uint32_t>(CLENS_FINDING_STATE_NONE));
  EXPECT_EQ(found.count({CLENS_FINDING_CALIBRATION_GROUP, "key 0"}), 1u);

  clens_importance_options options = CLENS_IMPORTANCE_OPTIONS_INIT;
  const clens_rows about = test.about(0);
  const Importance alone(session, test.batch(0, rows), about, &options);
  const char* group = nullptr;
  check(clens_model_group(clicked.model().get(), 0, &group));
  const clens_finding& useless = found.at({CLENS_FINDING_USELESS_GROUP, group});
  EXPECT_EQ(useless.value, alone.group(0).drop);
  EXPECT_EQ(useless.high, alone.group(0).high);
}

TEST_F(DiagnosisAbi, AllIsListedAndEvidenceCanBeRead) {
  const Day train(clicked, 3, 0), hold(clicked, 4, 0), test(clicked, 5, 0);
  Diagnosis diagnosis(clicked.model());
  Session session = clicked.session(diagnosis.values());
  add(diagnosis, session, train, CLENS_DAY_TRAIN, "one");
  add(diagnosis, session, hold, CLENS_DAY_HOLD, "held");
  add(diagnosis, session, test, CLENS_DAY_TEST, "two");
  const auto found = all(diagnosis);
  std::map<std::uint32_t, int> kinds;
  for (const auto& [key, finding] : found) ++kinds[key.first];
  for (const std::uint32_t kind :
       {CLENS_FINDING_OVERFIT, CLENS_FINDING_LAYER, CLENS_FINDING_USELESS_GROUP, CLENS_FINDING_MEMORISING_GROUP,
        CLENS_FINDING_DEAD, CLENS_FINDING_PROVABLY_DEAD, CLENS_FINDING_DUPLICATE, CLENS_FINDING_REDUNDANT_LAYER,
        CLENS_FINDING_CALIBRATION, CLENS_FINDING_CALIBRATION_BUCKET, CLENS_FINDING_DRIFT_SCORE,
        CLENS_FINDING_DRIFT_FEATURE, CLENS_FINDING_DRIFT_NEURONS, CLENS_FINDING_DRIFT_AUC, CLENS_FINDING_COVERAGE,
        CLENS_FINDING_SALIENCY})
    EXPECT_GT(kinds[kind], 0) << kind;
  EXPECT_STREQ(found.at({CLENS_FINDING_OVERFIT, "scores"}).rows_of, "held");
  EXPECT_STREQ(found.at({CLENS_FINDING_LAYER, "l1"}).rows_of, "two");
  EXPECT_EQ(found.count({CLENS_FINDING_LAYER, "emb"}), 0u);
  ASSERT_EQ(diagnosis.finding(0).kind, static_cast<std::uint32_t>(CLENS_FINDING_OVERFIT));
  std::map<std::string, clens_evidence> evidence;
  for (std::size_t i = 0; i < diagnosis.finding(0).evidence; ++i) {
    const clens_evidence each = diagnosis.evidence(0, i);
    evidence.emplace(each.name, each);
  }
  for (const char* name : {"train_auc", "auc", "spread_ratio", "spread_ratio_known_ids", "probe_gap l1"}) {
    ASSERT_EQ(evidence.count(name), 1u) << name;
    EXPECT_LT(evidence.at(name).low, evidence.at(name).value) << name;
    EXPECT_GT(evidence.at(name).high, evidence.at(name).value) << name;
  }
  EXPECT_NEAR(evidence.at("spread_ratio").value, 1, 0.05);
}

TEST_F(DiagnosisAbi, BatchesDoNotMatterButForThePermutations) {
  const Day train(clicked, 6, 0), test(clicked, 7, 0.3), later(clicked, 8, 0.3);
  Diagnosis whole(clicked.model()), cut(clicked.model());
  Session session = clicked.session(whole.values());
  for (auto* diagnosis : {&whole, &cut}) {
    const std::size_t step = diagnosis == &whole ? rows : rows / 4;
    // saliency is centred on the first batch
    diagnosis->add(session, train.batch(0, rows / 4), train.about(0), CLENS_DAY_TRAIN, "zero");
    add(*diagnosis, session, train, CLENS_DAY_TRAIN, "one", step);
    add(*diagnosis, session, test, CLENS_DAY_TEST, "two", step);
    add(*diagnosis, session, later, CLENS_DAY_TEST, "three", step);
  }
  const auto a = all(whole);
  const auto b = all(cut);
  for (const auto& [key, finding] : a) {
    if (key.first == CLENS_FINDING_USELESS_GROUP || key.first == CLENS_FINDING_MEMORISING_GROUP ||
        key.first == CLENS_FINDING_CALIBRATION_BUCKET)
      continue;  // of the first batch; edges are its deciles
    ASSERT_EQ(b.count(key), 1u) << finding.text;
    const clens_finding& other = b.at(key);
    EXPECT_EQ(other.state, finding.state) << finding.text;
    if (!std::isnan(finding.value)) {
      EXPECT_NEAR(other.value, finding.value, 1e-9) << finding.text;
    }
  }
}

TEST_F(DiagnosisAbi, RefusesAndSaysWhy) {
  const Day day(clicked, 9, 0);
  clens_diagnosis_options options = CLENS_DIAGNOSIS_OPTIONS_INIT;
  clens_diagnosis* made = nullptr;
  options.probe_rows = 999;
  EXPECT_EQ(clens_diagnosis_create(clicked.model().get(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  options = CLENS_DIAGNOSIS_OPTIONS_INIT;
  options.task = 1;
  EXPECT_EQ(clens_diagnosis_create(clicked.model().get(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  options = CLENS_DIAGNOSIS_OPTIONS_INIT;
  options.draws = 1001;
  EXPECT_EQ(clens_diagnosis_create(clicked.model().get(), &options, &made), CLENS_E_INVALID_ARGUMENT);
  Diagnosis diagnosis(clicked.model());
  EXPECT_THROW((void)diagnosis.finding(0), Error);  // nothing was judged
  Session blind = clicked.session({});
  Session session = clicked.session(diagnosis.values());
  const Batch batch = day.batch(0, rows);
  const clens_batch view = batch.view();
  clens_rows about = day.about(0);
  const auto add = [&](std::uint32_t part, const char* name) {
    return clens_diagnosis_add(diagnosis.get(), session.get(), &view, &about, part, name);
  };
  EXPECT_EQ(add(3, "day"), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(add(CLENS_DAY_TEST, nullptr), CLENS_E_INVALID_ARGUMENT);
  about.labels = nullptr;
  EXPECT_EQ(add(CLENS_DAY_TEST, "day"), CLENS_E_INVALID_ARGUMENT);
  std::vector<std::uint8_t> labels = day.labels;
  labels[7] = 2;
  about.labels = labels.data();
  EXPECT_EQ(add(CLENS_DAY_TEST, "day"), CLENS_E_BAD_VALUE);
  about = day.about(0);
  EXPECT_EQ(add(CLENS_DAY_TEST, "day"), CLENS_OK);  // what was refused before any work did no harm
  EXPECT_GT(diagnosis.judge(), 0u);
  EXPECT_THROW((void)diagnosis.evidence(0, 1000), Error);
  EXPECT_EQ(clens_diagnosis_add(diagnosis.get(), blind.get(), &view, &about, CLENS_DAY_TEST, "day"), CLENS_E_BAD_STATE);
  EXPECT_EQ(add(CLENS_DAY_TEST, "day"), CLENS_OK);
}

TEST_F(DiagnosisAbi, WithoutDaysAllIsNotEnough) {
  Diagnosis diagnosis(clicked.model());
  const auto found = all(diagnosis);
  EXPECT_GT(found.size(), 10u);
  for (const auto& [key, finding] : found)
    if (key.first != CLENS_FINDING_PROVABLY_DEAD) {
      EXPECT_EQ(finding.state, static_cast<std::uint32_t>(CLENS_FINDING_STATE_NOT_ENOUGH)) << finding.text;
    }
}

}  // namespace
}  // namespace clicklens
