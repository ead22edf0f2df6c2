// Sums by bucket of the cluster key that a diagnosis needs beside what the lenses keep: calibration of any set of rows,
// and how far logits spread. Errors are delete-one-bucket jackknifes (metrics_jackknife.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lens/diagnose_finding.h"

namespace clicklens::lens {

inline constexpr std::uint32_t diagnosis_buckets = 64;

class CalibrationSums {
 public:
  void add(float logit, bool click, std::uint32_t bucket) noexcept;

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t clicks() const noexcept { return clicks_; }
  [[nodiscard]] double predicted() const noexcept;
  // log(sum p / sum y), less that of `base` where there is one; its error leaves a bucket out of both at once.
  struct Ratio {
    double log = undefined, se = undefined;
  };
  [[nodiscard]] Ratio ratio(const CalibrationSums* base) const;

 private:
  struct Bucket {
    double predicted = 0;
    std::uint64_t rows = 0, clicks = 0;
  };
  // Without one bucket; all of them: none is left out.
  [[nodiscard]] double log_ratio(std::uint32_t left_out) const;

  std::array<Bucket, diagnosis_buckets> buckets_{};
  std::uint64_t rows_ = 0, clicks_ = 0;
};

// Calibration of all rows, by bucket of the score (its edges are deciles of the first batch), and by key.
class Calibration {
 public:
  static constexpr std::size_t most_values = 1024;  // of keys; rows of later ones are not split

  // Logits are finite.
  void add(float logit, bool click, std::uint32_t bucket, const std::uint64_t* key);
  // Once, before the first row.
  void set_edges(std::vector<float> logits);
  [[nodiscard]] bool has_edges() const noexcept { return !bins_.empty(); }

  [[nodiscard]] const CalibrationSums& all() const noexcept { return all_; }
  // Edges ascending, one fewer than bins.
  [[nodiscard]] const std::vector<float>& edges() const noexcept { return edges_; }
  [[nodiscard]] const std::vector<CalibrationSums>& bins() const noexcept { return bins_; }
  struct Value {
    std::uint64_t key;
    CalibrationSums sums;
  };
  [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }  // in order of appearance
  [[nodiscard]] std::uint64_t unsplit() const noexcept { return unsplit_; }

 private:
  CalibrationSums all_;
  std::vector<float> edges_;
  std::vector<CalibrationSums> bins_;
  std::vector<Value> values_;
  std::unordered_map<std::uint64_t, std::size_t> index_;
  std::uint64_t unsplit_ = 0;
};

// Standard deviation of logits.
class Spread {
 public:
  void add(float logit, std::uint32_t bucket) noexcept;
  // sd of these over sd of those, with its 95 % interval.
  [[nodiscard]] Evidence over(const Spread& those, const char* name) const;

 private:
  struct Bucket {
    double rows = 0, sum = 0, squares = 0;
  };
  [[nodiscard]] double sd(std::uint32_t left_out) const;

  std::array<Bucket, diagnosis_buckets> buckets_{};
};

}  // namespace clicklens::lens
