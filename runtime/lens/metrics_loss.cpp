#include "lens/metrics_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

double quotient(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : undefined;
}

}  // namespace

LossSums::LossSums(const Sample& sample, double negative_rate, double shift)
    : LossSums(sample.buckets(), negative_rate) {
  sample.visit([&](std::span<const Cell> cells) {
    for (const Cell& cell : cells) add(cell.logit + shift, cell.clicks, cell.others, cell.bucket);
  });
}

void LossSums::add(double logit, std::uint64_t clicks, std::uint64_t others, std::uint32_t bucket) {
  Bucket& sums = buckets_[bucket];
  sums.clicks += clicks;
  sums.others += others;
  const double tail = std::exp(-std::abs(logit));
  const double spread = std::log1p(tail);
  const double click_loss = std::max(-logit, 0.0) + spread, other_loss = std::max(logit, 0.0) + spread;
  sums.loss.add(static_cast<double>(clicks) * click_loss + static_cast<double>(others) * other_weight_ * other_loss);
  sums.predicted.add(weight(clicks, others) * (logit >= 0 ? 1 : tail) / (1 + tail));
}

void LossSums::merge(const LossSums& other) {
  for (std::size_t b = 0; b < buckets_.size(); ++b) {
    buckets_[b].clicks += other.buckets_[b].clicks;
    buckets_[b].others += other.buckets_[b].others;
    buckets_[b].loss.merge(other.buckets_[b].loss);
    buckets_[b].predicted.merge(other.buckets_[b].predicted);
  }
}

double LossSums::weight(std::uint64_t clicks, std::uint64_t others) const {
  return static_cast<double>(clicks) + static_cast<double>(others) * other_weight_;
}

LossSums::Bucket LossSums::total() const {
  Bucket sum;
  for (const Bucket& bucket : buckets_) {
    sum.clicks += bucket.clicks;
    sum.others += bucket.others;
    sum.loss.merge(bucket.loss);
    sum.predicted.merge(bucket.predicted);
  }
  return sum;
}

std::uint64_t LossSums::rows() const {
  const Bucket all = total();
  return all.clicks + all.others;
}

std::uint64_t LossSums::clicks() const {
  return total().clicks;
}

template <class Numerator, class Denominator>
Estimate LossSums::ratio(Numerator numerator, Denominator denominator) const {
  const Bucket all = total();
  Estimate estimate{quotient(numerator(all), denominator(all)), {}};
  for (const Bucket& bucket : buckets_) {
    if (bucket.clicks + bucket.others == 0) continue;
    estimate.delete_one.push_back(quotient(numerator(all) - numerator(bucket), denominator(all) - denominator(bucket)));
  }
  return estimate;
}

Estimate LossSums::logloss() const {
  return ratio([](const Bucket& sums) { return sums.loss.value(); },
               [this](const Bucket& sums) { return weight(sums.clicks, sums.others); });
}

Estimate LossSums::calibration() const {
  return ratio([](const Bucket& sums) { return sums.predicted.value(); },
               [](const Bucket& sums) { return static_cast<double>(sums.clicks); });
}

double LossSums::entropy() const {
  const Bucket all = total();
  if (all.clicks == 0 || all.others == 0) return undefined;
  const double weights = weight(all.clicks, all.others);
  const double rate = static_cast<double>(all.clicks) / weights;
  const double rest = static_cast<double>(all.others) * other_weight_ / weights;
  return -rate * std::log(rate) - rest * std::log(rest);
}

}  // namespace clicklens::lens
