// math.h: the same bits on every instruction set, and close to the true value (libm in double).
#include <gtest/gtest.h>

#include <cmath>

#include "simd/support.h"

namespace clicklens::kernels {
namespace {

constexpr double pi = 3.14159265358979323846;
double logistic(double x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}
double normal_below(double x) {
  return std::erfc(-x / std::sqrt(2.0)) / 2;
}
// The limit where an infinity would meet a zero.
double product(double x, double y) {
  return y == 0 ? 0 : x * y;
}
double tanh_rate(double x) {
  return 2 * std::sqrt(2 / pi) * (x + 0.044715 * x * x * x);
}
double gelu_slope(double x) {
  return normal_below(x) + product(x, std::exp(-x * x / 2) / std::sqrt(2 * pi));
}
double elu_slope(double x) {
  if (std::isnan(x)) return x;
  return x <= 0 ? std::exp(x) : 1;
}
double gelu_tanh_slope(double x) {
  if (std::isnan(x)) return x;
  x = std::fmin(std::fmax(x, -100), 100);
  const double s = logistic(tanh_rate(x)), fall = logistic(-tanh_rate(x));
  return s + x * s * fall * 2 * std::sqrt(2 / pi) * (1 + 3 * 0.044715 * x * x);
}

// In the order of the probe table. Results smaller than `floor` may be off as much as that size may.
struct Truth {
  const char* name;
  double (*of)(double);
  double most_ulps, floor = 0;
};
const Truth truths[] = {
    {"exp", [](double x) { return std::exp(x); }, 1.0},
    {"log", [](double x) { return std::log(x); }, 1.0},
    {"signed_log1p", [](double x) { return std::copysign(std::log1p(std::fabs(x)), x); }, 2.0},
    {"tanh", [](double x) { return std::tanh(x); }, 2.0},
    {"sigmoid", logistic, 2.5},
    {"erf", [](double x) { return std::erf(x); }, 2.0},
    {"gelu", [](double x) { return product(x, normal_below(x)); }, 6.0, 0x1p-118},
    {"gelu_tanh", [](double x) { return product(x, logistic(tanh_rate(x))); }, 6.0, 0.0625},
    {"silu", [](double x) { return product(x, logistic(x)); }, 4.0, 0x1p-118},
    {"softplus", [](double x) { return std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }, 3.0},
    {"elu", [](double x) { return x <= 0 ? std::expm1(x) : x; }, 1.5},
    {"gelu_slope", gelu_slope, 6.0, 0.25},
    {"gelu_tanh_slope", gelu_tanh_slope, 5.0, 0.25},
    {"silu_slope", [](double x) { return logistic(x) + product(x, logistic(x) * logistic(-x)); }, 5.0, 0.25},
    {"elu_slope", elu_slope, 1.0},
    {"erf_slope", [](double x) { return std::exp(-x * x) * 2 / std::sqrt(pi); }, 3.0},
};

// Edges, then floats of every sign and size at a prime stride, then the ranges where the functions live.
const std::vector<float>& math_inputs() {
  static const std::vector<float> all = [] {
    std::vector<float> v = edges();
    for (std::uint64_t w = 0; w < 0x100000000u; w += 16381)
      v.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(w)));
    Random random(3);
    for (int i = 0; i < 100000; ++i) v.push_back(random.uniform(-20, 20));
    for (int i = 0; i < 50000; ++i) v.push_back(random.uniform(-1.5f, 1.5f));
    for (int i = 0; i < 50000; ++i) v.push_back(random.uniform(-110, 110));
    while (v.size() % 16 != 0) v.push_back(0.25f);
    return v;
  }();
  return all;
}

std::vector<float> run(const Probe& probe) {
  const std::vector<float>& in = math_inputs();
  std::vector<float> out(in.size());
  probe.run(in.data(), in.data(), in.data(), out.data(), out.size());
  return out;
}

// Distance in units of the last place of the float nearest the truth.
double ulps(float got, double truth, double floor) {
  const float nearest = static_cast<float>(truth);
  if (got == nearest) return 0;
  if (!std::isfinite(nearest) || !std::isfinite(got)) return std::numeric_limits<double>::infinity();
  const int exponent = std::max(std::ilogb(std::max(std::fabs(truth), floor)), -126);
  return std::fabs(static_cast<double>(got) - truth) / std::ldexp(1.0, exponent - 23);
}

TEST(Math, IsAccurate) {
  const ProbeTable& table = probes(Isa::scalar);
  ASSERT_EQ(table.function_count, std::size(truths));
  for (std::size_t f = 0; f < table.function_count; ++f) {
    ASSERT_STREQ(table.functions[f].name, truths[f].name);
    const std::vector<float> out = run(table.functions[f]);
    double worst = 0;
    float where = 0;
    std::size_t finite = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double truth = truths[f].of(static_cast<double>(math_inputs()[i]));
      ASSERT_EQ(std::isnan(out[i]), std::isnan(truth)) << truths[f].name << "(" << math_inputs()[i] << ") = " << out[i];
      if (std::isnan(truth)) continue;
      finite += std::isfinite(out[i]) ? 1 : 0;
      const double error = ulps(out[i], truth, truths[f].floor);
      if (error > worst) worst = error, where = math_inputs()[i];
    }
    RecordProperty(std::string(truths[f].name) + "_ulps", std::to_string(worst));
    EXPECT_LE(worst, truths[f].most_ulps) << truths[f].name << " at " << where;
    EXPECT_GT(finite, out.size() / 3) << truths[f].name;
  }
}

TEST(Math, Limits) {
  using L = std::numeric_limits<float>;
  const auto at = [](std::size_t function, float x) {
    const std::vector<float> in(16, x);
    std::vector<float> out(16);
    probes(Isa::scalar).functions[function].run(in.data(), in.data(), in.data(), out.data(), 16);
    return out[0];
  };
  EXPECT_EQ(at(0, L::infinity()), L::infinity());
  EXPECT_EQ(at(0, -L::infinity()), 0.0f);
  EXPECT_EQ(at(0, 0.0f), 1.0f);
  EXPECT_EQ(at(1, 0.0f), -L::infinity());
  EXPECT_EQ(at(1, 1.0f), 0.0f);
  EXPECT_EQ(at(1, L::infinity()), L::infinity());
  EXPECT_TRUE(std::isnan(at(1, -1.0f)));
  EXPECT_EQ(at(2, -L::infinity()), -L::infinity());
  EXPECT_EQ(at(3, 100.0f), 1.0f);
  EXPECT_EQ(at(3, -L::infinity()), -1.0f);
  EXPECT_EQ(at(4, 0.0f), 0.5f);
  EXPECT_EQ(at(4, L::infinity()), 1.0f);
  EXPECT_EQ(at(4, -L::infinity()), 0.0f);
  for (std::size_t function = 0; function < std::size(truths); ++function)
    EXPECT_TRUE(std::isnan(at(function, L::quiet_NaN()))) << truths[function].name;
  EXPECT_EQ(at(5, 10.0f), 1.0f);
  EXPECT_EQ(at(5, -L::infinity()), -1.0f);
  EXPECT_GT(at(4, -100.0f), 0.0f);  // below the normal numbers, not yet zero
}

class MathBits : public testing::TestWithParam<Isa> {};

TEST_P(MathBits, EqualScalar) {
  if (!supported(GetParam())) {
    ASSERT_FALSE(required(GetParam())) << isa_name(GetParam()) << " was required, but this machine lacks it";
    GTEST_SKIP() << "THIS MACHINE LACKS " << isa_name(GetParam()) << ": its functions were NOT tested";
  }
  const ProbeTable &table = probes(GetParam()), &scalar = probes(Isa::scalar);
  for (std::size_t f = 0; f < table.function_count; ++f) {
    const std::vector<float> got = run(table.functions[f]), expected = run(scalar.functions[f]);
    std::size_t wrong = 0, first = 0;
    for (std::size_t i = got.size(); i-- > 0;) {
      if (!same_bits(got[i], expected[i])) ++wrong, first = i;
    }
    EXPECT_EQ(wrong, 0u) << table.functions[f].name << "(" << math_inputs()[first] << ") = " << got[first]
                         << ", scalar " << expected[first];
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, MathBits, testing::ValuesIn(compiled_isas().begin(), compiled_isas().end()),
                         [](const auto& info) { return std::string(isa_name(info.param)); });

}  // namespace
}  // namespace clicklens::kernels
