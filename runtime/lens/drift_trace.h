// Which feature groups moved a first linear: the shift of the mean of neuron j's sum is, exactly,
// sum over groups g of W_jg . d_g, with d_g the shift of the mean of g's pooled columns.
#pragma once

#include "exec/model.h"
#include "lens/drift.h"

namespace clicklens::lens {

struct TracedGroup {
  std::uint32_t group;  // of exec::Model::groups()
  double shift;         // mean over the neurons of |W_jg d_g| / sd_j, sd_j the neuron's of the reference
};

struct DriftTrace {
  std::uint32_t layer;              // of the live day's
  std::uint32_t neurons;            // looked at
  bool moved;                       // those found to have moved; else, none having moved, all that vary
  std::vector<TracedGroup> groups;  // all of the model's, largest first
};

// Of every layer that is a linear over pooled columns (through concats, sums and batch norms), or what follows one
// column by column. Empty where the days hold no pooled means.
std::vector<DriftTrace> trace_drift(const exec::Model& model, std::span<const DriftDay> reference, const DriftDay& live,
                                    std::span<const DriftMeasure> measures);

}  // namespace clicklens::lens
