// Columns taken out of values that linears alone read: what they gave goes into biases and other columns' weights.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "lens/refine_draft.h"

namespace clicklens::lens {

// A column that goes: x = constant + scale * x[twin], where twin is a column of the same value that stays.
struct GoneColumn {
  std::uint32_t column = 0;
  double constant = 0;
  std::uint32_t twin = format::no_index;
  double scale = 0;
};

using GoneColumns = std::map<std::uint32_t, std::vector<GoneColumn>>;  // by value; columns ascending

// A node other than a linear that reads the value, straight or through concats; no_index: there is none.
std::uint32_t odd_reader(const format::ModelDesc& desc, const Wiring& wiring, std::uint32_t value);

// Linears that read any of the values, straight or through concats, and, by column of the linear's input, which column
// of which value it is (values other than concats, or given ones).
struct LinearReading {
  std::uint32_t node = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> columns;  // (value, column)
};
std::vector<LinearReading> linear_readings(const Draft& draft, const Wiring& wiring,
                                           const std::vector<std::uint32_t>& values);

// Takes the columns out of all readers, which are linears with at least one column left. Products and sums are in
// double, rounded to float once; a bias that gets nothing keeps its bits, and so does the order of what is left. Values
// of which all columns went are read by nothing any more. The nodes that make the values are left alone.
void take_out(Draft& draft, const GoneColumns& gone);

}  // namespace clicklens::lens
