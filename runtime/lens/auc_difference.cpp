#include "lens/auc_difference.h"

#include <cmath>
#include <vector>

#include "lens/delong.h"
#include "lens/labels.h"
#include "lens/metrics_auc.h"
#include "lens/metrics_jackknife.h"
#include "lens/metrics_rows.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

Status check_scores(std::span<const float> scores, const char* argument) {
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (!std::isfinite(scores[i])) return Status::error(Code::bad_value, "%s[%zu] is not finite", argument, i);
  return {};
}

Status check(std::span<const float> a, std::span<const float> b, std::span<const std::uint8_t> labels,
             std::uint32_t buckets) {
  if (buckets < 64 || buckets > 200)
    return Status::error(Code::invalid_argument, "buckets is %u: it must be from 64 to 200", buckets);
  if (labels.size() > std::numeric_limits<std::uint32_t>::max())
    return Status::error(Code::invalid_argument, "n: %zu rows are too many", labels.size());
  CLENS_TRY(check_labels("labels", labels.data(), labels.size()));
  CLENS_TRY(check_scores(a, "a"));
  return check_scores(b, "b");
}

// The AUC without each bucket that holds rows. Buckets follow the rows, not their ranks, so that those of two
// scores hold the same rows.
std::vector<double> delete_one_aucs(std::span<const float> scores, std::span<const std::uint8_t> labels,
                                    std::span<const std::uint64_t> clusters, std::uint32_t buckets) {
  MetricsRows rows;
  rows.reserve(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::uint32_t bucket = bucket_of(clusters.empty() ? i : clusters[i], buckets);
    rows.push_back(MetricsRow::make(scores[i], labels[i] != 0, bucket, std::nullopt));
  }
  return AucCounter(SortedRows(std::move(rows), buckets)).delete_one();
}

}  // namespace

base::Result<AucDifference> compare_aucs(std::span<const float> a, std::span<const float> b,
                                         std::span<const std::uint8_t> labels, std::span<const std::uint64_t> clusters,
                                         std::uint32_t buckets) {
  CLENS_TRY(check(a, b, labels, buckets));
  const Placements of_a = placements(a, labels), of_b = placements(b, labels);
  AucDifference result;
  result.auc_a = of_a.auc;
  result.auc_b = of_b.auc;
  result.difference = of_b.auc - of_a.auc;
  if (std::isnan(result.difference)) return result;

  std::vector<double> without = delete_one_aucs(b, labels, clusters, buckets);
  const std::vector<double> without_a = delete_one_aucs(a, labels, clusters, buckets);
  for (std::size_t i = 0; i < without.size(); ++i) without[i] -= without_a[i];
  result.se = jackknife_se(without);
  result.low = result.difference - 1.96 * result.se;
  result.high = result.difference + 1.96 * result.se;

  std::vector<double> of_difference = of_b.of_row;
  for (std::size_t i = 0; i < of_difference.size(); ++i) of_difference[i] -= of_a.of_row[i];
  result.delong_se_a = delong_se(of_a.of_row, of_a.auc, labels);
  result.delong_se_b = delong_se(of_b.of_row, of_b.auc, labels);
  result.delong_se = delong_se(of_difference, result.difference, labels);
  if (clusters.empty()) return result;
  const NumberedClusters numbered = number_clusters(clusters);
  const auto clustered = [&](std::span<const double> of_row, double value) {
    return clustered_delong_se(of_row, value, labels, numbered.of_row, numbered.count);
  };
  result.delong_clustered_se_a = clustered(of_a.of_row, of_a.auc);
  result.delong_clustered_se_b = clustered(of_b.of_row, of_b.auc);
  result.delong_clustered_se = clustered(of_difference, result.difference);
  return result;
}

}  // namespace clicklens::lens
