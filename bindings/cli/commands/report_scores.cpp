#include "commands/report_scores.h"

#include <algorithm>
#include <cmath>

namespace clicklens::cli {
namespace {

constexpr double least = -16, bins_of_one = 40;
constexpr std::size_t together = 10;  // narrow bins in one of a histogram
constexpr std::uint64_t calibration_parts = 20;

// Wilson's interval of a rate.
void add_interval(ReportFigures::CalibrationPoint& point) {
  constexpr double z = 1.959964;
  const double n = static_cast<double>(point.rows), p = point.observed;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  point.low = std::clamp(middle - half, 0.0, p);  // at a rate of 0 or 1 rounding leaves it on the wrong side
  point.high = std::clamp(middle + half, p, 1.0);
}

}  // namespace

void ScoreBins::add(const std::vector<float>& logits, const std::vector<std::uint8_t>& labels) {
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double logit = static_cast<double>(logits[i]);
    if (!std::isfinite(logit)) continue;
    const double place = std::clamp((logit - least) * bins_of_one, 0.0, static_cast<double>(count - 1));
    Bin& bin = bins_[static_cast<std::size_t>(place)];
    ++bin.rows[labels[i] != 0 ? 1 : 0];
    bin.probability += 1 / (1 + std::exp(-logit));
    ++rows_;
  }
}

// Neighbouring bins until they hold a part of the rows; the last point has what is left.
std::vector<ReportFigures::CalibrationPoint> ScoreBins::calibration() const {
  std::vector<ReportFigures::CalibrationPoint> points;
  ReportFigures::CalibrationPoint point;
  double probability = 0;
  std::uint64_t left = rows_;
  for (const Bin& bin : bins_) {
    const std::uint64_t rows = bin.rows[0] + bin.rows[1];
    if (rows == 0) continue;
    left -= rows;
    point.rows += rows;
    point.clicks += bin.rows[1];
    probability += bin.probability;
    if (left > 0 && point.rows * calibration_parts < rows_) continue;
    point.predicted = probability / static_cast<double>(point.rows);
    point.observed = static_cast<double>(point.clicks) / static_cast<double>(point.rows);
    add_interval(point);
    points.push_back(point);
    point = {};
    probability = 0;
  }
  return points;
}

ReportFigures::Scores ScoreBins::describe(const std::array<ScoreBins, 2>& splits) {
  ReportFigures::Scores scores;
  std::size_t first = count / together, last = 0;
  for (const ScoreBins& split : splits)
    for (std::size_t i = 0; i < count; ++i)
      if (split.bins_[i].rows[0] + split.bins_[i].rows[1] > 0) {
        first = std::min(first, i / together);
        last = std::max(last, i / together + 1);
      }
  for (std::size_t s = 0; s < splits.size(); ++s) {
    ReportFigures::Histogram& to = scores.histograms[s];
    to.width = together / bins_of_one;
    to.from = least + static_cast<double>(first) * to.width;
    for (std::size_t label = 0; label < 2; ++label) {
      to.counts[label].assign(last > first ? last - first : 0, 0);
      for (std::size_t i = first * together; i < last * together; ++i)
        to.counts[label][i / together - first] += splits[s].bins_[i].rows[label];
    }
    scores.calibration[s] = splits[s].calibration();
  }
  return scores;
}

}  // namespace clicklens::cli
