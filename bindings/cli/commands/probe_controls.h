// The three controls of a probe: shuffled labels, a random task, untrained weights.
#pragma once

#include "commands/probe_concepts.h"

namespace clicklens::cli {

// Shuffled labels, and a random label per id of the control column where there is one.
void add_controls(const ProbeOptions& options, const clens_probe* probe, const Concept& what, const ProbeRows& fit,
                  const ProbeRows& eval, ProbeReport::Concept& report);

// The same layers of networks with fresh weights, fitted and evaluated on the same rows.
void add_untrained(const ProbeOptions& options, const Model& model, const std::vector<Concept>& concepts,
                   ProbeReport& report);

}  // namespace clicklens::cli
