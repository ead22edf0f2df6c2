// Over-fit and calibration: what is judged by scores and clicks alone.
#include <cmath>
#include <utility>

#include "lens/diagnose_rules.h"
#include "lens/diagnose_text.h"

namespace clicklens::lens {

Finding judge_overfit(const OverfitFigures& figures) {
  const double error = diagnose_rules::slope_errors * figures.slope_se;
  Finding finding = finding_of(FindingKind::overfit, "scores", listed_names(figures.days), figures.rows, figures.clicks,
                               {figures.slope, figures.slope - error, figures.slope + error, diagnose_rules::slope});
  finding.caveat = figures.confounded
                       ? "confounded with drift: the rows are a later day's; hold out rows of the training days"
                       : "rows of the training days that the network was trained on after all would raise the slope";
  if (figures.clicks < diagnose_rules::clicks || !(figures.slope_se >= 0)) {
    const std::string what = "over-fit on " + finding.rows_of;
    return not_enough(std::move(finding), what, figures.clicks, "clicks", diagnose_rules::clicks);
  }
  const bool found = finding.high < diagnose_rules::slope;
  decide(finding, found);
  finding.text = sentence("%s: the logits' slope on %s is %.2f +- %.2f (2 SE); %s",
                          found ? "over-fitted" : "no over-fit", finding.rows_of.c_str(), figures.slope, error,
                          found ? "they spread too far: train fewer epochs, or make rare ids weigh less"
                                : "a finding lies wholly below 0.60");
  if (found) finding.command = "clicklens refine MODEL -o OUT --calibrate platt --learn " + words(figures.days);
  return finding;
}

namespace {

// Sound models of one epoch give some of their rows too little, by a third at the most: a part must be further off than
// that for sure.
bool is_off(const CalibrationFigures& figures) {
  const double off = std::abs(figures.log_ratio), errors = diagnose_rules::calibration_z * figures.se;
  if (figures.kind == FindingKind::calibration) return off > std::log(diagnose_rules::calibration) && off > errors;
  return off - errors > std::log(diagnose_rules::part_calibration);
}

const char* what_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::calibration_bucket:
      return "scores in ";
    case FindingKind::calibration_value:
      return "rows with ";
    default:
      return "";
  }
}

}  // namespace

Finding judge_calibration(const CalibrationFigures& figures) {
  const double half = diagnose_rules::interval * figures.se;
  const bool whole = figures.kind == FindingKind::calibration;
  Finding finding =
      finding_of(figures.kind, figures.subject, listed_names(figures.days), figures.rows, figures.clicks,
                 {std::exp(figures.log_ratio), std::exp(figures.log_ratio - half), std::exp(figures.log_ratio + half),
                  whole ? diagnose_rules::calibration : diagnose_rules::part_calibration});
  const double z = figures.log_ratio / figures.se;
  finding.evidence.push_back({"z", z, undefined, undefined});
  finding.evidence.push_back({"predicted", figures.predicted, undefined, undefined});
  finding.caveat = "clicks that arrive late count as none; rows sampled by label need their weights";
  const std::string what = what_of(figures.kind) + figures.subject;
  if (figures.clicks < diagnose_rules::clicks || !(figures.se > 0))
    return not_enough(std::move(finding), "calibration of " + what, figures.clicks, "clicks", diagnose_rules::clicks);
  const bool found = is_off(figures);
  decide(finding, found);
  finding.text = sentence("%s: %.2f clicks predicted for each observed [%.2f, %.2f], z %+.1f", what.c_str(),
                          finding.value, finding.low, finding.high, z);
  if (!found) return finding;
  // A calibration sees the score alone: it cannot tell these rows from others of the same scores.
  finding.command = figures.kind == FindingKind::calibration_value
                        ? "train with the column as a feature, or on more recent days"
                        : sentence("clicklens refine MODEL -o OUT --calibrate %s --learn %s",
                                   whole ? "platt" : "isotonic", words(figures.days).c_str());
  return finding;
}

}  // namespace clicklens::lens
