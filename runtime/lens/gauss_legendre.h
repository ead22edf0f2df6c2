// Nodes and weights of Gauss-Legendre quadrature on (0, 1), ascending. Weights add up to 1.
#pragma once

#include <span>

namespace clicklens::lens {

// As many as nodes has room for; weights has as much.
void gauss_legendre(std::span<double> nodes, std::span<double> weights) noexcept;

}  // namespace clicklens::lens
