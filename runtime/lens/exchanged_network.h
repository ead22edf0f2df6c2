// A model's network behind the sums of its first linears: scores of pooled rows, and of the same rows with a set of
// columns that takes other values, set after set. A set costs its share of the first linears, once for rows that are
// alike, and all that follows (ops/exchange_step.h).
//
// A first linear's sum is then off from what it would be of those values from the start by rounding alone: by at most
// (K + 4) 2^-23 sum over its K columns of |w| (|x| + |x'|). Columns that keep their values, and weights of zero, change
// no bit.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "exec/session.h"

namespace clicklens::lens {

// Told for the rows as they are (set 0), then for each set in turn.
class ExchangeScores {
 public:
  virtual ~ExchangeScores() = default;
  virtual void scores(std::size_t set, std::span<const double> by_row) noexcept = 0;
};

class ExchangedNetwork final : public exec::TileObserver {
 public:
  // Layers as PooledNetwork has them. UNSUPPORTED: more than linears read the pooled inputs.
  static base::Result<std::unique_ptr<ExchangedNetwork>> create(const std::shared_ptr<const exec::Model>&,
                                                                std::size_t rows,
                                                                std::span<const std::uint32_t> layers);

  // Whether a value lies behind the first linears.
  [[nodiscard]] bool reaches(std::uint32_t value) const noexcept;
  void aim(const exec::GradientTarget& target) noexcept { target_ = target; }
  // Where no input and no other value is larger, no sum of a first linear overflows.
  [[nodiscard]] double largest() const noexcept { return largest_; }

  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  // What the i-th row's other values are more than its own, by input column.
  [[nodiscard]] float* changes(std::size_t i) noexcept { return changes_.data() + i * width_; }
  // `inputs`: rows x width, rows <= those it was made for. `request_of_row`, ascending: rows of a request change alike
  // in sets that are shared; null: none do.
  base::Status run(const float* inputs, std::size_t rows, std::span<const ops::ExchangeSet> sets,
                   const std::uint32_t* request_of_row, ExchangeScores& to) noexcept;

  base::Status tile(const exec::Plan&, const ops::StepContext&, std::size_t strand) noexcept override;

 private:
  std::shared_ptr<const exec::Model> model_;
  std::vector<std::uint32_t> layers_;
  std::unique_ptr<exec::Session> session_;
  std::size_t width_ = 0, set_ = 0;
  double largest_ = 0;
  exec::GradientTarget target_;
  std::vector<float> changes_, scratch_;
  std::vector<double> scores_;
  std::vector<std::uint32_t> distinct_, distinct_of_row_;
  ExchangeScores* to_ = nullptr;
};

}  // namespace clicklens::lens
