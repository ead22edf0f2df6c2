// Two models' numbers for the same rows, held side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace clicklens::cli {

// Pearson's correlation; NaN where one side does not vary.
double correlation(std::span<const double> a, std::span<const double> b);
// Of the ranks, equal values sharing the mean of theirs (Spearman 1904). Finite values.
double rank_correlation(std::span<const float> a, std::span<const float> b);

// Sums of |saliency| by group and bucket of the cluster key, of one model.
class ShareSums {
 public:
  static constexpr std::size_t buckets = 64;

  explicit ShareSums(std::size_t groups) : sums_(groups * buckets) {}
  void add(std::size_t group, std::uint64_t cluster, double size) noexcept {
    sums_[group * buckets + bucket(cluster)] += size;
  }
  [[nodiscard]] double share(std::size_t group) const noexcept { return share_without(group, buckets); }
  // Bucket `buckets`: none left out.
  [[nodiscard]] double share_without(std::size_t group, std::size_t bucket) const noexcept;

 private:
  static std::size_t bucket(std::uint64_t cluster) noexcept;
  std::vector<double> sums_;
};

struct ShareChange {
  double a, b, log_ratio, se, low, high;  // 95 %; jackknife with the same bucket left out of both
  bool moved;                             // the interval lies outside +-.1, one of the shares is at least .01
};
ShareChange share_change(const ShareSums& a, std::size_t group_a, const ShareSums& b, std::size_t group_b);

// For each column of A the column of B that it is most correlated with, over rows that both have.
struct Counterpart {
  std::size_t column = 0;
  double r = 0;     // with its sign; NaN: the column does not vary
  double same = 0;  // with the column of the same number; NaN: there is none, or it does not vary
};
struct Columns {  // row-major
  std::span<const float> values;
  std::size_t width = 0;
};
std::vector<Counterpart> counterparts(const Columns& a, const Columns& b);

}  // namespace clicklens::cli
