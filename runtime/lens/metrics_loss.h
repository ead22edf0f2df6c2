// Log loss, normalised entropy and calibration: sums per bucket, computed in double from the logit and
// never from a rounded probability.
#pragma once

#include <cstdint>
#include <vector>

#include "lens/metrics_sample.h"

namespace clicklens::lens {

// A two-word sum (Knuth's two-sum): over positive terms its relative error stays near n * 2^-105, so the
// order in which parts are merged does not show in a double.
class WideSum {
 public:
  void add(double term) {
    const double sum = high_ + term;
    const double back = sum - high_;
    low_ += (high_ - (sum - back)) + (term - back);
    high_ = sum;
  }
  void merge(const WideSum& other) {
    const double low = other.low_;  // `other` may be this
    add(other.high_);
    low_ += low;
  }
  [[nodiscard]] double value() const { return high_ + low_; }

 private:
  double high_ = 0, low_ = 0;
};

// A ratio and its value without each bucket that holds rows.
struct Estimate {
  double value = 0;
  std::vector<double> delete_one;
};

class LossSums {
 public:
  LossSums() = default;
  LossSums(std::uint32_t buckets, double negative_rate) : buckets_(buckets), other_weight_(1 / negative_rate) {}
  // `shift` is added to every logit.
  LossSums(const Sample& sample, double negative_rate, double shift);

  void add(double logit, std::uint64_t clicks, std::uint64_t others, std::uint32_t bucket);
  void merge(const LossSums& other);

  [[nodiscard]] std::uint64_t rows() const;
  [[nodiscard]] std::uint64_t clicks() const;
  [[nodiscard]] Estimate logloss() const;
  [[nodiscard]] Estimate calibration() const;  // NaN without clicks
  [[nodiscard]] double entropy() const;        // of the weighted click rate; NaN when there is one class

 private:
  struct Bucket {
    std::uint64_t clicks = 0, others = 0;
    WideSum loss, predicted;  // weighted
  };

  [[nodiscard]] double weight(std::uint64_t clicks, std::uint64_t others) const;
  [[nodiscard]] Bucket total() const;
  template <class Numerator, class Denominator>
  [[nodiscard]] Estimate ratio(Numerator numerator, Denominator denominator) const;

  std::vector<Bucket> buckets_;
  double other_weight_ = 1;
};

}  // namespace clicklens::lens
