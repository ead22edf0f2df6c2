// What the sampled rows say of a layer as a whole: covariance, its spectrum, duplicates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "kernels/table.h"

namespace clicklens::lens {

// Rows of one layer in double, centred by column. Rows with a value that is not finite are left out.
struct CentredRows {
  CentredRows(std::span<const float* const> all, std::size_t columns);

  std::vector<const float*> raw;  // the finite rows
  std::size_t cols;
  std::vector<double> values;  // [row][column]

  [[nodiscard]] std::size_t rows() const { return raw.size(); }
};

// x' x (upper triangle) of rows x cols doubles.
std::vector<double> gram(const kernels::Table& kernels, std::span<const double> x, std::size_t rows, std::size_t cols);
std::vector<double> transposed(std::span<const double> x, std::size_t rows, std::size_t cols);

struct LayerAnalysis {
  // Beyond, the covariance stays unmade: the spectrum comes from the first so many rows, and duplicates are not
  // looked for.
  static constexpr std::size_t most_columns = 2048;
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  std::size_t rows = 0;            // finite ones
  std::vector<double> covariance;  // [column][column], upper triangle, divisor rows - 1; empty: see above, or one row
  double effective_rank = none;    // NaN: nothing varies
  double share[2] = {none, none};  // of the variance, by the largest components
  std::vector<double> components;  // [2][column], unit vectors; zero where there is none
  std::vector<std::uint32_t> duplicate_of;  // by column: an earlier one, or format::no_index
};

LayerAnalysis analyse(const kernels::Table& kernels, const CentredRows& sample, bool look_for_duplicates);

// Linear CKA (Kornblith et al. 2019, section 3) of two centred sets of columns over the same rows.
double linear_cka(const kernels::Table& kernels, const CentredRows& x, const CentredRows& y);

}  // namespace clicklens::lens
