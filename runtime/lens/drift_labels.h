// How good the scores of labelled days are, from what a profile keeps: counts of clicks and other rows on the universal
// edges of the logit, and clicks by bucket.
//
// AUC counts rows of one bin as ties. Slope (Cox's) and calibration take a logit as the middle of its bin, moved by
// what the middles' mean is off from the logits': a bin is a quarter of an octave wide, so slopes are good to a few
// hundredths and calibration to one. Standard errors are those of independent rows times the root of the design effect
// of the click rate (at least 1). `evaluate` has all of them exactly, from the rows.
#pragma once

#include "lens/drift.h"

namespace clicklens::lens {

struct LabelFigures {
  std::uint64_t rows = 0, clicks = 0;
  double auc = undefined, auc_se = undefined;
  double slope = undefined, slope_se = undefined;
  double calibration = undefined, calibration_se = undefined;  // of predicted / observed; the error is of its log
  bool enough = false;
};
LabelFigures label_figures(const DriftLabels& labels);

// AUC, slope and calibration of a task; none without labels on the live day.
std::vector<DriftMeasure> measure_labels(std::span<const DriftLabels* const> reference, const DriftLabels& live);

}  // namespace clicklens::lens
