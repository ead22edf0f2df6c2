// AUC from counts of pairs, and AUC with each bucket left out, in one pass over ascending logits.
//
// With U = pairs won (ties half), leaving bucket b out removes the pairs whose click is in b and those
// whose non-click is in b; pairs with both in b would be removed twice:
//   U without b = U - won by b's clicks - won against b's non-clicks + won inside b.
// All counts are doubled integers of 128 bits, so ties stay whole and no number of rows overflows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lens/metrics_sample.h"

namespace clicklens::lens {

__extension__ typedef unsigned __int128 PairCount;  // NOLINT(modernize-use-using): __extension__ needs it

class AucCounter {
 public:
  explicit AucCounter(std::uint32_t buckets) : buckets_(buckets) {}
  explicit AucCounter(const Sample& sample);

  void add_tie(std::span<const Cell> cells);

  [[nodiscard]] double auc() const;                      // NaN when there is one class
  [[nodiscard]] std::vector<double> delete_one() const;  // of each bucket that holds rows, ascending

 private:
  struct Bucket {
    std::uint64_t clicks = 0, others = 0;
    PairCount won = 0;           // 2 x pairs won by this bucket's clicks against all non-clicks
    PairCount clicks_below = 0;  // 2 x pairs of this bucket's non-clicks with clicks below (ties half)
    PairCount inside = 0;        // 2 x pairs won with both in this bucket
  };

  static void add_inside(std::vector<Bucket>& buckets, std::span<const Cell> cells);

  std::vector<Bucket> buckets_;
  std::uint64_t clicks_ = 0, others_ = 0;
  PairCount won_ = 0;
};

}  // namespace clicklens::lens
