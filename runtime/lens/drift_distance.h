// How far apart two distributions are, from their counts on equal edges.
//
// Every distance is that of the binned distributions, in which a bin's rows lie at one point: it agrees with SciPy's
// on the same weights. For KS that is a lower bound of the distance of the values themselves (the largest gap of the
// two distribution functions may lie inside a bin); for Wasserstein it is within the widest occupied bin. No rows on
// either side: NaN.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace clicklens::lens {

using BinCounts = std::span<const std::uint64_t>;

// Largest gap of the two distribution functions at the bins' ends.
double ks_distance(BinCounts a, BinCounts b);
// sqrt of the Jensen-Shannon divergence, natural log: 0 .. sqrt(log 2) (Endres and Schindelin 2003).
double jensen_shannon(BinCounts a, BinCounts b);
// sqrt(1 - sum sqrt(p q)): 0 .. 1.
double hellinger(BinCounts a, BinCounts b);
// Area between the distribution functions: `points` ascending, one a bin, in the values' unit.
double wasserstein(BinCounts a, BinCounts b, std::span<const double> points);

// Fine bins merged into coarser ones: the PSI's. One entry a fine bin, ascending from 0 without gaps.
struct Merge {
  std::vector<std::uint32_t> of;
  std::size_t bins = 0;
};
// About `bins` bins of equal mass in the reference. A spike is a bin of its own: a fine bin that holds 1 / bins or more
// of the rows, and `alone` (exact zero). What lies between two spikes, or beyond the last, is never merged with them,
// so that a bin may be empty in the reference. No rows: one bin.
Merge equal_mass_bins(BinCounts reference, std::size_t bins, std::size_t alone = static_cast<std::size_t>(-1));
std::vector<std::uint64_t> merge_counts(BinCounts fine, const Merge& merge);

// Population stability index, sum (p - q) log(p / q) with 0.5 added to every count.
double psi(BinCounts reference, BinCounts live);
// Bins that are not empty on both sides, less one.
double psi_freedom(BinCounts reference, BinCounts live);
// Its mean when nothing changed and rows are independent: psi_freedom (1 / n + 1 / m).
double psi_null_mean(BinCounts reference, BinCounts live);

}  // namespace clicklens::lens
