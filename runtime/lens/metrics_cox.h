// Cox's recalibration (1958): weighted maximum likelihood of click ~ sigmoid(intercept + slope * logit), by
// Newton's method on standardised logits. Slope 1 and intercept 0: calibrated; slope < 1: over-confident.
#pragma once

#include <vector>

#include "lens/metrics_sample.h"

namespace clicklens::lens {

struct CoxFit {
  double slope, intercept;  // NaN: no finite maximum, or none found
  // Of the logits, as the fit standardised them: z = (logit - centre) / scale.
  double centre, scale;
};

// Non-clicks weigh 1 / negative_rate. Converged: both components of the mean gradient are within 1e-12.
// The maximum is finite only when the classes overlap: with one class, equal logits, or a threshold that
// parts the classes (Albert and Anderson 1984) the fit is NaN.
CoxFit fit_cox(const Sample& sample, double negative_rate);

// The slope without each bucket that holds rows, by one Newton step from the full fit (Pregibon 1981): refitting
// 64-200 times would cost that many fits, and one step is off by O(1 / buckets) of a shift which is itself
// a small part of a standard error. NaN for a bucket without which one class is left.
std::vector<double> delete_one_slopes(const Sample& sample, double negative_rate, const CoxFit& fit);

}  // namespace clicklens::lens
