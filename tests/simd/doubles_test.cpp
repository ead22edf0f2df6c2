// Every operation on vectors of double, bit for bit against the C++ that defines it.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>

#include "simd/support.h"

namespace clicklens::kernels {
namespace {

using Reference = std::function<double(double, double, double)>;

const std::map<std::string, Reference>& references() {
  static const std::map<std::string, Reference> all = {
      {"add", [](double a, double b, double) { return a + b; }},
      {"sub", [](double a, double b, double) { return a - b; }},
      {"mul", [](double a, double b, double) { return a * b; }},
      {"fma", [](double a, double b, double c) { return std::fma(a, b, c); }},
      {"in_register", [](double a, double, double) { return a; }},
      {"broadcast", [](double, double, double) { return 0x1.0000000000001p-3; }},
      {"zero", [](double, double, double) { return 0.0; }},
  };
  return all;
}

std::vector<double> edges_of_double() {
  using L = std::numeric_limits<double>;
  std::vector<double> v = {0.0,     L::denorm_min(), 0x1p-1030,     L::min(),      0x1p-298,   0.5,   1.0 - 0x1p-53,
                           1.0,     1.0 + 0x1p-52,   1.5,           3.0,           0x1p53 - 1, 1e300, L::max(),
                           0x1p120, 1.5 * 0x1p60,    L::infinity(), L::quiet_NaN()};
  const std::size_t n = v.size();
  for (std::size_t i = 0; i < n; ++i) v.push_back(-v[i]);
  return v;
}

struct Inputs {
  std::vector<double> a, b, c;
  void push(double x, double y, double z) { a.push_back(x), b.push_back(y), c.push_back(z); }
};

const Inputs& inputs() {
  static const Inputs all = [] {
    Inputs in;
    Random random(9);
    const auto word = [&random] { return static_cast<std::uint64_t>(random.bits()) << 32 | random.bits(); };
    const auto near_one = [&word] { return static_cast<double>(static_cast<std::int64_t>(word())) * 0x1p-62; };
    const std::vector<double> e = edges_of_double();
    for (double a : e) {
      for (double b : e) {
        for (int i = 0; i < 8; ++i) in.push(a, b, i == 0 ? -a * b : e[random.bits() % e.size()]);
      }
    }
    for (int i = 0; i < 20000; ++i) {
      in.push(std::bit_cast<double>(word()), std::bit_cast<double>(word()), std::bit_cast<double>(word()));
      const double a = near_one(), b = near_one();
      in.push(a, b, i % 2 == 0 ? near_one() : -a * b);  // what a product lost
    }
    while (in.a.size() % 16 != 0) in.push(1, 2, 3);
    return in;
  }();
  return all;
}

class DoubleOperations : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override {
    if (supported(GetParam())) return;
    ASSERT_FALSE(required(GetParam())) << isa_name(GetParam()) << " was required, but this machine lacks it";
    GTEST_SKIP() << "THIS MACHINE LACKS " << isa_name(GetParam()) << ": its operations were NOT tested";
  }
};

TEST_P(DoubleOperations, AreExact) {
  const ProbeTable& table = probes(GetParam());
  const Inputs& in = inputs();
  std::vector<double> out(in.a.size());
  ASSERT_EQ(table.double_operation_count, references().size());
  for (std::size_t i = 0; i < table.double_operation_count; ++i) {
    const DoubleProbe& probe = table.double_operations[i];
    ASSERT_EQ(references().count(probe.name), 1u) << probe.name;
    const Reference& reference = references().at(probe.name);
    probe.run(in.a.data(), in.b.data(), in.c.data(), out.data(), out.size());
    std::size_t numbers = 0, wrong = 0;
    for (std::size_t j = 0; j < out.size(); ++j) {
      const double expected = reference(in.a[j], in.b[j], in.c[j]);
      numbers += expected == expected ? 1 : 0;
      if (same_bits(out[j], expected) || ++wrong > 3) continue;
      ADD_FAILURE() << probe.name << "(" << in.a[j] << ", " << in.b[j] << ", " << in.c[j] << ") = " << out[j]
                    << ", expected " << expected;
    }
    EXPECT_EQ(wrong, 0u) << probe.name;
    EXPECT_GT(numbers, out.size() / 3) << probe.name << ": nearly all NaN proves nothing";
  }
}

TEST_P(DoubleOperations, PartialLoadsAndStoresTouchOnlyTheirLanes) {
  const ProbeTable& table = probes(GetParam());
  for (std::size_t n = 1; n <= table.double_lanes; ++n) {
    std::vector<double> from(n), to(table.double_lanes + 1, -7.0);
    for (std::size_t i = 0; i < n; ++i) from[i] = static_cast<double>(i + 1);
    table.copy_doubles_n(from.data(), to.data(), n);
    for (std::size_t i = 0; i < to.size(); ++i) {
      EXPECT_EQ(to[i], i < n ? static_cast<double>(i + 1) : -7.0) << "n " << n << ", lane " << i;
    }
  }
}

TEST_P(DoubleOperations, FloatsAreWidenedExactly) {
  const ProbeTable& table = probes(GetParam());
  Random random(13);
  std::vector<float> from = edges();
  while (from.size() < 30000 || from.size() % 16 != 0) from.push_back(random.any());
  std::vector<double> to(from.size());
  table.widen(from.data(), to.data(), from.size());
  for (std::size_t i = 0; i < from.size(); ++i) ASSERT_TRUE(same_bits(to[i], static_cast<double>(from[i]))) << from[i];
  for (std::size_t n = 1; n <= table.double_lanes; ++n) {
    const std::vector<float> few(from.begin() + 1, from.begin() + 1 + static_cast<std::ptrdiff_t>(n));
    table.widen_n(few.data(), to.data(), n);
    for (std::size_t i = 0; i < table.double_lanes; ++i) {
      EXPECT_TRUE(same_bits(to[i], i < n ? static_cast<double>(few[i]) : 0.0)) << "n " << n << ", lane " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, DoubleOperations, testing::ValuesIn(compiled_isas().begin(), compiled_isas().end()),
                         [](const auto& info) { return std::string(isa_name(info.param)); });

}  // namespace
}  // namespace clicklens::kernels
