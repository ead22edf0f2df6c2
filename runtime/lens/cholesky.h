// Cholesky factorisation A = R'R of symmetric positive definite matrices: upper triangle, row-major doubles.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "kernels/table.h"

namespace clicklens::lens {

class Cholesky {
 public:
  // Of the matrix whose upper triangle is that of `a` (n x n). None: not positive definite in double
  // precision.
  static std::optional<Cholesky> factor(const kernels::Table& kernels, std::vector<double> a, std::size_t n);

  // b becomes the x of A x = b.
  void solve(std::span<double> b) const;

  [[nodiscard]] std::size_t size() const noexcept { return n_; }

 private:
  Cholesky(std::vector<double> r, std::size_t n) : r_(std::move(r)), n_(n) {}

  std::vector<double> r_;  // below the diagonal: anything
  std::size_t n_;
};

}  // namespace clicklens::lens
