// GAUC: the mean AUC of the groups that hold both classes, weighted by their rows.
#pragma once

#include "lens/metrics_rows.h"

namespace clicklens::lens {

struct Gauc {
  double value;        // NaN: no group holds both classes
  double coverage;     // share of all rows, grouped or not, that are in such groups
  double median_rows;  // of all groups; the mean of the two middle ones where their number is even
};

// Sorts `rows` by group and logit. All NaN when no row has a group.
Gauc grouped_auc(MetricsRows& rows);

}  // namespace clicklens::lens
