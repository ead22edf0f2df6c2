// Which neurons leave a network: by proof, or by what they did.
#pragma once

#include <string>
#include <vector>

#include "lens/neurons.h"
#include "lens/refine_draft.h"

namespace clicklens::lens {

struct PruneOptions {
  bool dead = false, weak = false, duplicates = false;
  double weak_below = 0.01;
};

struct PrunedLayer {
  std::string name;  // the layer's, else the value's
  std::uint32_t value = 0;
  std::vector<std::uint32_t> dead, weak, duplicates;  // columns
  [[nodiscard]] std::size_t count() const noexcept { return dead.size() + weak.size() + duplicates.size(); }
};

// Outputs of relus that cannot be above 0 (bounds.h): scores keep their bits. One whose weights behind are not all
// finite stays, and so does the last column of a value.
base::Result<std::vector<PrunedLayer>> prune_proven(Draft& draft);

// By what the neurons did on the rows they saw.
//   dead        finding `dead`: nothing is added, scores of those rows keep their bits
//   weak        sd times the norm of the weights behind it, below weak_below times the layer's largest: its mean goes
//   into
//               the biases behind
//   duplicates  finding `duplicate`: what it gave is added to its twin's weights, at the scale that least squares over
//               the sampled rows find (what is left over on average goes into the biases)
// INVALID_ARGUMENT: a watched value that is not prunable, weak_below not in (0, 1). BAD_STATE: of another model; no
// rows.
base::Result<std::vector<PrunedLayer>> prune_found(Draft& draft, const Neurons& neurons, const PruneOptions& options);

}  // namespace clicklens::lens
