// Which neurons can leave a network, and how they do.
#pragma once

#include <vector>

#include "lens/refine_columns.h"

namespace clicklens::lens {

// Whether columns of the value may go: linears alone read it (through concats or not), and a linear makes it, through
// batch norms and activations that nothing else reads.
bool is_prunable(const format::ModelDesc& desc, const Wiring& wiring, std::uint32_t value);
// Ascending.
std::vector<std::uint32_t> prunable_values(const exec::Model& model);

// Columns of prunable values leave their readers (take_out) and what makes them. Each value keeps one at least.
void remove_neurons(Draft& draft, const GoneColumns& gone);

// By column of the value: the norm of the weights that read it; not finite where one of them is not.
std::vector<double> norms_behind(const Draft& draft, const Wiring& wiring, std::uint32_t value);

}  // namespace clicklens::lens
