// Distances, false discovery control and clustered changes against NumPy and SciPy, whose numbers
// tests/golden/drift/make_drift.py wrote down.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "lens/benjamini_hochberg.h"
#include "lens/drift_clusters.h"
#include "lens/drift_distance.h"
#include "lens/tails.h"

namespace clicklens::lens {
namespace {

using Counts = std::vector<std::uint64_t>;
struct DistanceCase {
  const char* name;
  Counts a, b;
  std::vector<double> points;
  double ks, jensen_shannon, hellinger, wasserstein, psi, psi_null;
};
struct MergeCase {
  const char* name;
  Counts reference;
  std::size_t bins, alone;
  std::vector<std::uint32_t> of;
};
struct BhCase {
  std::vector<double> p, q;
};
struct TailCase {
  double freedom, x, tail;
};
struct HistogramCase {
  const char* name;
  std::vector<Counts> a, b;  // [group][bin]
  double psi, clustered_null, p;
};
struct ChangeCase {
  const char* name;
  std::vector<std::vector<ClusterSums>> sums;  // of the reference's days, then of the live one
  struct Moments {
    std::uint64_t rows;
    double mean, sd;
  };
  std::vector<Moments> moments;
  double shift, sd_ratio, se, z, p;
};

#include "../../golden/drift/cases.inc"

void expect_close(double found, double expected) {
  EXPECT_NEAR(found, expected, 1e-9 * std::max(1.0, std::abs(expected)));
}

TEST(DriftGolden, DistancesOfBinnedData) {
  for (const DistanceCase& c : distance_cases) {
    SCOPED_TRACE(c.name);
    expect_close(ks_distance(c.a, c.b), c.ks);
    expect_close(jensen_shannon(c.a, c.b), c.jensen_shannon);
    expect_close(hellinger(c.a, c.b), c.hellinger);
    expect_close(wasserstein(c.a, c.b, c.points), c.wasserstein);
    expect_close(psi(c.a, c.b), c.psi);
    expect_close(psi_null_mean(c.a, c.b), c.psi_null);
  }
}

TEST(DriftGolden, EqualMassBins) {
  for (const MergeCase& c : merge_cases) {
    SCOPED_TRACE(c.name);
    const Merge merge = equal_mass_bins(c.reference, c.bins, c.alone);
    EXPECT_EQ(merge.of, c.of);
    EXPECT_EQ(merge.bins, std::size_t{c.of.back()} + 1);
  }
}

TEST(DriftGolden, BenjaminiHochberg) {
  for (const BhCase& c : bh_cases) {
    const std::vector<double> q = benjamini_hochberg(c.p);
    ASSERT_EQ(q.size(), c.q.size());
    for (std::size_t i = 0; i < q.size(); ++i) EXPECT_DOUBLE_EQ(q[i], c.q[i]) << i;
  }
}

TEST(DriftGolden, ChiSquaredTail) {
  for (const TailCase& c : tail_cases) {
    const double found = chi_squared_tail(c.freedom, c.x);
    EXPECT_NEAR(found, c.tail, 1e-12) << c.freedom << " " << c.x;
    EXPECT_LE(std::abs(found - c.tail), 1e-9 * c.tail) << c.freedom << " " << c.x;
  }
}

Histogram histogram_of(const std::vector<Counts>& groups) {
  Histogram made;
  made.counts.resize(groups.front().size());
  for (const Counts& group : groups)
    for (std::size_t i = 0; i < group.size(); ++i) {
      made.counts[i] += group[i];
      made.clusters.push_back(group[i]);
    }
  return made;
}

TEST(DriftGolden, ClusteredNullOfThePsi) {
  for (const HistogramCase& c : histogram_cases) {
    SCOPED_TRACE(c.name);
    const Histogram reference = histogram_of(c.a), live = histogram_of(c.b);
    const Histogram* const days[] = {&reference};
    const HistogramChange change = change_of(days, live);
    ASSERT_TRUE(change.enough);
    expect_close(change.psi, c.psi);
    expect_close(change.clustered_null, c.clustered_null);
    expect_close(change.p, c.p);
  }
}

TEST(DriftGolden, ClusteredChangeOfAMean) {
  for (const ChangeCase& c : change_cases) {
    SCOPED_TRACE(c.name);
    std::vector<Quantity> days;
    for (std::size_t i = 0; i < c.sums.size(); ++i)
      days.push_back({c.moments[i].rows, c.moments[i].mean, c.moments[i].sd, c.sums[i]});
    std::vector<const Quantity*> reference;
    for (std::size_t i = 0; i + 1 < days.size(); ++i) reference.push_back(&days[i]);
    const Change change = change_of(reference, days.back());
    ASSERT_TRUE(change.enough);
    expect_close(change.shift, c.shift);
    expect_close(change.sd_ratio, c.sd_ratio);
    expect_close(change.se, c.se);
    expect_close(change.z, c.z);
    expect_close(change.p, c.p);
  }
}

}  // namespace
}  // namespace clicklens::lens
