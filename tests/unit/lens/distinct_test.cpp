// Distinct keys against a Python implementation (tests/golden/profile/make_distinct_golden.py) and against the truth.
#include "lens/distinct.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>

#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

TEST(DistinctKeysTest, HasTheRegistersAndEstimatesOfTheGoldenFile) {
  std::ifstream golden(CLENS_SOURCE_DIR "/tests/golden/profile/distinct.txt");
  DistinctKeys keys;
  std::uint64_t n = 0, seen = 0, sum = 0, weighted = 0, lines = 0;
  for (double estimate = 0; golden >> n >> sum >> weighted >> estimate; ++lines) {
    for (; seen < n; ++seen) keys.add(mix(seen));
    std::uint64_t our_sum = 0, our_weighted = 0;
    for (std::size_t i = 0; i < DistinctKeys::registers; ++i) {
      our_sum += keys.ranks()[i];
      our_weighted += keys.ranks()[i] * (i + 1);
    }
    EXPECT_EQ(our_sum, sum) << n;
    EXPECT_EQ(our_weighted, weighted) << n;
    EXPECT_NEAR(keys.estimate(), estimate, 1e-9 * estimate) << n;
  }
  EXPECT_EQ(lines, 7u);
}

TEST(DistinctKeysTest, EstimatesWithinItsError) {
  for (const std::uint64_t n : {1u, 10u, 100u, 1000u, 10'000u, 100'000u, 1'000'000u}) {
    double square = 0;
    const int draws = n > 100'000 ? 8 : 20;
    for (int draw = 0; draw < draws; ++draw) {
      DistinctKeys keys;
      std::mt19937_64 random(n + static_cast<std::uint64_t>(draw) * 977);
      for (std::uint64_t i = 0; i < n; ++i) keys.add(random());
      const double error = keys.estimate() / static_cast<double>(n) - 1;
      square += error * error;
    }
    EXPECT_LT(std::sqrt(square / draws), 1.6 * DistinctKeys::relative_error) << n;
  }
}

TEST(DistinctKeysTest, MergesToThoseOfAllKeys) {
  DistinctKeys all, a, b;
  for (std::uint64_t key = 0; key < 5000; ++key) {
    all.add(mix(key));
    (key % 3 == 0 ? a : b).add(mix(key));
    if (key % 5 == 0) b.add(mix(key));
  }
  a.merge(b);
  EXPECT_EQ(a, all);
  EXPECT_EQ(DistinctKeys().estimate(), 0);
}

}  // namespace
}  // namespace clicklens::lens
