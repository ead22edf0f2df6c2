#include "lens/drift_labels.h"

#include <algorithm>
#include <cmath>

#include "lens/drift_rules.h"
#include "lens/metrics_cox.h"
#include "lens/neurons_bins.h"

namespace clicklens::lens {
namespace {

double sigmoid(double z) {
  return 1 / (1 + std::exp(-z));
}

double middle(std::size_t bin) {
  const BinEnds ends = bin_ends(bin);
  return std::isinf(ends.low) ? ends.high : std::isinf(ends.high) ? ends.low : (ends.low + ends.high) / 2;
}

// Counts by bin of the logit, as metrics read rows.
class BinnedLogits final : public Sample {
 public:
  explicit BinnedLogits(const DriftLabels& labels) {
    double rows = 0, sum = 0;
    for (std::size_t bin = 0; bin < labels.clicks.size(); ++bin) {
      if (labels.clicks[bin] + labels.others[bin] == 0) continue;
      cells.push_back({middle(bin), labels.clicks[bin], labels.others[bin], 0});
      const auto count = static_cast<double>(labels.clicks[bin] + labels.others[bin]);
      rows += count;
      sum += count * middle(bin);
    }
    for (Cell& cell : cells) cell.logit += labels.mean_logit - sum / rows;
  }
  [[nodiscard]] std::uint32_t buckets() const override { return 1; }
  void visit(const TieVisitor& tie) const override {
    for (const Cell& cell : cells) tie({&cell, 1});
  }

  std::vector<Cell> cells;  // ascending
};

// Variance of AUC by the placements of rows (DeLong et al. 1988): v of a click is the share of other rows below it.
double auc_variance(const std::vector<Cell>& cells, double clicks, double others, double auc) {
  double clicks_below = 0, others_below = 0, of_clicks = 0, of_others = 0;
  for (const Cell& cell : cells) {
    const auto here = static_cast<double>(cell.clicks), rest = static_cast<double>(cell.others);
    const double v = (others_below + rest / 2) / others, w = 1 - (clicks_below + here / 2) / clicks;
    of_clicks += here * (v - auc) * (v - auc);
    of_others += rest * (w - auc) * (w - auc);
    clicks_below += here;
    others_below += rest;
  }
  return of_clicks / (clicks * (clicks - 1)) + of_others / (others * (others - 1));
}

// Of the slope, by the inverse of the information.
double slope_variance(const std::vector<Cell>& cells, const CoxFit& fit) {
  double weights = 0, first = 0, second = 0;
  for (const Cell& cell : cells) {
    const double p = sigmoid(fit.intercept + fit.slope * cell.logit);
    const double weight = static_cast<double>(cell.clicks + cell.others) * p * (1 - p);
    weights += weight;
    first += weight * cell.logit;
    second += weight * cell.logit * cell.logit;
  }
  return 1 / (second - first * first / weights);
}

double design_effect(const Quantity& rate) {
  if (rate.clusters.empty() || !(rate.mean > 0 && rate.mean < 1)) return undefined;
  double rows = 0, clicks = 0;
  for (const ClusterSums& bucket : rate.clusters) {
    rows += bucket.rows;
    clicks += bucket.sum;
  }
  const double variance = jackknife_variance(
      rate.clusters.size(), [&](std::size_t b) { return rate.clusters[b].rows > 0; },
      [&](std::size_t b) { return (clicks - rate.clusters[b].sum) / (rows - rate.clusters[b].rows); });
  return std::max(variance / (rate.mean * (1 - rate.mean) / rows), 1.0);
}

DriftLabels pool(std::span<const DriftLabels* const> days) {
  DriftLabels all;
  double rows = 0;
  for (const DriftLabels* day : days) {
    if (day->clicks.empty()) continue;
    all.clicks.resize(day->clicks.size());
    all.others.resize(day->others.size());
    const auto more = static_cast<double>(day->click_rate.rows);
    all.mean_logit = more > 0 ? (all.mean_logit * rows + day->mean_logit * more) / (rows + more) : all.mean_logit;
    all.click_rate.mean =
        more > 0 ? (all.click_rate.mean * rows + day->click_rate.mean * more) / (rows + more) : all.click_rate.mean;
    all.click_rate.rows += day->click_rate.rows;
    rows += more;
    for (std::size_t i = 0; i < all.clicks.size(); ++i) {
      all.clicks[i] += day->clicks[i];
      all.others[i] += day->others[i];
    }
    all.click_rate.clusters.resize(day->click_rate.clusters.size());
    for (std::size_t b = 0; b < day->click_rate.clusters.size(); ++b) {
      all.click_rate.clusters[b].rows += day->click_rate.clusters[b].rows;
      all.click_rate.clusters[b].sum += day->click_rate.clusters[b].sum;
    }
  }
  return all;
}

DriftMeasure measure(DriftKind kind, double reference, double live, bool enough) {
  DriftMeasure to;
  to.kind = kind;
  to.reference = reference;
  to.live = live;
  if (!enough) to.verdict = Verdict::not_enough;
  return to;
}

}  // namespace

LabelFigures label_figures(const DriftLabels& labels) {
  LabelFigures figures;
  const BinnedLogits sample(labels);
  for (const Cell& cell : sample.cells) {
    figures.rows += cell.clicks + cell.others;
    figures.clicks += cell.clicks;
  }
  const auto clicks = static_cast<double>(figures.clicks), others = static_cast<double>(figures.rows) - clicks;
  figures.enough = figures.clicks >= rules::clicks && others >= rules::clicks &&
                   labels.click_rate.clusters.size() >= enough_drift_clusters;
  if (!(clicks > 1) || !(others > 1)) return figures;
  const double effect = design_effect(labels.click_rate);
  AucCounter pairs(1);
  double predicted = 0;
  for (const Cell& cell : sample.cells) {
    pairs.add_tie({&cell, 1});
    predicted += static_cast<double>(cell.clicks + cell.others) * sigmoid(cell.logit);
  }
  figures.auc = pairs.auc();
  figures.auc_se = std::sqrt(effect * auc_variance(sample.cells, clicks, others, figures.auc));
  const CoxFit fit = fit_cox(sample, 1);
  figures.slope = fit.slope;
  figures.slope_se = std::sqrt(effect * slope_variance(sample.cells, fit));
  figures.calibration = predicted / clicks;
  figures.calibration_se = std::sqrt(effect * (1 - clicks / (clicks + others)) / clicks);
  return figures;
}

std::vector<DriftMeasure> measure_labels(std::span<const DriftLabels* const> reference, const DriftLabels& live) {
  if (live.clicks.empty()) return {};
  const LabelFigures now = label_figures(live), before = label_figures(pool(reference));
  const bool both = now.enough && before.enough;
  std::vector<DriftMeasure> measures;
  if (before.rows > 0) {
    DriftMeasure& auc = measures.emplace_back(measure(DriftKind::auc, before.auc, now.auc, both));
    auc.effect = now.auc - before.auc;
    auc.se = std::hypot(now.auc_se, before.auc_se);
    auc.z = auc.effect / auc.se;
    if (both && auc.effect <= -rules::auc && std::abs(auc.z) > rules::z) auc.verdict = Verdict::found;
  }
  DriftMeasure& slope = measures.emplace_back(measure(DriftKind::slope, before.slope, now.slope, now.enough));
  slope.effect = now.slope;
  slope.se = now.slope_se;
  slope.high = now.slope + 2 * now.slope_se;
  slope.low = now.slope - 2 * now.slope_se;
  if (now.enough && slope.high < rules::slope) slope.verdict = Verdict::found;
  DriftMeasure& ratio =
      measures.emplace_back(measure(DriftKind::calibration, before.calibration, now.calibration, now.enough));
  ratio.effect = std::log(now.calibration);
  ratio.se = now.calibration_se;
  ratio.z = ratio.effect / ratio.se;
  if (now.enough && std::abs(ratio.effect) > std::log(rules::calibration) && std::abs(ratio.z) > rules::z)
    ratio.verdict = Verdict::found;
  return measures;
}

}  // namespace clicklens::lens
