// Streaming mode: counts of clicks and non-clicks on fixed edges that hold for every model and day, so that
// counts of any parts add up exactly.
//
// Point estimates use bins of 2^-10 over [-32, 32) and one for each end; standard errors, which need counts per
// jackknife bucket, bins of 2^-6. The block is 1 MiB + 64 KiB a bucket (9 MiB for 128), whatever the rows.
//   AUC      counts rows of one bin as ties, so its error is at most (1/2) sum_b P_b N_b / (P N)
//   slope    takes a logit as the middle of its bin: off by at most 2^-11; beyond +-32 as +-32
//   standard errors of both are within 1 % of exact mode's on scores that spread over a unit or more
// Log loss and calibration are not computed from bins: they sum exact logits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lens/metrics_sample.h"

namespace clicklens::lens {

// [-limit, limit) in bins of 1 / per_unit, a bin below and a bin above.
struct BinEdges {
  static constexpr int limit = 32;
  int per_unit;  // a power of two, so that scaling is exact

  [[nodiscard]] constexpr std::size_t count() const {
    return 2 * std::size_t{limit} * static_cast<std::size_t>(per_unit) + 2;
  }
  [[nodiscard]] std::size_t bin(float logit) const;
  [[nodiscard]] double middle(std::size_t bin) const;
};

struct ClassCounts {
  std::uint64_t clicks = 0, others = 0;
};

// counts[bin * buckets + bucket] as a Sample.
class BinnedCounts final : public Sample {
 public:
  BinnedCounts(BinEdges edges, std::uint32_t buckets) : edges_(edges), buckets_(buckets) {
    counts_.resize(edges.count() * buckets);
  }

  void add(float logit, bool click, std::uint32_t bucket);
  void merge(const BinnedCounts& other);

  [[nodiscard]] std::uint32_t buckets() const override { return buckets_; }
  void visit(const TieVisitor& tie) const override;

 private:
  BinEdges edges_;
  std::uint32_t buckets_;
  std::vector<ClassCounts> counts_;
};

struct MetricsBins {
  explicit MetricsBins(std::uint32_t buckets) : fine({1024}, 1), coarse({64}, buckets) {}

  BinnedCounts fine, coarse;
};

// (1/2) sum_b P_b N_b / (P N): how far an AUC that counts ties as half can be from that of any order within
// the ties. NaN when there is one class.
double auc_error_bound(const Sample& sample);

}  // namespace clicklens::lens
