#include "lens/drift_distance.h"

#include <algorithm>
#include <cmath>

#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

double total(BinCounts counts) {
  double sum = 0;
  for (const std::uint64_t count : counts) sum += static_cast<double>(count);
  return sum;
}

// use(bin, p, q) of every bin; false: no rows on one side.
template <class Use>
bool for_each_share(BinCounts a, BinCounts b, Use&& use) {
  const double rows_a = total(a), rows_b = total(b);
  if (!(rows_a > 0) || !(rows_b > 0)) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    use(i, static_cast<double>(a[i]) / rows_a, static_cast<double>(b[i]) / rows_b);
  return true;
}

double relative_entropy(double p, double q) {
  return p > 0 ? p * std::log(p / q) : 0;
}

}  // namespace

double ks_distance(BinCounts a, BinCounts b) {
  double gap = 0, largest = 0;
  if (!for_each_share(a, b, [&](std::size_t, double p, double q) {
        gap += p - q;
        largest = std::max(largest, std::abs(gap));
      }))
    return undefined;
  return std::min(largest, 1.0);
}

double jensen_shannon(BinCounts a, BinCounts b) {
  double sum = 0;
  if (!for_each_share(a, b, [&](std::size_t, double p, double q) {
        const double middle = (p + q) / 2;
        sum += relative_entropy(p, middle) + relative_entropy(q, middle);
      }))
    return undefined;
  return std::sqrt(std::max(sum / 2, 0.0));
}

// As half the squared distance of the roots, which does not cancel when p is close to q.
double hellinger(BinCounts a, BinCounts b) {
  double sum = 0;
  if (!for_each_share(a, b, [&](std::size_t, double p, double q) {
        const double gap = std::sqrt(p) - std::sqrt(q);
        sum += gap * gap;
      }))
    return undefined;
  return std::sqrt(sum / 2);
}

double wasserstein(BinCounts a, BinCounts b, std::span<const double> points) {
  double gap = 0, area = 0;
  if (!for_each_share(a, b, [&](std::size_t i, double p, double q) {
        if (i > 0) area += std::abs(gap) * (points[i] - points[i - 1]);
        gap += p - q;
      }))
    return undefined;
  return area;
}

Merge equal_mass_bins(BinCounts reference, std::size_t bins, std::size_t alone) {
  const double rows = total(reference);
  const auto is_spike = [&](std::size_t i) {
    return static_cast<double>(reference[i]) * static_cast<double>(bins) >= rows || i == alone;
  };
  Merge merge{std::vector<std::uint32_t>(reference.size()), 0};
  if (!(rows > 0)) {
    merge.bins = 1;
    return merge;
  }
  double spread = 0;  // rows outside spikes
  std::size_t spikes = 0;
  for (std::size_t i = 0; i < reference.size(); ++i)
    is_spike(i) ? static_cast<void>(++spikes) : static_cast<void>(spread += static_cast<double>(reference[i]));
  const double part = spread / static_cast<double>(std::max(bins, spikes + 1) - spikes);
  double held = 0;
  bool behind_spike = true;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const bool spike = is_spike(i);
    if (spike || behind_spike || (held >= part && reference[i] > 0)) {
      ++merge.bins;
      held = 0;
    }
    merge.of[i] = static_cast<std::uint32_t>(merge.bins - 1);
    held += static_cast<double>(reference[i]);
    behind_spike = spike;
  }
  return merge;
}

std::vector<std::uint64_t> merge_counts(BinCounts fine, const Merge& merge) {
  std::vector<std::uint64_t> coarse(merge.bins);
  for (std::size_t i = 0; i < fine.size(); ++i) coarse[merge.of[i]] += fine[i];
  return coarse;
}

double psi(BinCounts reference, BinCounts live) {
  const double bins = static_cast<double>(reference.size());
  const double rows_p = total(reference), rows_q = total(live);
  if (!(rows_p > 0) || !(rows_q > 0)) return undefined;
  double sum = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double p = (static_cast<double>(reference[i]) + 0.5) / (rows_p + 0.5 * bins);
    const double q = (static_cast<double>(live[i]) + 0.5) / (rows_q + 0.5 * bins);
    sum += (p - q) * std::log(p / q);
  }
  return sum;
}

double psi_freedom(BinCounts reference, BinCounts live) {
  double bins = -1;
  for (std::size_t i = 0; i < reference.size(); ++i) bins += reference[i] + live[i] > 0 ? 1 : 0;
  return bins;
}

double psi_null_mean(BinCounts reference, BinCounts live) {
  return psi_freedom(reference, live) * (1 / total(reference) + 1 / total(live));
}

}  // namespace clicklens::lens
