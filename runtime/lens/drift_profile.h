// Profiles side by side.
#pragma once

#include "lens/drift_trace.h"
#include "lens/profile.h"

namespace clicklens::lens {

// A profile's figures as drift compares them. Columns beyond +-2^12, whose sums by bucket are cut, come without
// clusters.
DriftDay drift_day(const Profile& profile);

struct Drift {
  std::vector<DriftDay> reference;
  DriftDay live;
  std::vector<DriftMeasure> measures;
  std::vector<DriftTrace> traces;  // with a model
};

// INVALID_ARGUMENT: no reference, or profiles of different models or settings; the message says what differs. `model`
// null: nothing is traced; of another id: BAD_STATE.
base::Result<Drift> compare_profiles(const exec::Model* model, std::span<const Profile* const> reference,
                                     const Profile& live);

}  // namespace clicklens::lens
