#include <algorithm>
#include <cmath>

#include "lens/neurons.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

using Finding = NeuronFinding;

constexpr std::uint64_t enough_rows = 10'000, enough_counted = 1'000;

double mean_of(const ExactSum& sum, std::uint64_t rows) {
  return rows > 0 ? sum.value() / static_cast<double>(rows) : undefined;
}

double sd_of(const ExactSum& square, const ExactSum& sum, std::uint64_t rows) {
  if (rows < 2) return undefined;
  const auto n = static_cast<double>(rows);
  return std::sqrt(std::max(centred_product(rows, square, sum, sum), 0.0) / (n * (n - 1)));
}

// From n sum xy - sum x sum y and the like.
double correlation(double xy, double xx, double yy) {
  if (!(xx > 0) || !(yy > 0)) return undefined;
  return std::clamp(xy / (std::sqrt(xx) * std::sqrt(yy)), -1.0, 1.0);
}

}  // namespace

double Neurons::score_correlation(const NeuronLayer& layer, std::size_t column) const {
  if (!layer.columns.scored()) return undefined;
  const LoneRows& lone = layer.columns.lone[column];
  const ColumnCell whole = layer.columns.whole(column);
  ExactSum x = whole.sum, xx = whole.square, z = score_sum_, zz = score_square_;
  x.remove(lone.x);
  xx.remove(lone.xx);
  z.remove(lone.z);
  zz.remove(lone.zz);
  const std::uint64_t rows = score_rows_ - lone.z_rows;
  return correlation(centred_product(rows, layer.columns.cross[column], x, z), centred_product(rows, xx, x, x),
                     centred_product(rows, zz, z, z));
}

NeuronFigures column_figures(const NeuronLayer& layer, std::size_t column, std::size_t classes, std::uint64_t rows,
                             std::uint64_t all_clicks) {
  NeuronFigures out{};
  out.mean = out.sd = out.minimum = out.maximum = out.click_mean = out.other_mean = out.label_correlation =
      out.score_correlation = undefined;
  out.auc = {undefined, undefined};
  out.errors = {undefined, undefined, undefined, undefined, undefined};
  if (classes == 0) return out;
  const ColumnCell whole = layer.columns.whole(column);
  out.non_finite = whole.non_finite;
  out.rows = rows - whole.non_finite;
  out.active = whole.active;
  out.mean = mean_of(whole.sum, out.rows);
  out.sd = sd_of(whole.square, whole.sum, out.rows);
  if (out.rows > 0) {
    out.minimum = double{layer.columns.minimum[column]};
    out.maximum = double{layer.columns.maximum[column]};
  }
  const bool binned = !layer.counts.counts.empty();
  if (classes == 2) {
    const ColumnCell &other = layer.columns.cell(0, column), &click = layer.columns.cell(1, column);
    const std::uint64_t clicks = all_clicks - click.non_finite;
    out.click_mean = mean_of(click.sum, clicks);
    out.other_mean = mean_of(other.sum, rows - all_clicks - other.non_finite);
    const ExactSum labels = ExactSum::of(clicks);
    out.label_correlation = correlation(centred_product(out.rows, click.sum, whole.sum, labels),
                                        centred_product(out.rows, whole.square, whole.sum, whole.sum),
                                        centred_product(out.rows, labels, labels, labels));
    if (binned) out.auc = binned_auc(layer.counts.of(column));
  }
  if (binned) out.counted = layer.counts.counted(column);
  if (layer.counts.has_limits()) out.saturated = layer.counts.saturated[column];
  const bool in_reach = out.minimum >= double{-bucket_reach} && out.maximum <= double{bucket_reach};
  if (layer.buckets) out.errors = layer.buckets->errors(column);
  if (!in_reach) out.errors.mean = out.errors.sd = out.errors.label_correlation = undefined;
  return out;
}

NeuronFigures Neurons::figures(std::size_t index, std::size_t column) const {
  const NeuronLayer& layer = layers()[index];
  NeuronFigures out = column_figures(layer, column, classes_, rows_, clicks_);
  if (classes_ != 0) out.score_correlation = score_correlation(layer, column);
  return out;
}

Quantile column_quantile(const NeuronLayer& layer, std::size_t column, double p) {
  if (layer.counts.counts.empty() || layer.counts.counted(column) == 0) return {undefined, undefined, undefined};
  const BinEnds ends = bin_ends(quantile_bin(layer.counts.of(column), p));
  const double least = double{layer.columns.minimum[column]}, most = double{layer.columns.maximum[column]};
  const double low = std::clamp(ends.low, least, most), high = std::clamp(ends.high, least, most);
  return {low + (high - low) / 2, low, high};
}

std::vector<std::uint32_t> Neurons::findings(std::size_t index) const {
  const NeuronLayer& layer = layers()[index];
  std::vector<std::uint32_t> found(layer.width);
  if (layer.kind == NeuronKind::input) return found;
  const auto& duplicate_of = analysis(index).duplicate_of;
  for (std::size_t c = 0; c < layer.width; ++c) {
    if (duplicate_of[c] != format::no_index) found[c] |= Finding::duplicate;
    if (!layer.provably_dead.empty() && layer.provably_dead[c] != 0) found[c] |= Finding::provably_dead;
    if (classes_ == 0) continue;
    const ColumnCell whole = layer.columns.whole(c);
    if (layer.kind == NeuronKind::rectified && whole.non_finite == 0) {
      if (whole.active == 0 && rows_ >= enough_rows) found[c] |= Finding::dead;
      if (whole.active == rows_) found[c] |= Finding::always_on;
    }
    if (!layer.counts.has_limits()) continue;
    const std::uint64_t counted = layer.counts.counted(c), beyond = layer.counts.saturated[c];
    if (counted >= enough_counted && static_cast<double>(beyond) >= 0.99 * static_cast<double>(counted))
      found[c] |= Finding::saturated;
  }
  return found;
}

LayerFigures Neurons::summary(std::size_t index) const {
  LayerFigures out;
  for (const std::uint32_t bits : findings(index)) {
    out.dead += (bits & Finding::dead) != 0 ? 1 : 0;
    out.provably_dead += (bits & Finding::provably_dead) != 0 ? 1 : 0;
    out.always_on += (bits & Finding::always_on) != 0 ? 1 : 0;
    out.saturated += (bits & Finding::saturated) != 0 ? 1 : 0;
    out.duplicates += (bits & Finding::duplicate) != 0 ? 1 : 0;
  }
  const NeuronLayer& layer = layers_[index];
  const LayerAnalysis& sampled = analysis(index);
  out.redundant = layer.kind != NeuronKind::input && sampled.rows > layer.width &&
                  sampled.effective_rank < 0.1 * static_cast<double>(layer.width);
  return out;
}

Quantile Neurons::quantile(std::size_t index, std::size_t column, double p) const {
  return column_quantile(layers()[index], column, p);
}

const LayerAnalysis& Neurons::analysis(std::size_t index) const {
  auto& kept = analyses_[index];
  if (!kept) kept = analyse(*kernels_, sampled_rows(index), layers_[index].kind != NeuronKind::input);
  return *kept;
}

CentredRows Neurons::sampled_rows(std::size_t index) const {
  std::vector<const float*> rows;
  for (const std::uint32_t slot : sample_.order()) rows.push_back(&sample_.values(slot)[layers_[index].offset]);
  return CentredRows(rows, layers_[index].width);
}

}  // namespace clicklens::lens
