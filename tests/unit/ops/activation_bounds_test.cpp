// Of intervals of many sizes: whatever a kernel makes of a float inside lies in the activation's image, and the image
// is not much wider than what is made.
#include "ops/activation_bounds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "kernels/dispatch.h"

namespace clicklens::ops {
namespace {

using kernels::Act;
using kernels::Table;

struct Case {
  const char* name;
  Act act;
  void (*Table::*kernel)(const kernels::MapArgs&);
};
const Case cases[] = {
    {"relu", Act::relu, &Table::relu},
    {"leaky_relu", Act::leaky_relu, &Table::leaky_relu},
    {"sigmoid", Act::sigmoid, &Table::sigmoid},
    {"tanh", Act::tanh, &Table::tanh},
    {"gelu", Act::gelu, &Table::gelu},
    {"gelu_tanh", Act::gelu_tanh, &Table::gelu_tanh},
    {"silu", Act::silu, &Table::silu},
    {"softplus", Act::softplus, &Table::softplus},
    {"elu", Act::elu, &Table::elu},
    {"exp", Act::exp, &Table::exp},
    {"log", Act::log, &Table::log},
    {"sqrt", Act::sqrt, &Table::sqrt},
    {"abs", Act::abs, &Table::abs},
    {"erf", Act::erf, &Table::erf},
    {"reciprocal", Act::reciprocal, &Table::reciprocal},
};

float made(const Case& of, float x, float slope) {
  kernels::MapArgs args;
  args.a = {&x, 1, nullptr};
  args.slope = slope;
  args.y = &x;
  args.ldy = args.rows = args.cols = 1;
  (kernels::table_for(kernels::Isa::scalar)->*of.kernel)(args);
  return x;
}

TEST(ActivationBounds, HoldWhateverTheKernelMakes) {
  for (const Case& of : cases) {
    std::mt19937 random(5);
    const auto number = [&] {
      const float size =
          std::ldexp(1.0f + static_cast<float>(random() % 1024) / 1024, static_cast<int>(random() % 40) - 30);
      return random() % 10 == 0 ? 0.0f : random() % 2 == 0 ? size : -size;
    };
    std::size_t narrow = 0, bounded = 0;
    for (int i = 0; i < 3000; ++i) {
      float low = number(), high = number();
      if (low > high) std::swap(low, high);
      const float slope = of.act == Act::elu || random() % 2 == 0 ? 0.7f : -0.3f;
      const Interval image = activated(of.act, double{slope}, {double{low}, double{high}});
      double least = infinity, most = -infinity;
      for (int k = 0; k <= 201; ++k) {
        const float between = std::min(high, low + (high - low) * (static_cast<float>(k) / 200));
        const float x = (k > 200 ? std::clamp(0.0f, low, high) : between) + 0.0f;
        const float y = made(of, x, slope);
        if (std::isnan(y)) continue;
        least = std::min(least, double{y}), most = std::max(most, double{y});
        ASSERT_GE(double{y}, image.low) << of.name << "(" << x << ") of [" << low << ", " << high << "]";
        ASSERT_LE(double{y}, image.high) << of.name << "(" << x << ") of [" << low << ", " << high << "]";
      }
      if (!std::isfinite(image.low) || !std::isfinite(image.high)) continue;
      ++bounded;
      narrow +=
          image.high - image.low <= (most - least) * 1.01 + 1e-3 * std::max(std::abs(least), std::abs(most)) + 1e-36;
    }
    EXPECT_GT(bounded, 300u) << of.name;
    EXPECT_GT(narrow * 10, bounded * 9) << of.name;
  }
}

TEST(ActivationBounds, OfUnboundedIntervals) {
  const Interval all{}, below{-infinity, -1}, above{1, infinity};
  EXPECT_NEAR(activated(Act::gelu, 0, all).low, -0.16997, 1e-4);
  EXPECT_EQ(activated(Act::gelu, 0, all).high, infinity);
  EXPECT_NEAR(activated(Act::silu, 0, below).low, -0.27846, 1e-4);
  EXPECT_NEAR(activated(Act::silu, 0, below).high, 0, 1e-30);
  EXPECT_NEAR(activated(Act::gelu_tanh, 0, all).low, -0.17004, 1e-4);
  EXPECT_NEAR(activated(Act::softplus, 0, all).low, 0, 1e-30);
  EXPECT_NEAR(activated(Act::elu, 0.7, below).low, -0.7, 1e-3);
  EXPECT_EQ(activated(Act::exp, 0, above).high, infinity);
  EXPECT_EQ(activated(Act::exp, 0, {0, 100}).high, infinity) << "beyond the largest float";
  EXPECT_EQ(activated(Act::log, 0, {0, 1}).low, -infinity);
  EXPECT_EQ(activated(Act::log, 0, below).high, infinity) << "NaN alone";
  EXPECT_EQ(activated(Act::abs, 0, all).low, 0);
  EXPECT_NEAR(activated(Act::erf, 0, all).high, 1, 1e-3);
  EXPECT_EQ(activated(Act::reciprocal, 0, all).low, -infinity);
  EXPECT_NEAR(activated(Act::reciprocal, 0, above).high, 1, 1e-6);
  EXPECT_NEAR(activated(Act::reciprocal, 0, above).low, 0, 1e-30);
  EXPECT_EQ(activated(Act::reciprocal, 0, {0, 4}).high, infinity);
}

}  // namespace
}  // namespace clicklens::ops
