#include "lens/drift_profile.h"

#include <cmath>

#include "format/probe_desc.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

// Of both classes; empty without rows.
std::vector<ClusterSums> clusters_of(const NeuronLayer& layer, std::size_t column) {
  const auto& cells = layer.buckets->cells;
  const std::size_t classes = layer.columns.classes(), stride = classes * layer.width;
  std::vector<ClusterSums> clusters(stride > 0 ? cells.size() / stride : 0);
  for (std::size_t b = 0; b < clusters.size(); ++b)
    for (std::size_t k = 0; k < classes; ++k) {
      const BucketCell& cell = cells[b * stride + k * layer.width + column];
      clusters[b].rows += static_cast<double>(cell.rows);
      clusters[b].sum += cell.total();
    }
  return clusters;
}

DriftColumn column_of(const NeuronLayer& layer, std::size_t column, std::uint64_t rows) {
  DriftColumn to;
  to.quantity.mean = to.quantity.sd = undefined;
  if (rows == 0) return to;
  const ColumnCell whole = layer.columns.whole(column);
  const std::uint64_t n = to.quantity.rows = rows - whole.non_finite;
  const auto real_n = static_cast<double>(n);
  if (n > 0) to.quantity.mean = whole.sum.value() / real_n;
  if (n > 1)
    to.quantity.sd =
        std::sqrt(std::max(centred_product(n, whole.square, whole.sum, whole.sum), 0.0) / (real_n * (real_n - 1)));
  to.minimum = double{layer.columns.minimum[column]};
  to.maximum = double{layer.columns.maximum[column]};
  const bool in_reach = to.minimum >= double{-bucket_reach} && to.maximum <= double{bucket_reach};
  if (layer.buckets && in_reach) to.quantity.clusters = clusters_of(layer, column);
  if (layer.counts.counts.empty()) return to;
  const auto counts = layer.counts.of(column);
  to.counts.assign(counts.begin(), counts.begin() + neuron_bins);
  for (std::size_t i = neuron_bins; i < counts.size(); ++i) to.counts[i - neuron_bins] += counts[i];
  return to;
}

std::vector<DriftColumn> columns_of(const NeuronLayer& layer, std::size_t first, std::size_t count,
                                    std::uint64_t rows) {
  std::vector<DriftColumn> columns;
  for (std::size_t c = first; c < first + count; ++c) columns.push_back(column_of(layer, c, rows));
  return columns;
}

DriftLabels labels_of(const NeuronLayer& scores, std::size_t task, const DriftColumn& logit) {
  DriftLabels to;
  if (scores.columns.classes() != 2 || !scores.buckets) return to;
  const auto counts = scores.counts.of(task);
  to.others.assign(counts.begin(), counts.begin() + neuron_bins);
  to.clicks.assign(counts.begin() + neuron_bins, counts.end());
  to.mean_logit = logit.quantity.mean;
  const auto& cells = scores.buckets->cells;
  double rows = 0, clicks = 0;
  for (std::size_t b = 0; b < cells.size() / (2 * scores.width); ++b) {
    const BucketCell* bucket = &cells[b * 2 * scores.width + task];
    const auto hits = static_cast<double>(bucket[scores.width].rows);
    const double all = static_cast<double>(bucket[0].rows) + hits;
    to.click_rate.clusters.push_back({all, hits});
    rows += all;
    clicks += hits;
  }
  to.click_rate.rows = static_cast<std::uint64_t>(rows);
  to.click_rate.mean = rows > 0 ? clicks / rows : undefined;
  return to;
}

// A share of `of`, by bucket: counts of what is 0 or 1.
Quantity rate(std::span<const std::uint64_t> hits, std::span<const std::uint64_t> of) {
  Quantity to;
  double sum = 0;
  for (std::size_t b = 0; b < of.size(); ++b) {
    to.rows += of[b];
    sum += static_cast<double>(hits[b]);
    to.clusters.push_back({static_cast<double>(of[b]), static_cast<double>(hits[b])});
  }
  to.mean = to.rows > 0 ? sum / static_cast<double>(to.rows) : undefined;
  to.sd = std::sqrt(to.mean * (1 - to.mean));
  return to;
}

DriftFeature feature_of(const Profile& profile, const FeatureTraffic& from) {
  DriftFeature to;
  to.name = from.name;
  to.group = from.group;
  to.dense = from.dense;
  to.missing = rate(from.bucket_missing, profile.bucket_rows());
  if (from.dense) {
    to.elements = columns_of(*profile.raw(), from.first_raw, from.width, profile.rows());
    return to;
  }
  to.id_kinds = from.id_kinds;
  to.unknown = rate(from.bucket_unknown, from.bucket_ids);
  to.ids.clusters = from.histogram;
  to.ids.counts.resize(id_bins);
  for (std::size_t i = 0; i < from.histogram.size(); ++i) to.ids.counts[i % id_bins] += from.histogram[i];
  return to;
}

}  // namespace

DriftDay drift_day(const Profile& profile) {
  DriftDay day;
  day.rows = profile.rows();
  if (const NeuronLayer* scores = profile.scores())
    for (std::size_t t = 0; t < scores->width; ++t) {
      DriftScore& to = day.scores.emplace_back();
      to.task = profile.tasks()[t];
      to.logit = column_of(*scores, t, day.rows);
      to.labels = labels_of(*scores, t, to.logit);
    }
  if (profile.neurons() != nullptr)
    for (const NeuronLayer& layer : profile.neurons()->layers())
      day.layers.push_back({layer.name, layer.value, columns_of(layer, 0, layer.width, day.rows)});
  for (const FeatureTraffic& feature : profile.features()) day.features.push_back(feature_of(profile, feature));
  if (const NeuronLayer* sizes = profile.saliency_sizes())
    for (std::size_t g = 0; g < sizes->width; ++g) {
      DriftGroup& to = day.groups.emplace_back();
      to.name = profile.groups()[g];
      for (const ClusterSums& bucket : clusters_of(*sizes, g)) to.sizes.push_back(bucket.sum);
      to.sizes.resize(profile.options().buckets);  // no rows: nothing in any of them
    }
  if (const NeuronLayer* pooled = profile.pooled())
    for (std::size_t c = 0; c < pooled->width; ++c) day.inputs.push_back(column_of(*pooled, c, day.rows).quantity.mean);
  return day;
}

namespace {

using base::Code;
using base::Status;

// What must be equal for figures to mean the same; shares of saliency are about the means they are centred on.
Status check_same(const Profile& reference, std::size_t index, const Profile& live) {
  const auto refuse = [&](const char* what) {
    return Status::error(Code::invalid_argument, "reference[%zu]: %s differ from the live profile's", index, what);
  };
  if (!(reference.model_id() == live.model_id())) return refuse("model and weights");
  const ProfileOptions &a = reference.options(), &b = live.options();
  if (a.sections != b.sections) return refuse("sections");
  if (a.task != b.task) return refuse("tasks");
  if (a.buckets != b.buckets) return refuse("buckets");
  if (a.means != b.means) return refuse("means of saliency");
  return {};
}

}  // namespace

base::Result<Drift> compare_profiles(const exec::Model* model, std::span<const Profile* const> reference,
                                     const Profile& live) {
  if (reference.empty()) return Status::error(Code::invalid_argument, "reference: no profile");
  if (model != nullptr && format::probed_model_id(model->desc()) != live.model_id())
    return Status::error(Code::bad_state, "model: not the one that was profiled");
  Drift drift;
  drift.live = drift_day(live);
  for (std::size_t i = 0; i < reference.size(); ++i) {
    CLENS_TRY(check_same(*reference[i], i, live));
    drift.reference.push_back(drift_day(*reference[i]));
    const std::string differs = incomparable(drift.reference.back(), drift.live);
    if (!differs.empty())
      return Status::error(Code::invalid_argument, "reference[%zu]: differs in %s", i, differs.c_str());
  }
  drift.measures = measure_drift(drift.reference, drift.live);
  if (model != nullptr) drift.traces = trace_drift(*model, drift.reference, drift.live, drift.measures);
  return drift;
}

}  // namespace clicklens::lens
