// A network cut at a layer: what a probe says of it becomes the score.
#pragma once

#include "lens/probe.h"
#include "lens/refine_draft.h"

namespace clicklens::lens {

// The task's output is the probe's linear on its value, weights standardisation and all; its calibration, which was for
// the old logit, goes, and so do layers that no output depends on any more. Scores are the probe's logits but for the
// order of sums where the value's columns differ in scope. INVALID_ARGUMENT: no such probe or task, a probe of numbers,
// or of the logit itself. BAD_STATE: fitted to another model.
base::Status cut_at(Draft& draft, const Probe& probe, std::size_t index, std::size_t task);

}  // namespace clicklens::lens
