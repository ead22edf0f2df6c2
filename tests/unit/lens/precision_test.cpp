// What a reduced precision costs and which linears it spares, against scores of sessions and an AUC by counting pairs.
#include "lens/precision.h"

#include "support/random_batch.h"

namespace clicklens::lens {
namespace {

using testing::ModelMaker;
using testing::RandomBatch;

constexpr std::uint32_t candidates = 400;

// Two towers of one hidden layer each. One reads a column a thousand times as large as the others, of no weight: in 8
// bits the others vanish beside it.
struct TwoTowers {
  ModelMaker maker{3};
  std::uint32_t kind = 0, harsh = 0;

  TwoTowers() {
    using format::ActivationKind;
    using format::Scope;
    const std::uint32_t ad = maker.bag(maker.sparse("ad", Scope::candidate, 300), maker.table(300, 15));
    const std::uint32_t table = maker.table(300, 16);
    std::vector<float> rows = maker.tables[table];
    for (std::size_t i = 15; i < rows.size(); i += 16) rows[i] = 1000.0f;
    maker.replace_table(table, rows);
    const std::uint32_t item = maker.bag(maker.sparse("item", Scope::candidate, 300), table);
    kind = maker.linear(ad, 15, 24);
    harsh = maker.linear(item, 16, 24);
    std::vector<float> weights = maker.constants.rbegin()[1];  // the last linear's; its bias is behind it
    for (std::size_t i = 15; i < weights.size(); i += 16) weights[i] = 0.0f;
    maker.replace_constant(static_cast<std::uint32_t>(maker.constants.size() - 2), weights);
    const std::uint32_t both = maker.node(format::ConcatOp{}, {maker.activation(ActivationKind::relu, kind),
                                                               maker.activation(ActivationKind::relu, harsh)});
    maker.output("ctr", maker.linear(both, 48, 1));
  }
};

double auc_by_pairs(const std::vector<float>& logits, const std::vector<std::uint8_t>& labels) {
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    for (std::size_t j = 0; j < logits.size(); ++j) {
      if (labels[i] == 0 || labels[j] != 0) continue;
      won += logits[i] > logits[j] ? 1 : logits[i] == logits[j] ? 0.5 : 0;
      ++pairs;
    }
  }
  return won / pairs;
}

class PrecisionReportTest : public ::testing::Test {
 protected:
  // Labels that float32 ranks well, if not perfectly.
  void SetUp() override {
    const std::vector<float> logits = scores({}, ops::Precision::f32);
    std::vector<float> sorted = logits;
    std::nth_element(sorted.begin(), sorted.begin() + candidates / 2, sorted.end());
    for (std::size_t row = 0; row < candidates; ++row)
      labels_.push_back((logits[row] > sorted[candidates / 2]) != (row % 20 == 0) ? 1 : 0);
  }
  std::vector<float> scores(const std::vector<std::uint32_t>& keep, ops::Precision precision) const {
    exec::SessionOptions options;
    options.precision = precision;
    options.full_precision = keep;
    auto session = exec::Session::create(model_, inputs_, options);
    EXPECT_TRUE(session.ok()) << session.status().message();
    std::vector<float> logits(candidates);
    exec::Output output;
    output.kind = exec::OutputKind::logit;
    output.values = logits.data();
    output.capacity = logits.size();
    EXPECT_TRUE((*session)->run(batch_.batch(), output).ok());
    return logits;
  }
  PrecisionReport report(double auc_loss) const {
    PrecisionOptions options;
    options.auc_loss = auc_loss;
    auto made = precision_report(model_, inputs_, batch_.batch(), labels_.data(), options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    return made.ok() ? std::move(*made) : PrecisionReport{};
  }
  void expect_scores(const PrecisionScores& found, const std::vector<std::uint32_t>& keep) const {
    const std::vector<float> full = scores({}, ops::Precision::f32), reduced = scores(keep, ops::Precision::int8);
    const auto probability = [](float z) { return 1 / (1 + std::exp(-double{z})); };
    double largest = 0, sum = 0, loss = 0;
    for (std::size_t row = 0; row < candidates; ++row) {
      const double p = probability(reduced[row]), difference = std::fabs(p - probability(full[row]));
      largest = std::max(largest, difference);
      sum += difference;
      loss -= std::log(labels_[row] != 0 ? p : 1 - p);
    }
    EXPECT_NEAR(found.auc, auc_by_pairs(reduced, labels_), 1e-12);
    EXPECT_NEAR(found.logloss, loss / candidates, 1e-9);
    EXPECT_NEAR(found.largest_difference, largest, 1e-12);
    EXPECT_NEAR(found.mean_difference, sum / candidates, 1e-12);
  }

  TwoTowers towers_;
  std::shared_ptr<const exec::Model> model_ = towers_.maker.open();
  RandomBatch batch_{towers_.maker, model_->desc(), {candidates / 4, candidates / 4, candidates / 2}};
  exec::Inputs inputs_ = RandomBatch::inputs(model_->desc());
  std::vector<std::uint8_t> labels_;
};

TEST_F(PrecisionReportTest, KeepsTheLinearThatLosesAndNoOther) {
  const PrecisionReport report = this->report(0.002);
  EXPECT_EQ(report.rows, candidates);
  EXPECT_EQ(report.non_finite, 0u);
  ASSERT_EQ(report.layers.size(), 2u);
  EXPECT_EQ(report.layers[0].value, towers_.kind);
  EXPECT_EQ(report.layers[1].value, towers_.harsh);
  EXPECT_NEAR(report.full.auc, auc_by_pairs(scores({}, ops::Precision::f32), labels_), 1e-12);
  EXPECT_EQ(report.full.largest_difference, 0);
  EXPECT_GT(report.full.auc - report.reduced.auc, 0.002) << "nothing to spare";
  EXPECT_FALSE(report.layers[0].kept);
  EXPECT_TRUE(report.layers[1].kept);
  EXPECT_LE(report.full.auc - report.chosen.auc, 0.002);
  expect_scores(report.reduced, {});
  expect_scores(report.layers[0].alone, {towers_.harsh});
  expect_scores(report.layers[1].alone, {towers_.kind});
  expect_scores(report.chosen, {towers_.harsh});
}

TEST_F(PrecisionReportTest, KeepsNothingWhereTheBoundIsWide) {
  const PrecisionReport report = this->report(0.5);
  for (const PrecisionLayer& layer : report.layers) EXPECT_FALSE(layer.kept);
  EXPECT_EQ(report.chosen.auc, report.reduced.auc);
}

// Labels that one swap of neighbours changes: any rounding costs, and only float32 is good enough.
TEST_F(PrecisionReportTest, SaysWhenNothingCanBeReduced) {
  const std::vector<float> logits = scores({}, ops::Precision::f32);
  std::vector<float> sorted = logits;
  std::nth_element(sorted.begin(), sorted.begin() + candidates / 2, sorted.end());
  for (std::size_t row = 0; row < candidates; ++row) labels_[row] = logits[row] > sorted[candidates / 2] ? 1 : 0;
  const PrecisionReport report = this->report(0);
  EXPECT_EQ(report.full.auc, 1);
  ASSERT_LT(report.layers[0].alone.auc, 1) << "the kind tower must lose a pair too";
  for (const PrecisionLayer& layer : report.layers) EXPECT_TRUE(layer.kept);
  EXPECT_EQ(report.chosen.auc, 1);
  EXPECT_EQ(report.chosen.largest_difference, 0) << "float32 itself";
}

// An infinite input of a linear is a number behind the sigmoid in float32, and none in 8 bits.
TEST(PrecisionReportLost, RowsThatTheReductionLosesAreWithinNoBound) {
  testing::ModelMaker maker(2);
  const std::uint32_t x = maker.node(format::DenseInputOp{maker.dense("x", format::Scope::candidate, 1)}, {});
  const auto linear = [&](std::uint32_t from, std::vector<float> weights, std::uint64_t out, std::uint64_t in) {
    return maker.node(format::LinearOp{maker.constant({out, in}, std::move(weights)), format::no_index}, {from});
  };
  const std::uint32_t huge = linear(x, {1e38f, 1e38f}, 2, 1);
  const std::uint32_t late = linear(huge, {1, 1, 1, 1}, 2, 2);
  const std::uint32_t tamed = maker.activation(format::ActivationKind::sigmoid, late);
  maker.output("y", linear(tamed, {1, 1}, 1, 2));
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const std::vector<float> values = {1e-38f, 5, 0, 7};
  encode::Column column;
  column.kind = encode::ColumnKind::floats;
  column.value_type = encode::ValueType::f32;
  column.values = values.data();
  column.value_count = values.size();
  exec::Batch batch;
  batch.candidates = values.size();
  batch.columns = {&column, 1};
  const std::vector<std::uint8_t> labels = {1, 1, 0, 0};
  PrecisionOptions options;
  options.auc_loss = 1;  // any
  const auto report = precision_report(model, RandomBatch::inputs(model->desc()), batch, labels.data(), options);
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_EQ(report->non_finite, 0u);
  EXPECT_EQ(report->reduced.lost, 2u);
  ASSERT_EQ(report->layers.size(), 2u);
  EXPECT_EQ(report->layers[1].value, late);
  EXPECT_EQ(report->layers[1].alone.lost, 2u);
  EXPECT_TRUE(report->layers[1].kept);
  EXPECT_EQ(report->chosen.lost, 0u);
}

TEST_F(PrecisionReportTest, NamesWhatItRefuses) {
  const auto refusal = [&](const PrecisionOptions& options, base::Code code) {
    const auto made = precision_report(model_, inputs_, batch_.batch(), labels_.data(), options);
    EXPECT_FALSE(made.ok());
    EXPECT_EQ(made.status().code(), code);
    return std::string(made.status().message());
  };
  PrecisionOptions options;
  options.precision = ops::Precision::f32;
  EXPECT_NE(refusal(options, base::Code::invalid_argument).find("precision"), std::string::npos);
  options = {};
  options.auc_loss = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(refusal(options, base::Code::invalid_argument).find("auc_loss"), std::string::npos);
  options.auc_loss = -1;
  EXPECT_NE(refusal(options, base::Code::invalid_argument).find("auc_loss"), std::string::npos);
  options = {};
  options.task = 1;
  EXPECT_NE(refusal(options, base::Code::invalid_argument).find("task"), std::string::npos);
  options = {};
  labels_[7] = 2;
  refusal(options, base::Code::bad_value);
  labels_.assign(candidates, 1);
  EXPECT_NE(refusal(options, base::Code::bad_value).find("no AUC"), std::string::npos);
}

}  // namespace
}  // namespace clicklens::lens
