// Symmetric eigenvalues, and vectors for the largest: Householder's reduction to a tridiagonal matrix, implicit QL for
// its values (Golub and Van Loan, 8.3), inverse iteration on it for vectors. 4/3 n^3 operations, whatever the spectrum.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clicklens::lens {

struct Spectrum {
  std::vector<double> values;   // descending
  std::vector<double> vectors;  // [i * n + column]: unit vectors of the `wanted` largest values, largest entry positive
};

// `matrix` is n x n, row-major, of which the upper triangle counts; it is overwritten.
Spectrum symmetric_spectrum(std::span<double> matrix, std::size_t n, std::size_t wanted);

// exp(entropy of the values as shares of their sum) (Roy and Vetterli 2007); negatives, which are rounding, count as
// zero. NaN when nothing is positive.
double effective_rank(std::span<const double> values);

}  // namespace clicklens::lens
