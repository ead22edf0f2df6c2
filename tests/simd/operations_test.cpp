// Every operation of simd.h, bit for bit against the C++ that defines it, on every instruction set.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>

#include "simd/support.h"

namespace clicklens::kernels {
namespace {

using WordReference = std::function<float(float, float, float)>;

std::uint32_t word(float v) {
  return std::bit_cast<std::uint32_t>(v);
}
float from_word(std::uint32_t v) {
  return std::bit_cast<float>(v);
}
float truth(bool v) {
  return v ? 1.0f : 0.0f;
}

// NaN when either is; the first of equals.
float reference_max(float a, float b) {
  if (a != a || b != b) return std::numeric_limits<float>::quiet_NaN();
  return b > a ? b : a;
}
float reference_min(float a, float b) {
  if (a != a || b != b) return std::numeric_limits<float>::quiet_NaN();
  return b < a ? b : a;
}

const std::map<std::string, WordReference>& word_references() {
  static const std::map<std::string, WordReference> all = {
      {"add", [](float a, float b, float) { return a + b; }},
      {"sub", [](float a, float b, float) { return a - b; }},
      {"mul", [](float a, float b, float) { return a * b; }},
      {"div", [](float a, float b, float) { return a / b; }},
      {"fma", [](float a, float b, float c) { return std::fma(a, b, c); }},
      {"sqrt", [](float a, float, float) { return std::sqrt(a); }},
      {"abs", [](float a, float, float) { return std::fabs(a); }},
      {"negate", [](float a, float, float) { return -a; }},
      {"copy_sign", [](float a, float b, float) { return std::copysign(a, b); }},
      {"max", [](float a, float b, float) { return reference_max(a, b); }},
      {"min", [](float a, float b, float) { return reference_min(a, b); }},
      {"equal", [](float a, float b, float) { return truth(a == b); }},
      {"less", [](float a, float b, float) { return truth(a < b); }},
      {"less_equal", [](float a, float b, float) { return truth(a <= b); }},
      {"greater", [](float a, float b, float) { return truth(a > b); }},
      {"greater_equal", [](float a, float b, float) { return truth(a >= b); }},
      {"is_number", [](float a, float, float) { return truth(!std::isnan(a)); }},
      {"both", [](float a, float b, float c) { return truth(a < b && b < c); }},
      {"either", [](float a, float b, float c) { return truth(a < b || b < c); }},
      {"select", [](float a, float b, float c) { return a < b ? b : c; }},
      {"int_add", [](float a, float b, float) { return from_word(word(a) + word(b)); }},
      {"int_sub", [](float a, float b, float) { return from_word(word(a) - word(b)); }},
      {"int_and", [](float a, float b, float) { return from_word(word(a) & word(b)); }},
      {"int_or", [](float a, float b, float) { return from_word(word(a) | word(b)); }},
      {"shift_left", [](float a, float, float) { return from_word(word(a) << 23); }},
      {"shift_right",
       [](float a, float, float) {
         return from_word(static_cast<std::uint32_t>(static_cast<std::int32_t>(word(a)) >> 7));
       }},
      {"int_broadcast", [](float, float, float) { return from_word(0x3f800001u); }},
      {"at_least",
       [](float a, float b, float) {
         const float limit = b != b ? 0.0f : b + 0.0f;
         return a + 0.0f < limit ? limit : a + 0.0f;
       }},
      {"greater_number", [](float a, float b, float) { return a != a || b != b ? 1.0f : std::max(a, b) + 0.0f; }},
      {"lesser_number", [](float a, float b, float) { return a != a || b != b ? 1.0f : std::min(a, b) + 0.0f; }},
      {"max_unsigned", [](float a, float b, float) { return from_word(std::max(word(a), word(b))); }},
      {"count", [](float a, float b, float c) { return from_word(word(a) + (b < c ? 1 : 0)); }},
      {"to_floats", [](float a, float, float) { return static_cast<float>(static_cast<std::int32_t>(word(a))); }},
  };
  return all;
}

struct WordInputs {
  std::vector<float> a, b, c;
};

// All pairs of edges (every triple would be too many), then any bits at all, then numbers near 1.
const WordInputs& word_inputs() {
  static const WordInputs all = [] {
    WordInputs in;
    Random random(7);
    const auto push = [&in](float a, float b, float c) {
      in.a.push_back(a);
      in.b.push_back(b);
      in.c.push_back(c);
    };
    const auto& e = edges();
    for (float a : e) {
      for (float b : e) {
        for (int i = 0; i < 8; ++i) push(a, b, i == 0 ? -a * b : e[random.bits() % e.size()]);
      }
    }
    for (int i = 0; i < 30000; ++i) push(random.any(), random.any(), random.any());
    for (int i = 0; i < 30000; ++i) push(random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(-2, 2));
    while (in.a.size() % 16 != 0) push(1, 2, 3);
    return in;
  }();
  return all;
}

class Operations : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override {
    if (supported(GetParam())) return;
    ASSERT_FALSE(required(GetParam())) << isa_name(GetParam()) << " was required, but this machine lacks it";
    GTEST_SKIP() << "THIS MACHINE LACKS " << isa_name(GetParam()) << ": its operations were NOT tested";
  }
};

TEST_P(Operations, AreExact) {
  const ProbeTable& table = probes(GetParam());
  const WordInputs& in = word_inputs();
  std::vector<float> out(in.a.size());
  ASSERT_EQ(table.operation_count, word_references().size());
  for (std::size_t i = 0; i < table.operation_count; ++i) {
    const Probe& probe = table.operations[i];
    ASSERT_EQ(word_references().count(probe.name), 1u) << probe.name;
    const WordReference& reference = word_references().at(probe.name);
    probe.run(in.a.data(), in.b.data(), in.c.data(), out.data(), out.size());
    std::size_t numbers = 0, wrong = 0;
    for (std::size_t j = 0; j < out.size(); ++j) {
      const float expected = reference(in.a[j], in.b[j], in.c[j]);
      numbers += expected == expected ? 1 : 0;
      if (same_bits(out[j], expected) || ++wrong > 3) continue;
      ADD_FAILURE() << probe.name << "(" << in.a[j] << ", " << in.b[j] << ", " << in.c[j] << ") = " << out[j]
                    << ", expected " << expected;
    }
    EXPECT_EQ(wrong, 0u) << probe.name;
    EXPECT_GT(numbers, out.size() / 3) << probe.name << ": nearly all NaN proves nothing";
  }
}

TEST_P(Operations, PartialLoadsAndStoresTouchOnlyTheirLanes) {
  const ProbeTable& table = probes(GetParam());
  for (std::size_t n = 1; n <= table.lanes; ++n) {
    std::vector<float> from(n), to(table.lanes + 1, -7.0f);
    for (std::size_t i = 0; i < n; ++i) from[i] = static_cast<float>(i + 1);
    table.copy_n(from.data(), to.data(), n);
    for (std::size_t i = 0; i < to.size(); ++i) {
      EXPECT_EQ(to[i], i < n ? static_cast<float>(i + 1) : -7.0f) << "n " << n << ", lane " << i;
    }
  }
}

TEST_P(Operations, TreeSumHasOneOrder) {
  const ProbeTable& table = probes(GetParam());
  Random random(11);
  for (int round = 0; round < 2000; ++round) {
    float lanes[16], sum[16];
    for (float& v : lanes) v = random.uniform(-1, 1) * std::ldexp(1.0f, static_cast<int>(random.bits() % 40) - 20);
    std::copy(std::begin(lanes), std::end(lanes), sum);
    for (std::size_t half = 8; half > 0; half /= 2) {
      for (std::size_t i = 0; i < half; ++i) sum[i] = sum[i] + sum[i + half];
    }
    ASSERT_TRUE(same_bits(table.tree_sum(lanes), sum[0]));
  }
}

TEST_P(Operations, TransposeTurnsRowsAndLanes) {
  const ProbeTable& table = probes(GetParam());
  std::vector<float> from(table.lanes * table.lanes), to(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<float>(i);
  table.transpose(from.data(), to.data());
  for (std::size_t i = 0; i < table.lanes; ++i)
    for (std::size_t j = 0; j < table.lanes; ++j) EXPECT_EQ(to[j * table.lanes + i], from[i * table.lanes + j]);
}

INSTANTIATE_TEST_SUITE_P(Isas, Operations, testing::ValuesIn(compiled_isas().begin(), compiled_isas().end()),
                         [](const auto& info) { return std::string(isa_name(info.param)); });

}  // namespace
}  // namespace clicklens::kernels
