#include "lens/eigen.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "lens/dot.h"

namespace clicklens::lens {
namespace {

void add_scaled(double* to, double factor, const double* from, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) to[i] += factor * from[i];
}

// T with `diagonal` d and e[i] between i and i + 1; row k of the matrix keeps reflector k, whose entries before k + 1
// are zero: A = Q T Q', Q = H_0 H_1 ..., H_k = I - v v' / scale[k].
struct Tridiagonal {
  std::vector<double> d, e, scale;
};

// v and its scale so that H x = (-+|x|, 0, ...): the sign that does not cancel.
double reflector(double* x, std::size_t n, double& scale) {
  const double largest = std::accumulate(x, x + n, 0.0, [](double m, double v) { return std::max(m, std::abs(v)); });
  scale = 0;
  if (largest == 0) return 0;
  for (std::size_t i = 0; i < n; ++i) x[i] /= largest;  // squares must not underflow
  const double norm = std::copysign(std::sqrt(dot(x, x, n)), x[0]);
  x[0] += norm;
  scale = norm * x[0];
  return -norm * largest;
}

Tridiagonal tridiagonalise(std::span<double> a, std::size_t n) {
  Tridiagonal t;
  t.d.resize(n);
  t.e.resize(n);
  t.scale.resize(n);
  std::vector<double> p(n);
  for (std::size_t k = 0; k + 1 < n; ++k) {
    double* v = &a[k * n];
    t.d[k] = v[k];
    const std::size_t first = k + 1;
    t.e[k] = reflector(v + first, n - first, t.scale[k]);
    if (t.scale[k] == 0) continue;
    // p = A v / scale from the upper triangle, then A -= v w' + w v', w = p - v (v'p) / (2 scale)
    std::fill(p.begin() + static_cast<std::ptrdiff_t>(first), p.end(), 0.0);
    for (std::size_t i = first; i < n; ++i) {
      const double* row = &a[i * n];
      p[i] += row[i] * v[i] + dot(row + i + 1, v + i + 1, n - i - 1);
      add_scaled(&p[i] + 1, v[i], row + i + 1, n - i - 1);
    }
    for (std::size_t i = first; i < n; ++i) p[i] /= t.scale[k];
    const double half = dot(v + first, &p[first], n - first) / (2 * t.scale[k]);
    add_scaled(&p[first], -half, v + first, n - first);
    for (std::size_t i = first; i < n; ++i) {
      double* row = &a[i * n];
      const double vi = v[i], pi = p[i];
      for (std::size_t j = i; j < n; ++j) row[j] -= vi * p[j] + pi * v[j];
    }
  }
  if (n > 0) t.d[n - 1] = a[n * n - 1];
  return t;
}

// One QL sweep with Wilkinson's shift over [low, high].
void ql_sweep(std::vector<double>& d, std::vector<double>& e, std::size_t low, std::size_t high) {
  double g = (d[low + 1] - d[low]) / (2 * e[low]);
  g = d[high] - d[low] + e[low] / (g + std::copysign(std::hypot(g, 1.0), g));
  double sine = 1, cosine = 1, shift = 0;
  for (std::size_t i = high; i-- > low;) {
    const double f = sine * e[i], b = cosine * e[i];
    const double r = std::hypot(f, g);
    e[i + 1] = r;
    if (r == 0) {  // split in two by underflow
      d[i + 1] -= shift;
      e[high] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1] - shift;
    const double turn = (d[i] - g) * sine + 2 * cosine * b;
    shift = sine * turn;
    d[i + 1] = g + shift;
    g = cosine * turn - b;
  }
  d[low] -= shift;
  e[low] = g;
  e[high] = 0;
}

std::vector<double> tridiagonal_values(const Tridiagonal& t) {
  constexpr int most_sweeps = 60;  // two a value are usual
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  std::vector<double> d = t.d, e = t.e;
  const std::size_t n = d.size();
  for (std::size_t low = 0; low < n; ++low) {
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
      std::size_t high = low;
      while (high + 1 < n && std::abs(e[high]) > epsilon * (std::abs(d[high]) + std::abs(d[high + 1]))) ++high;
      if (high == low) break;
      ql_sweep(d, e, low, high);
    }
  }
  std::sort(d.begin(), d.end(), std::greater<>());
  return d;
}

// LU of T - shift with row exchanges: rows hold at most three entries.
class Shifted {
 public:
  Shifted(const Tridiagonal& t, double shift, double tiny) : tiny_(tiny), n_(t.d.size()), rows_(n_), factors_(n_) {
    Row next{t.d[0] - shift, n_ > 1 ? t.e[0] : 0, 0};
    for (std::size_t i = 0; i + 1 < n_; ++i) {
      Row row = next;
      Row below{t.e[i], t.d[i + 1] - shift, i + 2 < n_ ? t.e[i + 1] : 0};
      factors_[i].exchanged = std::abs(below.a) > std::abs(row.a);
      if (factors_[i].exchanged) std::swap(row, below);
      factors_[i].factor = row.a == 0 ? 0 : below.a / row.a;
      rows_[i] = row;
      next = {below.b - factors_[i].factor * row.b, below.c - factors_[i].factor * row.c, 0};
    }
    rows_[n_ - 1] = next;
  }

  void solve(std::vector<double>& x) const {
    for (std::size_t i = 0; i + 1 < n_; ++i) {
      if (factors_[i].exchanged) std::swap(x[i], x[i + 1]);
      x[i + 1] -= factors_[i].factor * x[i];
    }
    for (std::size_t i = n_; i-- > 0;) {
      double rest = x[i];
      if (i + 1 < n_) rest -= rows_[i].b * x[i + 1];
      if (i + 2 < n_) rest -= rows_[i].c * x[i + 2];
      // the shift is an eigenvalue to the last digits, so a pivot is nearly zero; the solution's direction is what
      // counts
      x[i] = rest / (std::abs(rows_[i].a) < tiny_ ? std::copysign(tiny_, rows_[i].a) : rows_[i].a);
    }
  }

 private:
  struct Row {
    double a, b, c;  // columns i, i + 1, i + 2
  };
  struct Factor {
    double factor;
    bool exchanged;
  };
  double tiny_;
  std::size_t n_;
  std::vector<Row> rows_;
  std::vector<Factor> factors_;
};

void normalise(std::vector<double>& x) {
  double largest = 0;
  for (const double v : x) largest = std::max(largest, std::abs(v));
  if (largest == 0) return;
  for (double& v : x) v /= largest;
  const double norm = std::sqrt(dot(x.data(), x.data(), x.size()));
  for (double& v : x) v /= norm;
}

// Three rounds from a vector that no eigenvector avoids; values of a cluster are kept apart by projection.
std::vector<double> tridiagonal_vector(const Tridiagonal& t, double value, double norm,
                                       const std::vector<std::vector<double>>& earlier) {
  const std::size_t n = t.d.size();
  const Shifted shifted(t, value, norm > 0 ? std::numeric_limits<double>::epsilon() * norm : 1);
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = 1 + 0.5 * std::sin(static_cast<double>((i + 1) * (earlier.size() + 2)));
  for (int round = 0; round < 3; ++round) {
    shifted.solve(x);
    normalise(x);
    for (const auto& other : earlier) add_scaled(x.data(), -dot(x.data(), other.data(), n), other.data(), n);
    normalise(x);
  }
  return x;
}

void reflect_back(std::span<const double> a, const Tridiagonal& t, std::vector<double>& x) {
  const std::size_t n = x.size();
  for (std::size_t k = n; k-- > 0;) {
    if (t.scale[k] == 0) continue;
    const double* v = &a[k * n] + k + 1;
    add_scaled(&x[k + 1], -dot(v, &x[k + 1], n - k - 1) / t.scale[k], v, n - k - 1);
  }
}

void point_up(std::vector<double>& x) {
  const auto by_size = [](double a, double b) { return std::abs(a) < std::abs(b); };
  const auto largest = std::max_element(x.begin(), x.end(), by_size);
  if (largest != x.end() && *largest < 0)
    for (double& v : x) v = -v;
}

}  // namespace

Spectrum symmetric_spectrum(std::span<double> matrix, std::size_t n, std::size_t wanted) {
  Spectrum spectrum;
  const Tridiagonal t = tridiagonalise(matrix, n);
  spectrum.values = tridiagonal_values(t);
  const double norm = n == 0 ? 0 : std::max(std::abs(spectrum.values.front()), std::abs(spectrum.values.back()));
  std::vector<std::vector<double>> found;
  for (std::size_t i = 0; i < std::min(wanted, n); ++i) {
    found.push_back(tridiagonal_vector(t, spectrum.values[i], norm, found));
    std::vector<double> x = found.back();
    reflect_back(matrix, t, x);
    normalise(x);
    point_up(x);
    spectrum.vectors.insert(spectrum.vectors.end(), x.begin(), x.end());
  }
  return spectrum;
}

double effective_rank(std::span<const double> values) {
  double total = 0;
  for (const double value : values) total += std::max(value, 0.0);
  if (!(total > 0)) return std::numeric_limits<double>::quiet_NaN();
  double entropy = 0;
  for (const double value : values)
    if (value > 0) entropy -= value / total * std::log(value / total);
  return std::exp(entropy);
}

}  // namespace clicklens::lens
