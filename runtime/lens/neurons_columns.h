// Exact sums of the columns of one watched value, by class: class 0 holds the rows without click (or all, where rows
// have no labels), class 1 the clicks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lens/exact_sum.h"

namespace clicklens::lens {

struct ColumnCell {
  std::uint64_t non_finite = 0, active = 0;  // active: x > 0
  ExactSum sum, square;                      // of the finite x
};

// Rows in which only one of x and the logit z is finite: what the correlation of x and z must leave out.
struct LoneRows {
  std::uint64_t x_rows = 0, z_rows = 0;
  ExactSum x, xx, z, zz;
};

class NeuronColumns {
 public:
  NeuronColumns(std::size_t width, bool scored);

  // Nothing added yet.
  void set_classes(std::size_t classes);
  void merge(const NeuronColumns& other);  // as many classes and columns

  // One value, whatever it is.
  void add(std::size_t class_index, std::size_t column, float x);
  // x beside a logit that fast sums do not take.
  void add_pair(std::size_t column, float x, float z);
  void add_lone_logit(std::size_t column, float z);

  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] bool scored() const { return !cross.empty(); }
  [[nodiscard]] std::size_t classes() const { return cells.size() / width_; }
  [[nodiscard]] ColumnCell& cell(std::size_t class_index, std::size_t column) {
    return cells[class_index * width_ + column];
  }
  [[nodiscard]] const ColumnCell& cell(std::size_t class_index, std::size_t column) const {
    return cells[class_index * width_ + column];
  }
  // Both classes together.
  [[nodiscard]] ColumnCell whole(std::size_t column) const;

  std::vector<ColumnCell> cells;        // [class][column]
  std::vector<float> minimum, maximum;  // +inf, -inf: no finite x
  std::vector<ExactSum> cross;          // with scores: sum of x z
  std::vector<LoneRows> lone;           // with scores

 private:
  std::size_t width_;
};

}  // namespace clicklens::lens
