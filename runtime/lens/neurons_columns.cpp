#include "lens/neurons_columns.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clicklens::lens {
namespace {

void merge_cell(ColumnCell& to, const ColumnCell& from) {
  to.non_finite += from.non_finite;
  to.active += from.active;
  to.sum.merge(from.sum);
  to.square.merge(from.square);
}

void merge_lone(LoneRows& to, const LoneRows& from) {
  to.x_rows += from.x_rows;
  to.z_rows += from.z_rows;
  to.x.merge(from.x);
  to.xx.merge(from.xx);
  to.z.merge(from.z);
  to.zz.merge(from.zz);
}

}  // namespace

NeuronColumns::NeuronColumns(std::size_t width, bool scored)
    : minimum(width, std::numeric_limits<float>::infinity()),
      maximum(width, -std::numeric_limits<float>::infinity()),
      width_(width) {
  if (!scored) return;
  cross.resize(width);
  lone.resize(width);
}

void NeuronColumns::set_classes(std::size_t classes) {
  cells.assign(classes * width_, ColumnCell());
  std::fill(minimum.begin(), minimum.end(), std::numeric_limits<float>::infinity());
  std::fill(maximum.begin(), maximum.end(), -std::numeric_limits<float>::infinity());
  std::fill(cross.begin(), cross.end(), ExactSum());
  std::fill(lone.begin(), lone.end(), LoneRows());
}

void NeuronColumns::merge(const NeuronColumns& other) {
  for (std::size_t i = 0; i < cells.size(); ++i) merge_cell(cells[i], other.cells[i]);
  for (std::size_t c = 0; c < width_; ++c) {
    minimum[c] = std::min(minimum[c], other.minimum[c]);
    maximum[c] = std::max(maximum[c], other.maximum[c]);
  }
  for (std::size_t c = 0; c < cross.size(); ++c) {
    cross[c].merge(other.cross[c]);
    merge_lone(lone[c], other.lone[c]);
  }
}

void NeuronColumns::add(std::size_t class_index, std::size_t column, float x) {
  ColumnCell& to = cell(class_index, column);
  if (!std::isfinite(x)) {
    ++to.non_finite;
    return;
  }
  to.active += x > 0 ? 1 : 0;
  to.sum.add(double{x});
  to.square.add_product(x, x);
  minimum[column] = std::min(minimum[column], x + 0.0f);
  maximum[column] = std::max(maximum[column], x + 0.0f);
}

void NeuronColumns::add_pair(std::size_t column, float x, float z) {
  if (!std::isfinite(x)) return;
  if (std::isfinite(z)) {
    cross[column].add_product(x, z);
    return;
  }
  ++lone[column].x_rows;
  lone[column].x.add(double{x});
  lone[column].xx.add_product(x, x);
}

void NeuronColumns::add_lone_logit(std::size_t column, float z) {
  if (!std::isfinite(z)) return;
  ++lone[column].z_rows;
  lone[column].z.add(double{z});
  lone[column].zz.add_product(z, z);
}

ColumnCell NeuronColumns::whole(std::size_t column) const {
  ColumnCell sum;
  for (std::size_t k = 0; k < classes(); ++k) merge_cell(sum, cell(k, column));
  return sum;
}

}  // namespace clicklens::lens
