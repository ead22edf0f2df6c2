// Batch norms folded into the linears before them.
#pragma once

#include "lens/refine_draft.h"

namespace clicklens::lens {

// Every batch norm that alone reads what a linear made: weights and bias of the linear take its scale and shift, each
// product rounded once, so scores change in their last bits. A layer that names the value before the norm goes with it.
// Returns how many there were.
std::size_t fold_batch_norms(Draft& draft);

}  // namespace clicklens::lens
