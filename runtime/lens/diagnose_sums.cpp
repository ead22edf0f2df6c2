#include "lens/diagnose_sums.h"

#include <algorithm>
#include <cmath>

#include "lens/diagnose_rules.h"
#include "lens/metrics_jackknife.h"

namespace clicklens::lens {

void CalibrationSums::add(float logit, bool click, std::uint32_t bucket) noexcept {
  Bucket& to = buckets_[bucket];
  to.predicted += 1 / (1 + std::exp(-double{logit}));
  ++to.rows;
  ++rows_;
  if (!click) return;
  ++to.clicks;
  ++clicks_;
}

double CalibrationSums::predicted() const noexcept {
  double sum = 0;
  for (const Bucket& bucket : buckets_) sum += bucket.predicted;
  return sum;
}

double CalibrationSums::log_ratio(std::uint32_t left_out) const {
  double predicted = 0, clicks = 0;
  for (std::uint32_t b = 0; b < diagnosis_buckets; ++b) {
    if (b == left_out) continue;
    predicted += buckets_[b].predicted;
    clicks += static_cast<double>(buckets_[b].clicks);
  }
  return std::log(predicted / clicks);
}

CalibrationSums::Ratio CalibrationSums::ratio(const CalibrationSums* base) const {
  if (clicks_ == 0) return {};
  const auto without = [&](std::uint32_t b) { return log_ratio(b) - (base != nullptr ? base->log_ratio(b) : 0.0); };
  std::vector<double> estimates;
  for (std::uint32_t b = 0; b < diagnosis_buckets; ++b)
    if (buckets_[b].rows > 0 || (base != nullptr && base->buckets_[b].rows > 0)) estimates.push_back(without(b));
  return {without(diagnosis_buckets), jackknife_se(estimates)};
}

void Calibration::set_edges(std::vector<float> logits) {
  constexpr std::size_t count = 10;
  std::sort(logits.begin(), logits.end());
  for (std::size_t i = 1; i < count && !logits.empty(); ++i) edges_.push_back(logits[i * logits.size() / count]);
  edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
  bins_.resize(edges_.size() + 1);
}

void Calibration::add(float logit, bool click, std::uint32_t bucket, const std::uint64_t* key) {
  all_.add(logit, click, bucket);
  const auto bin = std::upper_bound(edges_.begin(), edges_.end(), logit) - edges_.begin();
  bins_[static_cast<std::size_t>(bin)].add(logit, click, bucket);
  if (key == nullptr) return;
  auto place = index_.find(*key);
  if (place == index_.end()) {
    if (values_.size() == most_values) {
      ++unsplit_;
      return;
    }
    place = index_.emplace(*key, values_.size()).first;
    values_.push_back({*key, {}});
  }
  values_[place->second].sums.add(logit, click, bucket);
}

void Spread::add(float logit, std::uint32_t bucket) noexcept {
  Bucket& to = buckets_[bucket];
  to.rows += 1;
  to.sum += double{logit};
  to.squares += double{logit} * double{logit};
}

double Spread::sd(std::uint32_t left_out) const {
  Bucket all;
  for (std::uint32_t b = 0; b < diagnosis_buckets; ++b) {
    if (b == left_out) continue;
    all.rows += buckets_[b].rows;
    all.sum += buckets_[b].sum;
    all.squares += buckets_[b].squares;
  }
  if (all.rows < 2) return undefined;
  return std::sqrt(std::max(all.squares - all.sum * all.sum / all.rows, 0.0) / (all.rows - 1));
}

Evidence Spread::over(const Spread& those, const char* name) const {
  Evidence ratio{name, sd(diagnosis_buckets) / those.sd(diagnosis_buckets), undefined, undefined};
  std::vector<double> estimates;
  for (std::uint32_t b = 0; b < diagnosis_buckets; ++b)
    if (buckets_[b].rows > 0 || those.buckets_[b].rows > 0) estimates.push_back(sd(b) / those.sd(b));
  const double half = diagnose_rules::interval * jackknife_se(estimates);
  ratio.low = ratio.value - half;
  ratio.high = ratio.value + half;
  return ratio;
}

}  // namespace clicklens::lens
