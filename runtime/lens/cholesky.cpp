#include "lens/cholesky.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lens/dot.h"
#include "lens/row_products.h"

namespace clicklens::lens {
namespace {

constexpr std::size_t block_rows = 32;

// y -= scale * x
void subtract_scaled(double* y, const double* x, double scale, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] -= scale * x[i];
}

// Rows [begin, end) of the factor, whole, from rows of A that the rows above were already taken from.
bool factor_rows(double* a, std::size_t n, std::size_t begin, std::size_t end, double smallest) {
  for (std::size_t i = begin; i < end; ++i) {
    double* row = a + i * n;
    for (std::size_t above = begin; above < i; ++above)
      subtract_scaled(row + i, a + above * n + i, a[above * n + i], n - i);
    if (!(row[i] > smallest)) return false;
    const double root = std::sqrt(row[i]);
    row[i] = root;
    for (std::size_t j = i + 1; j < n; ++j) row[j] /= root;
  }
  return true;
}

void negate(double* a, std::size_t n, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i)
    for (std::size_t j = i; j < n; ++j) a[i * n + j] = -a[i * n + j];
}

}  // namespace

// Right-looking, by blocks of rows R1: what is left of A loses R1'R1. The gram kernel adds, so what is left
// is kept negated.
std::optional<Cholesky> Cholesky::factor(const kernels::Table& kernels, std::vector<double> a, std::size_t n) {
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(a[i * n + i]));
  const double smallest = largest * std::numeric_limits<double>::epsilon();
  negate(a.data(), n, 0, n);
  for (std::size_t begin = 0; begin < n; begin += block_rows) {
    const std::size_t end = std::min(n, begin + block_rows), rest = n - end;
    negate(a.data(), n, begin, end);
    if (!factor_rows(a.data(), n, begin, end, smallest)) return std::nullopt;
    if (rest > 0) add_gram(kernels, a.data() + begin * n + end, n, end - begin, rest, a.data() + end * n + end, n);
  }
  return Cholesky(std::move(a), n);
}

void Cholesky::solve(std::span<double> b) const {
  const double* r = r_.data();
  for (std::size_t i = 0; i < n_; ++i) {  // R' y = b
    b[i] /= r[i * n_ + i];
    subtract_scaled(b.data() + i + 1, r + i * n_ + i + 1, b[i], n_ - i - 1);
  }
  for (std::size_t i = n_; i-- > 0;)  // R x = y
    b[i] = (b[i] - dot(r + i * n_ + i + 1, b.data() + i + 1, n_ - i - 1)) / r[i * n_ + i];
}

}  // namespace clicklens::lens
