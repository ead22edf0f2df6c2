// What a probe's AUC must be compared with: how well the same probe learns labels that mean nothing.
#pragma once

#include "lens/probe.h"

namespace clicklens::lens {

enum class ProbeControlKind : std::uint32_t {
  shuffled = 0,    // the labels, shuffled among the rows: of the fit rows and of the others apart
  random_task = 1  // a random label per id of the control column, at the fit rows' click rate (Hewitt and Liang 2019)
};

struct ProbeControl {
  std::uint32_t draws = 0;
  double fit_auc_mean = 0, fit_auc_sd = 0, eval_auc_mean = 0, eval_auc_sd = 0;
  std::uint64_t eval_rows = 0;  // scored: random_task has labels only for ids that the fit rows have
};

// Probe `index` again at its lambda, `draws` times: same seed, same result. Draws of one class on `eval` do not count
// in its mean. INVALID_ARGUMENT: a probe of numbers, no control ids; BAD_VALUE: no labels, ids too few to draw
// two classes.
base::Result<ProbeControl> probe_control(const Probe& probe, std::size_t index, ProbeControlKind kind,
                                         const ProbeRows& fit, const ProbeRows& eval, std::uint32_t draws,
                                         std::uint64_t seed);

}  // namespace clicklens::lens
