// Precisions through the C ABI: options and messages, scores near float32's, the report.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/dispatch.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

bool has_bf16() {
  const auto table = kernels::active_table();
  return table.ok() && (*table)->linear_bf16 != nullptr;
}

clens_session_options in(clens_precision precision) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.precision = static_cast<std::uint32_t>(precision);
  return options;
}

TEST(PrecisionC, ScoresAreNearFloat32) {
  const TinyHost host({3, 0, 2, 40});
  const std::vector<float> full = host.run(host.session().get());
  clens_session_options options = in(CLENS_PRECISION_INT8);
  const std::vector<float> int8 = host.run(host.session(&options).get());
  EXPECT_NE(int8, full);
  for (std::size_t c = 0; c < full.size(); ++c) EXPECT_NEAR(int8[c], full[c], 0.05) << c;
  const std::size_t kept[] = {tiny::hidden_linear};
  options.full_precision = kept;
  options.full_precision_count = 1;
  EXPECT_EQ(host.run(host.session(&options).get()), full);
  if (!has_bf16()) return;
  options = in(CLENS_PRECISION_BF16);
  const std::vector<float> bf16 = host.run(host.session(&options).get());
  EXPECT_NE(bf16, full);
  for (std::size_t c = 0; c < full.size(); ++c) EXPECT_NEAR(bf16[c], full[c], 0.05) << c;
}

TEST(PrecisionC, NamesWhatItRefuses) {
  const TinyHost host;
  const auto refuse = [&](const clens_session_options& options, clens_status status, const char* text) {
    clens_session* session = nullptr;
    EXPECT_EQ(clens_session_create(host.model(), host.inputs(), &options, &session), status);
    EXPECT_NE(last_error().find(text), std::string::npos) << last_error();
    EXPECT_EQ(session, nullptr);
  };
  clens_session_options options = in(CLENS_PRECISION_INT8);
  options.precision = 4;
  refuse(options, CLENS_E_INVALID_ARGUMENT, "options.precision: 4");
  options = in(CLENS_PRECISION_INT8);
  options.gradients = CLENS_GRADIENTS_FULL;
  refuse(options, CLENS_E_UNSUPPORTED, "gradients");
  options = in(CLENS_PRECISION_INT8);
  options.full_precision_count = 1;
  refuse(options, CLENS_E_INVALID_ARGUMENT, "options.full_precision: NULL");
  std::size_t values[] = {1000, 1000};
  options.full_precision = values;
  refuse(options, CLENS_E_INVALID_ARGUMENT, "full precision value 1000");
  values[0] = tiny::user_bag;
  refuse(options, CLENS_E_INVALID_ARGUMENT, "which no linear makes");
  values[0] = values[1] = tiny::hidden_linear;
  options.full_precision_count = 2;
  refuse(options, CLENS_E_INVALID_ARGUMENT, "twice");
  if (!has_bf16()) refuse(in(CLENS_PRECISION_BF16), CLENS_E_UNSUPPORTED, "bf16");
}

class PrecisionReportC : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::vector<float> logits = host_.run(host_.session().get());
    std::vector<float> sorted = logits;
    std::sort(sorted.begin(), sorted.end());
    for (const float z : logits) labels_.push_back(z > sorted[sorted.size() / 2] ? 1 : 0);
  }
  clens_status report(const clens_precision_options* options) {
    const clens_batch batch = host_.batch();
    return clens_precision_report(host_.model(), host_.inputs(), &batch, labels_.data(), options, &result_, linears_,
                                  sizeof linears_[0], capacity_);
  }
  const TinyHost host_{{3, 0, 2, 40}};
  std::vector<std::uint8_t> labels_;
  clens_precision_result result_ = CLENS_PRECISION_RESULT_INIT;
  clens_precision_linear linears_[4] = {};
  std::size_t capacity_ = 4;
};

TEST_F(PrecisionReportC, TellsTheCost) {
  ASSERT_EQ(report(nullptr), CLENS_OK) << last_error();
  EXPECT_EQ(result_.rows, 45u);
  EXPECT_EQ(result_.clicks, 22u);
  EXPECT_EQ(result_.linears, 1u);
  EXPECT_EQ(result_.auc_f32, 1.0);
  EXPECT_EQ(linears_[0].value, std::size_t{tiny::hidden_linear});
  EXPECT_EQ(linears_[0].auc_loss, result_.auc_f32 - result_.auc);
  EXPECT_EQ(linears_[0].kept, result_.kept);
  EXPECT_EQ(linears_[0].largest_difference, result_.largest_difference);
  EXPECT_GT(result_.largest_difference, 0.0);
  EXPECT_LE(result_.mean_difference, result_.largest_difference);
  EXPECT_LE(result_.auc_f32 - result_.kept_auc, 0.0005);
  // the differences are those of two sessions
  clens_session_options options = in(CLENS_PRECISION_INT8);
  const auto full = host_.run(host_.session().get(), CLENS_OUTPUT_PROBABILITY);
  const auto int8 = host_.run(host_.session(&options).get(), CLENS_OUTPUT_PROBABILITY);
  double largest = 0;
  for (std::size_t c = 0; c < full.size(); ++c)
    largest = std::max(largest, std::fabs(double{full[c]} - double{int8[c]}));
  EXPECT_NEAR(result_.largest_difference, largest, 1e-6);
}

TEST_F(PrecisionReportC, RefusesAndSaysWhy) {
  clens_precision_options options = CLENS_PRECISION_OPTIONS_INIT;
  const auto refuse = [&](clens_status status, const char* text) {
    EXPECT_EQ(report(&options), status);
    EXPECT_NE(last_error().find(text), std::string::npos) << last_error();
    options = CLENS_PRECISION_OPTIONS_INIT;
  };
  options.precision = CLENS_PRECISION_F32;
  refuse(CLENS_E_INVALID_ARGUMENT, "options.precision");
  options.precision = CLENS_PRECISION_RECOMMENDED;  // a report measures one precision
  refuse(CLENS_E_INVALID_ARGUMENT, "options.precision: 3");
  options.precision = 7;
  refuse(CLENS_E_INVALID_ARGUMENT, "options.precision: 7");
  options.auc_loss = -0.1;
  refuse(CLENS_E_INVALID_ARGUMENT, "options.auc_loss");
  options.task = 9;
  refuse(CLENS_E_INVALID_ARGUMENT, "options.task: 9");
  capacity_ = 0;
  refuse(CLENS_E_BUFFER_TOO_SMALL, "linears: 1, capacity 0");
  EXPECT_EQ(result_.linears, 1u);
  labels_[1] = 3;
  refuse(CLENS_E_BAD_VALUE, "label");
  clens_batch batch = host_.batch();
  const auto refuse_batch = [&](clens_status status, const char* text) {
    EXPECT_EQ(
        clens_precision_report(host_.model(), host_.inputs(), &batch, labels_.data(), nullptr, &result_, nullptr, 0, 0),
        status);
    EXPECT_NE(last_error().find(text), std::string::npos) << last_error();
    batch = host_.batch();
  };
  batch.cache = reinterpret_cast<const clens_cache*>(this);  // not looked at
  refuse_batch(CLENS_E_UNSUPPORTED, "batch.cache");
  batch.candidates = std::uint64_t{1} << 41;
  refuse_batch(CLENS_E_BAD_BATCH, "2^40");
  EXPECT_EQ(clens_precision_report(host_.model(), host_.inputs(), &batch, nullptr, nullptr, &result_, nullptr, 0, 0),
            CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(
      clens_precision_report(host_.model(), host_.inputs(), &batch, labels_.data(), nullptr, &result_, linears_, 7, 4),
      CLENS_E_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace clicklens::testing
