#include "lens/metrics_cox.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lens/metrics_loss.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Line {
  double intercept = 0, slope = 0;  // on standardised logits
};

// Gradient of the log likelihood and minus its Hessian.
struct Curve {
  WideSum g0, g1;
  double h00 = 0, h01 = 0, h11 = 0;
  std::uint64_t clicks = 0, others = 0;

  void add(const Cell& cell, double z, const Line& line, double other_weight) {
    const double eta = line.intercept + line.slope * z;
    const double tail = std::exp(-std::abs(eta));
    const double larger = 1 / (1 + tail), smaller = tail / (1 + tail);
    const double click = static_cast<double>(cell.clicks), other = static_cast<double>(cell.others) * other_weight;
    const double pull = click * (eta >= 0 ? smaller : larger) - other * (eta >= 0 ? larger : smaller);
    const double curvature = (click + other) * larger * smaller;
    g0.add(pull);
    g1.add(pull * z);
    h00 += curvature;
    h01 += curvature * z;
    h11 += curvature * z * z;
    clicks += cell.clicks;
    others += cell.others;
  }
};

Curve curve_at(const Sample& sample, const CoxFit& fit, const Line& line, double other_weight) {
  Curve curve;
  sample.visit([&](std::span<const Cell> cells) {
    for (const Cell& cell : cells) curve.add(cell, (cell.logit - fit.centre) / fit.scale, line, other_weight);
  });
  return curve;
}

Line newton_step(double g0, double g1, double h00, double h01, double h11) {
  const double determinant = h00 * h11 - h01 * h01;
  if (!(determinant > 0)) return {undefined, undefined};
  return {(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant};
}

// What standardising and the check for a finite maximum need, in two passes.
struct Shape {
  double weight = 0, clicks = 0, centre = 0, scale = 0;
  double click_low = infinity, click_high = -infinity, other_low = infinity, other_high = -infinity;

  [[nodiscard]] bool overlap() const { return click_low < other_high && other_low < click_high; }
};

Shape shape_of(const Sample& sample, double other_weight) {
  Shape shape;
  double sum = 0;
  const auto weight = [&](const Cell& cell) {
    return static_cast<double>(cell.clicks) + static_cast<double>(cell.others) * other_weight;
  };
  sample.visit([&](std::span<const Cell> cells) {
    for (const Cell& cell : cells) {
      if (cell.clicks > 0) shape.click_low = std::min(shape.click_low, cell.logit);
      if (cell.clicks > 0) shape.click_high = cell.logit;
      if (cell.others > 0) shape.other_low = std::min(shape.other_low, cell.logit);
      if (cell.others > 0) shape.other_high = cell.logit;
      shape.clicks += static_cast<double>(cell.clicks);
      shape.weight += weight(cell);
      sum += weight(cell) * cell.logit;
    }
  });
  shape.centre = sum / shape.weight;
  double squares = 0;
  sample.visit([&](std::span<const Cell> cells) {
    for (const Cell& cell : cells) {
      squares += weight(cell) * (cell.logit - shape.centre) * (cell.logit - shape.centre);
    }
  });
  shape.scale = std::sqrt(squares / shape.weight);
  return shape;
}

// Takes the largest of 1, 1/2, 1/4... steps at which the slope of the likelihood along the step has shrunk. The
// likelihood is concave, so one exists; comparing slopes, not values, still works next to the maximum.
bool descend(const Sample& sample, const CoxFit& fit, double other_weight, Line& line, Curve& curve) {
  const Line step = newton_step(curve.g0.value(), curve.g1.value(), curve.h00, curve.h01, curve.h11);
  const auto along = [&](const Curve& at) {
    return std::abs(at.g0.value() * step.intercept + at.g1.value() * step.slope);
  };
  const double before = along(curve);
  double size = 1;
  for (int halvings = 0; halvings < 30; ++halvings, size /= 2) {
    const Line next{line.intercept + size * step.intercept, line.slope + size * step.slope};
    const Curve there = curve_at(sample, fit, next, other_weight);
    if (!(along(there) < before)) continue;
    line = next;
    curve = there;
    return true;
  }
  return false;
}

}  // namespace

CoxFit fit_cox(const Sample& sample, double negative_rate) {
  constexpr double tolerance = 1e-12;
  constexpr int steps = 100;
  const Shape shape = shape_of(sample, 1 / negative_rate);
  CoxFit fit{undefined, undefined, shape.centre, shape.scale};
  if (!shape.overlap()) return fit;

  Line line{std::log(shape.clicks / (shape.weight - shape.clicks)), 0};
  Curve curve = curve_at(sample, fit, line, 1 / negative_rate);
  for (int i = 0; i < steps; ++i) {
    const double gradient = std::max(std::abs(curve.g0.value()), std::abs(curve.g1.value())) / shape.weight;
    if (gradient <= tolerance) {
      fit.slope = line.slope / fit.scale;
      fit.intercept = line.intercept - fit.slope * fit.centre;
      return fit;
    }
    if (!descend(sample, fit, 1 / negative_rate, line, curve)) return fit;
  }
  return fit;
}

std::vector<double> delete_one_slopes(const Sample& sample, double negative_rate, const CoxFit& fit) {
  const Line line{fit.intercept + fit.slope * fit.centre, fit.slope * fit.scale};
  std::vector<Curve> curves(sample.buckets());
  Curve all;
  sample.visit([&](std::span<const Cell> cells) {
    for (const Cell& cell : cells) {
      const double z = (cell.logit - fit.centre) / fit.scale;
      curves[cell.bucket].add(cell, z, line, 1 / negative_rate);
      all.add(cell, z, line, 1 / negative_rate);
    }
  });
  std::vector<double> slopes;
  for (const Curve& left_out : curves) {
    if (left_out.clicks + left_out.others == 0) continue;
    const bool both = all.clicks > left_out.clicks && all.others > left_out.others;
    const Line step = newton_step(all.g0.value() - left_out.g0.value(), all.g1.value() - left_out.g1.value(),
                                  all.h00 - left_out.h00, all.h01 - left_out.h01, all.h11 - left_out.h11);
    slopes.push_back(both ? fit.slope + step.slope / fit.scale : undefined);
  }
  return slopes;
}

}  // namespace clicklens::lens
