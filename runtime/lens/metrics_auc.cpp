#include "lens/metrics_auc.h"

#include <limits>

namespace clicklens::lens {
namespace {

// From doubled pairs.
double share(PairCount won, std::uint64_t clicks, std::uint64_t others) {
  if (clicks == 0 || others == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(won) / (2.0 * static_cast<double>(clicks) * static_cast<double>(others));
}

}  // namespace

AucCounter::AucCounter(const Sample& sample) : AucCounter(sample.buckets()) {
  sample.visit([this](std::span<const Cell> cells) { add_tie(cells); });
}

void AucCounter::add_tie(std::span<const Cell> cells) {
  std::uint64_t clicks = 0, others = 0;
  for (const Cell& cell : cells) {
    clicks += cell.clicks;
    others += cell.others;
  }
  const PairCount lost_to = PairCount{2} * others_ + others;    // 2 x non-clicks that a click here beats
  const PairCount beaten_by = PairCount{2} * clicks_ + clicks;  // 2 x clicks that a non-click here beats
  for (const Cell& cell : cells) {
    buckets_[cell.bucket].won += cell.clicks * lost_to;
    buckets_[cell.bucket].clicks_below += cell.others * beaten_by;
  }
  add_inside(buckets_, cells);
  won_ += clicks * lost_to;
  clicks_ += clicks;
  others_ += others;
}

// A click meets its bucket's non-clicks once as they stood before the tie and once as they stand after it:
// twice those below, once those equal.
void AucCounter::add_inside(std::vector<Bucket>& buckets, std::span<const Cell> cells) {
  for (const Cell& cell : cells) buckets[cell.bucket].inside += PairCount{cell.clicks} * buckets[cell.bucket].others;
  for (const Cell& cell : cells) buckets[cell.bucket].others += cell.others;
  for (const Cell& cell : cells) {
    Bucket& bucket = buckets[cell.bucket];
    bucket.inside += PairCount{cell.clicks} * bucket.others;
    bucket.clicks += cell.clicks;
  }
}

double AucCounter::auc() const {
  return share(won_, clicks_, others_);
}

std::vector<double> AucCounter::delete_one() const {
  std::vector<double> estimates;
  for (const Bucket& bucket : buckets_) {
    if (bucket.clicks + bucket.others == 0) continue;
    const PairCount against = PairCount{2} * clicks_ * bucket.others - bucket.clicks_below;
    estimates.push_back(
        share(won_ - bucket.won - against + bucket.inside, clicks_ - bucket.clicks, others_ - bucket.others));
  }
  return estimates;
}

}  // namespace clicklens::lens
