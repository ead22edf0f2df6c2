// Saliency by group over any amount of rows: exact sums of |s|, s and s^2 in buckets by a hash of each row's cluster
// key, so that parts merged in any order give the bits of the whole, and so that any statistic of them has a
// clustered delete-one-bucket jackknife (metrics_jackknife.h).
//
//   share of a group     mean |s| of the group / sum over groups of mean |s|: a ratio of means
//   contrast of shares   log(share in b / share in a); its jackknife leaves a bucket out of both at once, so that users
//                        who are in both are accounted for
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/status.h"
#include "lens/exact_sum.h"

namespace clicklens::lens {

struct GroupSaliency {
  double mean_absolute = 0, mean = 0, sd = 0;  // sd: divisor rows - 1
  double share = 0, share_se = 0;
  std::uint32_t rank = 0;  // by share, from 1; equal shares: the earlier group first
};

struct ShareContrast {
  double share_a = 0, share_b = 0;
  double log_ratio = 0, se = 0, low = 0, high = 0;  // low, high: -+ 1.96 se
};

class SaliencySums {
 public:
  // INVALID_ARGUMENT: groups 0 or above 65,536, buckets outside 2..256.
  static base::Result<SaliencySums> create(std::size_t groups, std::uint32_t buckets);

  // `values`: groups floats a row, rows `groups` floats apart. `clusters` null: every row its own, numbered on.
  // `keep` null: all rows; else those whose byte is not 0. Rows with a value that is not finite are counted and left
  // out.
  void add(const float* values, const std::uint64_t* clusters, const std::uint8_t* keep, std::size_t rows);
  // INVALID_ARGUMENT: other groups or buckets.
  base::Status merge(const SaliencySums& other);

  [[nodiscard]] std::vector<GroupSaliency> compute() const;
  // One per group. INVALID_ARGUMENT as merge.
  static base::Result<std::vector<ShareContrast>> contrast(const SaliencySums& a, const SaliencySums& b);

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t non_finite() const noexcept { return non_finite_; }
  [[nodiscard]] std::size_t groups() const noexcept { return groups_; }

 private:
  struct Cell {  // of a group and a bucket
    ExactSum absolute, sum, squares;
  };

  SaliencySums(std::size_t groups, std::uint32_t buckets);
  [[nodiscard]] base::Status check_alike(const SaliencySums& other) const;
  // Sums of |s| of each group, of all rows but those of one bucket.
  [[nodiscard]] std::vector<double> absolutes(const std::vector<ExactSum>& all, std::uint32_t left_out) const;
  [[nodiscard]] std::vector<ExactSum> totals(ExactSum Cell::*which) const;

  std::size_t groups_;
  std::uint32_t buckets_;
  std::uint64_t rows_ = 0, non_finite_ = 0, unclustered_ = 0;
  std::vector<Cell> cells_;  // bucket * groups + group
  std::vector<std::uint64_t> bucket_rows_;
};

}  // namespace clicklens::lens
