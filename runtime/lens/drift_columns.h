// Measures of numbers that come one a row, and of rates and ids: all that has a clustered mean or histogram.
#pragma once

#include "lens/drift.h"

namespace clicklens::lens {

// Mean, spread, distances and PSI of a column; verdict and effect are the caller's. The PSI has ten bins; its clustered
// null is that of independent rows times the design effect of the mean (at least 1), for counts by bucket of fine bins
// are not kept.
DriftMeasure measure_column(std::span<const DriftColumn* const> reference, const DriftColumn& live);
// P(PSI >= the measured one) when nothing changed, of a column.
double psi_tail(const DriftMeasure& measure);
DriftMeasure measure_ids(std::span<const Histogram* const> reference, const Histogram& live);
DriftMeasure measure_rate(std::span<const Quantity* const> reference, const Quantity& live);
// Of the groups' shares of |s|, by group; empty: nothing is known of saliency.
std::vector<DriftMeasure> measure_shares(std::span<const DriftDay> reference, const DriftDay& live);

}  // namespace clicklens::lens
