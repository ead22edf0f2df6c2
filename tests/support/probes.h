// Random probes of a model's values, and the logits they must have.
#pragma once

#include "support/made.h"

namespace clicklens::testing {

// One of every value, in an order of their own.
std::vector<exec::ProbeWeights> random_probes(Made& made);

// By candidate, then by probe: one chain over the captured columns, from the bias.
std::vector<float> expected_logits(const Made& made, const RandomBatch& batch,
                                   const std::vector<exec::ProbeWeights>& probes);

struct Scored {
  std::vector<float> scores;  // one task
  std::vector<float> probes;
  std::uint64_t exited = 0;
};

Scored score(exec::Session& session, const RandomBatch& batch, exec::OutputKind kind, bool with_scores = true);

}  // namespace clicklens::testing
