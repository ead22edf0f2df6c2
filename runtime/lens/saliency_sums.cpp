#include "lens/saliency_sums.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/stable_order.h"
#include "encode/access.h"
#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

constexpr double two_sided_95 = 1.96;

std::vector<double> shares_of(const std::vector<double>& absolutes) {
  const double total = std::accumulate(absolutes.begin(), absolutes.end(), 0.0);
  std::vector<double> shares;
  for (const double absolute : absolutes) shares.push_back(absolute / total);
  return shares;
}

std::vector<double> values_of(const std::vector<ExactSum>& sums) {
  std::vector<double> values;
  for (const ExactSum& sum : sums) values.push_back(sum.value());
  return values;
}

std::vector<std::uint32_t> ranks_of(const std::vector<GroupSaliency>& groups) {
  const std::vector<std::size_t> order = base::stable_order(
      groups.size(), [&](std::size_t a, std::size_t b) { return groups[a].mean_absolute > groups[b].mean_absolute; });
  std::vector<std::uint32_t> ranks(groups.size());
  for (std::size_t i = 0; i < order.size(); ++i) ranks[order[i]] = static_cast<std::uint32_t>(i + 1);
  return ranks;
}

}  // namespace

base::Result<SaliencySums> SaliencySums::create(std::size_t groups, std::uint32_t buckets) {
  constexpr std::size_t most_groups = 65536;
  if (groups == 0 || groups > most_groups)
    return Status::error(Code::invalid_argument, "groups: %zu are not 1 .. %zu", groups, most_groups);
  if (buckets < 2 || buckets > 256)
    return Status::error(Code::invalid_argument, "buckets: %u are not 2 .. 256", buckets);
  return SaliencySums(groups, buckets);
}

SaliencySums::SaliencySums(std::size_t groups, std::uint32_t buckets)
    : groups_(groups), buckets_(buckets), cells_(groups * buckets), bucket_rows_(buckets, 0) {}

void SaliencySums::add(const float* values, const std::uint64_t* clusters, const std::uint8_t* keep, std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i, values += groups_) {
    const std::uint64_t cluster = clusters != nullptr ? clusters[i] : unclustered_++;
    if (keep != nullptr && keep[i] == 0) continue;
    if (!std::all_of(values, values + groups_, encode::is_finite)) {
      ++non_finite_;
      continue;
    }
    const std::uint32_t bucket = bucket_of(cluster, buckets_);
    Cell* cell = cells_.data() + bucket * groups_;
    for (std::size_t g = 0; g < groups_; ++g, ++cell) {
      const double value = static_cast<double>(values[g]);
      cell->absolute.add(std::abs(value));
      cell->sum.add(value);
      cell->squares.add(value * value);  // 48 bits: exact
    }
    ++bucket_rows_[bucket];
    ++rows_;
  }
}

Status SaliencySums::check_alike(const SaliencySums& other) const {
  if (groups_ == other.groups_ && buckets_ == other.buckets_) return {};
  return Status::error(Code::invalid_argument, "saliency sums: %zu groups in %u buckets and %zu in %u", groups_,
                       buckets_, other.groups_, other.buckets_);
}

Status SaliencySums::merge(const SaliencySums& other) {
  CLENS_TRY(check_alike(other));
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    cells_[i].absolute.merge(other.cells_[i].absolute);
    cells_[i].sum.merge(other.cells_[i].sum);
    cells_[i].squares.merge(other.cells_[i].squares);
  }
  for (std::uint32_t b = 0; b < buckets_; ++b) bucket_rows_[b] += other.bucket_rows_[b];
  rows_ += other.rows_;
  non_finite_ += other.non_finite_;
  unclustered_ += other.unclustered_;
  return {};
}

std::vector<ExactSum> SaliencySums::totals(ExactSum Cell::*which) const {
  std::vector<ExactSum> all(groups_);
  for (std::size_t i = 0; i < cells_.size(); ++i) all[i % groups_].merge(cells_[i].*which);
  return all;
}

std::vector<double> SaliencySums::absolutes(const std::vector<ExactSum>& all, std::uint32_t left_out) const {
  std::vector<ExactSum> rest = all;
  for (std::size_t g = 0; g < groups_; ++g) rest[g].remove(cells_[left_out * groups_ + g].absolute);
  return values_of(rest);
}

std::vector<GroupSaliency> SaliencySums::compute() const {
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  const std::vector<ExactSum> absolute = totals(&Cell::absolute), sum = totals(&Cell::sum),
                              squares = totals(&Cell::squares);
  const auto n = static_cast<double>(rows_);
  const std::vector<double> shares = shares_of(values_of(absolute));
  std::vector<std::vector<double>> without(groups_);  // shares by bucket left out
  for (std::uint32_t b = 0; b < buckets_; ++b) {
    if (bucket_rows_[b] == 0) continue;
    const std::vector<double> estimate = shares_of(absolutes(absolute, b));
    for (std::size_t g = 0; g < groups_; ++g) without[g].push_back(estimate[g]);
  }
  std::vector<GroupSaliency> groups(groups_);
  for (std::size_t g = 0; g < groups_; ++g) {
    GroupSaliency& group = groups[g];
    group.mean_absolute = rows_ == 0 ? undefined : absolute[g].value() / n;
    group.mean = rows_ == 0 ? undefined : sum[g].value() / n;
    group.sd = rows_ < 2 ? undefined : std::sqrt(centred_product(rows_, squares[g], sum[g], sum[g]) / n / (n - 1));
    group.share = shares[g];
    group.share_se = jackknife_se(without[g]);
  }
  const std::vector<std::uint32_t> ranks = ranks_of(groups);
  for (std::size_t g = 0; g < groups_; ++g) groups[g].rank = ranks[g];
  return groups;
}

base::Result<std::vector<ShareContrast>> SaliencySums::contrast(const SaliencySums& a, const SaliencySums& b) {
  CLENS_TRY(a.check_alike(b));
  const std::vector<ExactSum> all_a = a.totals(&Cell::absolute), all_b = b.totals(&Cell::absolute);
  const std::vector<double> shares_a = shares_of(values_of(all_a)), shares_b = shares_of(values_of(all_b));
  std::vector<std::vector<double>> without(a.groups_);
  for (std::uint32_t bucket = 0; bucket < a.buckets_; ++bucket) {
    if (a.bucket_rows_[bucket] + b.bucket_rows_[bucket] == 0) continue;
    const std::vector<double> rest_a = shares_of(a.absolutes(all_a, bucket));
    const std::vector<double> rest_b = shares_of(b.absolutes(all_b, bucket));
    for (std::size_t g = 0; g < a.groups_; ++g) without[g].push_back(std::log(rest_b[g] / rest_a[g]));
  }
  std::vector<ShareContrast> contrasts(a.groups_);
  for (std::size_t g = 0; g < a.groups_; ++g) {
    ShareContrast& contrast = contrasts[g];
    contrast.share_a = shares_a[g];
    contrast.share_b = shares_b[g];
    contrast.log_ratio = std::log(shares_b[g] / shares_a[g]);
    contrast.se = jackknife_se(without[g]);
    contrast.low = contrast.log_ratio - two_sided_95 * contrast.se;
    contrast.high = contrast.log_ratio + two_sided_95 * contrast.se;
  }
  return contrasts;
}

}  // namespace clicklens::lens
