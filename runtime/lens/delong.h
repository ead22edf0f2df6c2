// Variances of AUCs and of their differences from placements (DeLong, DeLong and Clarke-Pearson 1988): the
// placement of a click is the share of non-clicks it beats (ties half), that of a non-click the share of
// clicks that beat it. In O(n log n) by mid-ranks (Sun and Xu 2014).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace clicklens::lens {

struct Placements {
  std::vector<double> of_row;
  double auc = 0;  // NaN: one class
};
// Scores are finite.
Placements placements(std::span<const float> scores, std::span<const std::uint8_t> labels);

// Standard error of the mean over clicks, and over non-clicks, of `of_row` (which have the same mean `value`): of an
// AUC its placements, of a difference of AUCs those of placements. Rows are independent. NaN below two rows of
// a class.
double delong_se(std::span<const double> of_row, double value, std::span<const std::uint8_t> labels);

// The same where rows of a cluster depend on each other, of one class and across (Obuchowski 1997). `clusters` are
// numbers below `count`. NaN below two clusters with rows of a class.
double clustered_delong_se(std::span<const double> of_row, double value, std::span<const std::uint8_t> labels,
                           std::span<const std::uint32_t> clusters, std::size_t count);

// Numbers 0, 1 .. in place of keys, equal for equal keys.
struct NumberedClusters {
  std::vector<std::uint32_t> of_row;
  std::size_t count = 0;
};
NumberedClusters number_clusters(std::span<const std::uint64_t> keys);

}  // namespace clicklens::lens
