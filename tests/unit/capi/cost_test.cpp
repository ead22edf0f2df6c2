// Rooflines and costs through the C ABI.
#include <gtest/gtest.h>

#include <cmath>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

clens_roofline made_up() {
  return {sizeof(clens_roofline),
          1e11,
          4e11,
          2e11,
          1e11,
          2e10,
          32768,
          1 << 20,
          32 << 20,
          4 << 20,
          256 << 20,
          2,
          8,
          20,
          100};
}

TEST(CostC, CountsAndTimes) {
  const TinyHost host({3, 0, 2});
  const clens_roofline roofline = made_up();
  clens_cost_options options = CLENS_COST_OPTIONS_INIT;
  options.candidates = 5;
  options.requests = 3;
  clens_cost counted = CLENS_COST_INIT, timed = CLENS_COST_INIT;
  ASSERT_EQ(clens_model_cost(host.model(), &options, &counted), CLENS_OK) << last_error();
  options.roofline = &roofline;
  ASSERT_EQ(clens_model_cost(host.model(), &options, &timed), CLENS_OK) << last_error();
  EXPECT_EQ(counted.us, 0);
  EXPECT_GT(counted.flops, counted.request_flops);
  EXPECT_GT(counted.request_flops, 0);
  EXPECT_EQ(counted.flops, timed.flops);
  EXPECT_EQ(timed.line_bytes, 64 * timed.ids);
  EXPECT_GT(timed.us, 0);
  EXPECT_DOUBLE_EQ(timed.us, timed.dense_us + timed.rows_us + timed.elements_us + timed.call_us);
  clens_cost one = CLENS_COST_INIT;
  ASSERT_EQ(clens_model_cost(host.model(), nullptr, &one), CLENS_OK);
  EXPECT_LT(one.flops, counted.flops);
}

TEST(CostC, MistakesAreNamed) {
  const TinyHost host({1});
  clens_roofline roofline = made_up();
  clens_cost_options options = CLENS_COST_OPTIONS_INIT;
  clens_cost cost = CLENS_COST_INIT;
  EXPECT_EQ(clens_model_cost(nullptr, &options, &cost), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_cost(host.model(), &options, nullptr), CLENS_E_INVALID_ARGUMENT);
  for (const double bad : {-1.0, static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    options.ids = bad;
    EXPECT_EQ(clens_model_cost(host.model(), &options, &cost), CLENS_E_INVALID_ARGUMENT);
    EXPECT_NE(last_error().find("options.ids"), std::string::npos);
  }
  options.ids = 1;
  options.roofline = &roofline;
  for (double* rate : {&roofline.flops, &roofline.l1, &roofline.l2, &roofline.l3, &roofline.memory,
                       &roofline.near_row_ns, &roofline.far_row_ns}) {
    const double good = *rate;
    for (const double bad : {0.0, -1.0, static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
      *rate = bad;
      EXPECT_EQ(clens_model_cost(host.model(), &options, &cost), CLENS_E_INVALID_ARGUMENT);
      EXPECT_NE(last_error().find("options.roofline."), std::string::npos);
    }
    *rate = good;
  }
  EXPECT_EQ(clens_model_cost(host.model(), &options, &cost), CLENS_OK);
}

TEST(RooflineC, MeasuresAndRefuses) {
  clens_roofline_options options = CLENS_ROOFLINE_OPTIONS_INIT;
  options.memory_bytes = 1 << 20;
  options.sample_ms = 1;
  clens_roofline out = CLENS_ROOFLINE_INIT;
  ASSERT_EQ(clens_roofline_measure(&options, &out), CLENS_OK) << last_error();
  EXPECT_GT(out.flops, 1e5);
  EXPECT_GT(out.far_latency_ns, 0);
  EXPECT_EQ(clens_roofline_measure(&options, nullptr), CLENS_E_INVALID_ARGUMENT);
  out.struct_size = 3;
  EXPECT_EQ(clens_roofline_measure(&options, &out), CLENS_E_INVALID_ARGUMENT);
  out.struct_size = sizeof(out);
  options.sample_ms = 1001;
  EXPECT_EQ(clens_roofline_measure(&options, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("options.sample_ms"), std::string::npos);
  options.sample_ms = 1;
  options.memory_bytes = 1;
  EXPECT_EQ(clens_roofline_measure(&options, &out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("options.memory_bytes"), std::string::npos);
}

}  // namespace
}  // namespace clicklens::testing
