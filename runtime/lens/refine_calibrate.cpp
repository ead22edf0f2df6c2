#include "lens/refine_calibrate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lens/metrics_cox.h"
#include "lens/metrics_loss.h"
#include "lens/metrics_rows.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

constexpr std::size_t most_stretches = 2048;

// Rows of neighbouring logits with one rate.
struct Stretch {
  float low = 0, high = 0;
  double clicks = 0, weight = 0;
  std::uint64_t rows = 0;
  [[nodiscard]] double rate() const noexcept { return clicks / weight; }
};

Stretch pooled(const Stretch& a, const Stretch& b) noexcept {
  return {a.low, b.high, a.clicks + b.clicks, a.weight + b.weight, a.rows + b.rows};
}

std::vector<Stretch> pool_violators(const Sample& sample, double negative_rate) {
  std::vector<Stretch> stretches;
  sample.visit([&](std::span<const Cell> cells) {
    Stretch next{static_cast<float>(cells.front().logit), static_cast<float>(cells.front().logit), 0, 0, 0};
    for (const Cell& cell : cells) {
      next.clicks += static_cast<double>(cell.clicks);
      next.weight += static_cast<double>(cell.clicks) + static_cast<double>(cell.others) / negative_rate;
      next.rows += cell.clicks + cell.others;
    }
    while (!stretches.empty() && stretches.back().rate() >= next.rate()) {
      next = pooled(stretches.back(), next);
      stretches.pop_back();
    }
    stretches.push_back(next);
  });
  return stretches;
}

// Pools the neighbours that have the fewest rows together, until few enough are left.
void limit_stretches(std::vector<Stretch>& stretches) {
  while (stretches.size() > most_stretches) {
    std::vector<Stretch> fewer;
    std::vector<std::uint64_t> sizes;
    for (std::size_t i = 0; i + 1 < stretches.size(); i += 2)
      sizes.push_back(stretches[i].rows + stretches[i + 1].rows);
    const std::size_t pairs = std::min(sizes.size(), stretches.size() - most_stretches);
    std::vector<std::uint64_t> ranked = sizes;
    std::nth_element(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(pairs - 1), ranked.end());
    const std::uint64_t bound = ranked[pairs - 1];
    std::size_t left = pairs;
    for (std::size_t i = 0; i < stretches.size(); i += 2) {
      if (i + 1 < stretches.size() && left > 0 && sizes[i / 2] <= bound) {
        fewer.push_back(pooled(stretches[i], stretches[i + 1]));
        --left;
      } else {
        fewer.insert(fewer.end(), stretches.begin() + static_cast<std::ptrdiff_t>(i),
                     stretches.begin() + static_cast<std::ptrdiff_t>(std::min(i + 2, stretches.size())));
      }
    }
    stretches = std::move(fewer);
  }
}

float logit_of(const Stretch& stretch) {
  double clicks = stretch.clicks;
  const double weight = stretch.weight;
  if (clicks == 0 || clicks == weight) clicks = clicks == 0 ? 0.5 : clicks - 0.5;
  return static_cast<float>(std::log(clicks / (weight - clicks)));
}

format::CalibrationOp pieces(const std::vector<Stretch>& stretches) {
  format::CalibrationOp op;
  float least = -std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    // what stands for one class alone must not cross its neighbour
    float y = std::max(logit_of(stretches[i]), least);
    if (i == 0 && stretches.size() > 1 && stretches[i].clicks == 0) y = std::min(y, logit_of(stretches[1]));
    least = y;
    op.knots_x.push_back(stretches[i].low);
    op.knots_y.push_back(y);
    if (stretches[i].high == stretches[i].low) continue;
    op.knots_x.push_back(stretches[i].high);
    op.knots_y.push_back(y);
  }
  if (op.knots_x.size() == 1) {  // one logit alone: a level, which takes two knots
    op.knots_x.push_back(std::nextafter(op.knots_x[0], std::numeric_limits<float>::infinity()));
    op.knots_y.push_back(op.knots_y[0]);
  }
  return op;
}

double calibrated(const format::CalibrationOp& op, double z) {
  if (op.knots_x.empty()) return double{op.scale} * z + double{op.shift};
  const auto above =
      std::upper_bound(op.knots_x.begin(), op.knots_x.end(), z, [](double x, float knot) { return x < double{knot}; });
  const auto at = static_cast<std::size_t>(above - op.knots_x.begin());
  if (at == 0) return double{op.knots_y.front()};
  if (at == op.knots_x.size()) return double{op.knots_y.back()};
  const double x0 = op.knots_x[at - 1], x1 = op.knots_x[at], y0 = op.knots_y[at - 1], y1 = op.knots_y[at];
  return y0 + (z - x0) / (x1 - x0) * (y1 - y0);
}

double logloss(const Sample& sample, double negative_rate, const format::CalibrationOp& op) {
  LossSums sums(1, negative_rate);
  sample.visit([&](std::span<const Cell> cells) {
    for (const Cell& cell : cells) sums.add(calibrated(op, cell.logit), cell.clicks, cell.others, 0);
  });
  return sums.logloss().value;
}

}  // namespace

base::Result<CalibrationFit> fit_calibration(CalibrationMethod method, std::span<const float> logits,
                                             std::span<const std::uint8_t> labels, double negative_rate) {
  if (!(negative_rate > 0 && negative_rate <= 1))
    return Status::error(Code::invalid_argument, "negative_rate: %g is not in (0, 1]", negative_rate);
  CalibrationFit fit;
  MetricsRows rows;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (labels[i] > 1)
      return Status::error(Code::bad_value, "labels[%zu]: %u is neither 0 nor 1", i, static_cast<unsigned>(labels[i]));
    if (!std::isfinite(logits[i])) {
      ++fit.non_finite;
      continue;
    }
    rows.push_back(MetricsRow::make(logits[i], labels[i] == 1, 0, std::nullopt));
    fit.clicks += labels[i];
  }
  fit.rows = rows.size();
  if (fit.clicks == 0 || fit.clicks == fit.rows)
    return Status::error(Code::bad_value, "labels: clicks and non-clicks are both needed");
  const SortedRows sample(std::move(rows), 1);
  if (method == CalibrationMethod::isotonic) {
    std::vector<Stretch> stretches = pool_violators(sample, negative_rate);
    limit_stretches(stretches);
    fit.op = pieces(stretches);
  } else {
    const CoxFit line = fit_cox(sample, negative_rate);
    if (!(line.slope > 0))
      return Status::error(Code::bad_value,
                           "labels: no scale above 0 fits (the logits part the classes, or say nothing of them)");
    fit.op.scale = static_cast<float>(line.slope);
    fit.op.shift = static_cast<float>(line.intercept);
  }
  fit.logloss_before = logloss(sample, negative_rate, {});
  fit.logloss_after = logloss(sample, negative_rate, fit.op);
  return fit;
}

Status put_calibration(Draft& draft, std::size_t task, const format::CalibrationOp& op) {
  if (task >= draft.desc.outputs.size())
    return Status::error(Code::invalid_argument, "task: %zu, the model has %zu", task, draft.desc.outputs.size());
  format::OutputDesc& output = draft.desc.outputs[task];
  const Wiring wiring(draft.desc);
  format::CalibrationOp both = op;
  std::uint32_t input = output.logit;
  const format::NodeDesc& made = draft.desc.nodes[wiring.producer[output.logit]];
  const auto* before = std::get_if<format::CalibrationOp>(&made.op);
  if (before != nullptr && before->knots_x.empty() && op.knots_x.empty()) {
    both.scale = static_cast<float>(double{before->scale} * double{op.scale});
    both.shift = static_cast<float>(double{before->shift} * double{op.scale} + double{op.shift});
    input = made.inputs[0];
  }
  output.logit = draft.add_node(output.name + ".calibrated", both, {input}, 1);
  return {};
}

}  // namespace clicklens::lens
