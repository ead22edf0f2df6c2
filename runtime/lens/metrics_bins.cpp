#include "lens/metrics_bins.h"

#include <algorithm>
#include <cmath>

namespace clicklens::lens {

std::size_t BinEdges::bin(float logit) const {
  const auto last = static_cast<float>(limit * per_unit);
  const float scaled = std::floor(std::clamp(logit * static_cast<float>(per_unit), -last - 1, last));
  return static_cast<std::size_t>(scaled + last + 1);
}

double BinEdges::middle(std::size_t bin) const {
  const double position = static_cast<double>(bin) - 1 - limit * per_unit;
  return std::clamp((position + 0.5) / per_unit, -1.0 * limit, 1.0 * limit);
}

void BinnedCounts::add(float logit, bool click, std::uint32_t bucket) {
  ClassCounts& counts = counts_[edges_.bin(logit) * buckets_ + bucket];
  ++(click ? counts.clicks : counts.others);
}

void BinnedCounts::merge(const BinnedCounts& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    counts_[i].clicks += other.counts_[i].clicks;
    counts_[i].others += other.counts_[i].others;
  }
}

void BinnedCounts::visit(const TieVisitor& tie) const {
  std::vector<Cell> cells;
  for (std::size_t bin = 0; bin < edges_.count(); ++bin) {
    cells.clear();
    for (std::uint32_t bucket = 0; bucket < buckets_; ++bucket) {
      const ClassCounts& counts = counts_[bin * buckets_ + bucket];
      if (counts.clicks + counts.others == 0) continue;
      cells.push_back(Cell{edges_.middle(bin), counts.clicks, counts.others, bucket});
    }
    if (!cells.empty()) tie(cells);
  }
}

double auc_error_bound(const Sample& sample) {
  double tied = 0, clicks = 0, others = 0;
  sample.visit([&](std::span<const Cell> cells) {
    double tie_clicks = 0, tie_others = 0;
    for (const Cell& cell : cells) {
      tie_clicks += static_cast<double>(cell.clicks);
      tie_others += static_cast<double>(cell.others);
    }
    tied += tie_clicks * tie_others;
    clicks += tie_clicks;
    others += tie_others;
  });
  return 0.5 * tied / (clicks * others);
}

}  // namespace clicklens::lens
