// What changed since: reference days against a live one. Definitions, besides those of drift_distance.h and
// drift_clusters.h:
//
//   measure            what is looked at          found when (all with `q` <= .05, Benjamini-Hochberg over its family)
//   score              logits of a task           PSI >= .1
//   element            elements of dense features PSI >= .1
//   ids                hashed ids of a feature    PSI >= .1
//   missing, unknown   rates by feature           |h| >= .1, h = 2 asin sqrt p - 2 asin sqrt p_ref (Cohen 1988)
//   neuron             columns of a layer         |shift| >= .25 reference sd, or sd ratio outside [.8, 1.25]
//   saliency           a group's share            the 95 % interval of the log ratio of shares outside +-.1 (no q)
//   auc                of labelled rows           fell by >= .02, |z| > 3 (no q)
//   slope              Cox's, of labelled rows    slope + 2 SE < .6 (no q)
//   calibration        predicted / observed       |log| > log 1.25, |z| > 3 (no q)
//
// Families: score, element and ids; missing and unknown; neuron. The sizes are there because with enough rows
// everything is significant; that clustered errors are used, because row-wise ones alarm every day.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lens/drift_day.h"
#include "lens/undefined.h"

namespace clicklens::lens {

enum class DriftKind : std::uint8_t {
  score,
  element,
  ids,
  missing,
  unknown,
  neuron,
  saliency,
  auc,
  slope,
  calibration
};
inline constexpr std::size_t drift_kinds = 10;

enum class Verdict : std::uint8_t { none, found, not_enough };

struct DriftMeasure {
  DriftKind kind = DriftKind::score;
  Verdict verdict = Verdict::none;
  std::uint32_t subject = 0;                       // task, feature, layer or group, by kind
  std::uint32_t column = 0;                        // of a layer or of a dense feature
  double reference = undefined, live = undefined;  // mean, rate, share, figure
  double effect = undefined;  // what the size rule looks at: shift in sd, PSI, h, log ratio, difference, slope, log
  double sd_ratio = undefined;
  double se = undefined, z = undefined;  // clustered, of live - reference (slope, calibration: of live)
  double p = undefined, q = undefined;
  double low = undefined, high = undefined;  // 95 % interval of the effect, where the rule needs one
  double psi = undefined, psi_null = undefined, psi_clustered_null = undefined, psi_freedom = undefined;
  double ks = undefined, jensen_shannon = undefined, hellinger = undefined, wasserstein = undefined;
};

// INVALID_ARGUMENT-like mismatch: what differs between the days; empty: they can be compared.
std::string incomparable(const DriftDay& a, const DriftDay& b);

// All measures that the days allow, in order of kind, subject, column. At least one reference; days are comparable.
std::vector<DriftMeasure> measure_drift(std::span<const DriftDay> reference, const DriftDay& live);

}  // namespace clicklens::lens
