// Exact mode: every row in 16 bytes, kept as it came and sorted when a result is asked for. Sorting by all
// that a metric can see makes the result a function of the multiset of rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lens/metrics_sample.h"

namespace clicklens::lens {

struct MetricsRow {
  static constexpr std::uint32_t click = 1, grouped = 1u << 9;
  static constexpr std::uint32_t own_cluster = 255;  // in place of a bucket, of which there are at most 200

  std::uint32_t tags;   // click, bucket << 1, grouped
  std::uint32_t order;  // the logit's bits so mapped that integers order as the floats do
  std::uint64_t group;

  // `bucket` may be own_cluster. -0 and +0 are one logit.
  static MetricsRow make(float logit, bool click, std::uint32_t bucket, std::optional<std::uint64_t> group);

  [[nodiscard]] bool is_click() const { return (tags & click) != 0; }
  [[nodiscard]] bool is_grouped() const { return (tags & grouped) != 0; }
  [[nodiscard]] std::uint32_t bucket() const { return tags >> 1 & 0xFF; }
  void set_bucket(std::uint32_t bucket) { tags = (tags & ~0x1FEu) | bucket << 1; }
  [[nodiscard]] float logit() const;
  [[nodiscard]] std::uint64_t key() const { return std::uint64_t{order} << 32 | tags; }
};
static_assert(sizeof(MetricsRow) == 16);

using MetricsRows = std::vector<MetricsRow>;

// Makes room for `n` more rows so that appending them cannot fail, growing geometrically.
void reserve_more(MetricsRows& rows, std::size_t n);

// Rows sorted by logit as a Sample. A row that is its own cluster gets its bucket from its rank, which no
// split or merge of the rows changes.
class SortedRows final : public Sample {
 public:
  SortedRows(MetricsRows rows, std::uint32_t buckets);

  [[nodiscard]] std::uint32_t buckets() const override { return buckets_; }
  void visit(const TieVisitor& tie) const override;

 private:
  MetricsRows rows_;
  std::uint32_t buckets_;
};

}  // namespace clicklens::lens
