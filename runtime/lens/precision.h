// What a reduced precision costs on given rows, and which linears should stay in float32.
//
// The linears that a precision changes are those of more than one output. Each is reduced alone, all others in
// float32: the AUC it loses is its own loss. If all reduced lose more AUC than allowed, linears go back to float32,
// the one with the largest own loss first (of equal ones the first in the model), until the loss measured with all the
// others reduced is within the bound. That takes at most two sessions a linear and always ends: with no linear reduced
// the scores are float32's own. Then the precision is of no use, and the report says so by leaving none reduced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "exec/session.h"

namespace clicklens::lens {

struct PrecisionOptions {
  ops::Precision precision = ops::Precision::int8;
  double auc_loss = 0.0005;  // allowed: AUC in float32 less AUC
  std::size_t task = 0;
  std::size_t strands = 1;
};

// Scores of some choice of precisions. Differences are of probabilities, to float32's.
struct PrecisionScores {
  double auc = 0, logloss = 0;
  double largest_difference = 0, mean_difference = 0;
  std::uint64_t lost = 0;  // rows that are finite in float32 alone
};

struct PrecisionLayer {
  std::uint32_t value = 0;  // the linear's output
  PrecisionScores alone;    // this linear reduced, all others in float32
  bool kept = false;        // stays in float32
};

struct PrecisionReport {
  // By float32's logit. A row that a choice of precisions makes not finite is left out of its figures, and the choice
  // is not within any bound.
  std::uint64_t rows = 0, clicks = 0, non_finite = 0;
  PrecisionScores full, reduced, chosen;  // all in float32, all reduced, all reduced but the kept ones
  std::vector<PrecisionLayer> layers;     // in the model's order
};

// BAD_VALUE: a label that is not 0 or 1, or rows of one class alone. INVALID_ARGUMENT: float32, a bound that is
// negative or NaN, a task that the model has not; else what creating and running sessions gives.
base::Result<PrecisionReport> precision_report(const std::shared_ptr<const exec::Model>& model,
                                               const exec::Inputs& inputs, const exec::Batch& batch,
                                               const std::uint8_t* labels, const PrecisionOptions& options);

}  // namespace clicklens::lens
