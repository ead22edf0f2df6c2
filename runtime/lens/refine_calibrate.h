// A calibration fitted to clicks, put behind a task's logit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "format/model_desc.h"
#include "lens/refine_draft.h"

namespace clicklens::lens {

enum class CalibrationMethod : std::uint8_t {
  platt,    // sigmoid(scale * z + shift) of most likelihood (Platt 1999, with plain targets)
  isotonic  // rates that never fall with z, of most likelihood, by pooling adjacent violators (Ayer et al. 1955)
};

struct CalibrationFit {
  format::CalibrationOp op;
  std::uint64_t rows = 0, clicks = 0, non_finite = 0;  // non_finite: logits that were left out
  double logloss_before = 0, logloss_after = 0;        // of these rows, non-clicks weighing 1 / negative_rate
};

// Isotonic: each stretch of equal rates is flat between its first and last logit, straight lines lead from one to the
// next; a stretch of one class alone stands for a rate of half a click more, or less, than it has, since rates of 0 and
// 1 have no logit. At most 2,048 stretches: neighbours with the fewest rows are pooled.
// BAD_VALUE: one class alone, a label that is neither, or (platt) logits that part the classes or fall with the click
// rate. INVALID_ARGUMENT: negative_rate not in (0, 1].
base::Result<CalibrationFit> fit_calibration(CalibrationMethod method, std::span<const float> logits,
                                             std::span<const std::uint8_t> labels, double negative_rate);

// The task's output is the calibrated logit. Two affine calibrations in a row become one. INVALID_ARGUMENT: no such
// task.
base::Status put_calibration(Draft& draft, std::size_t task, const format::CalibrationOp& op);

}  // namespace clicklens::lens
