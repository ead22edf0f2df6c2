#include "lens/neurons_moments.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace clicklens::lens {
namespace {

constexpr float float_infinity = std::numeric_limits<float>::infinity();

}  // namespace

MomentBlock::MomentBlock(std::size_t width, bool scored)
    : width_(width),
      scored_(scored),
      floats_(float_arrays * width),
      doubles_((scored ? double_arrays : cross_high) * width),
      least_(width),
      above_(width),
      square_start_(width),
      cross_start_(width) {
  for (std::size_t c = 0; c < width; ++c) set_ceiling(c, 1.0f);
}

void MomentBlock::Kept::reserve(std::size_t width) {
  floats.resize(std::max(floats.size(), kept_floats * width));
  doubles.resize(std::max(doubles.size(), double_arrays * width));
}

void MomentBlock::add(const kernels::Table& kernels, const std::vector<ops::Place>& places, const NeuronTile& tile,
                      std::size_t class_index, NeuronColumns& columns, Kept& kept) {
  const ClassRows& rows = tile.by_class[class_index];
  for (std::size_t begin = 0; begin < rows.rows.size();) {
    if (pending_ == most_rows) settle(class_index, columns);
    const std::size_t count = std::min(rows.rows.size() - begin, most_rows - pending_);
    add_chunk(kernels, places, {tile, rows, class_index, begin, count}, columns, kept);
    begin += count;
  }
  if (!scored_) return;  // a profile's tile has scores for other layers
  for (const std::uint32_t i : rows.special)
    for (const ops::Place& place : places) {
      const float* x = tile.at(place, rows.rows[i]);
      for (std::size_t c = 0; c < place.count; ++c) columns.add_pair(place.column + c, x[c], rows.logits[i]);
    }
}

void MomentBlock::add_chunk(const kernels::Table& kernels, const std::vector<ops::Place>& places, const Chunk& chunk,
                            NeuronColumns& columns, Kept& kept) {
  std::memcpy(kept.floats.data(), floats_.data(), sizeof(float) * kept_floats * width_);
  std::memcpy(kept.doubles.data(), doubles_.data(), sizeof(double) * doubles_.size());
  pending_ += chunk.count;
  for (const ops::Place& place : places) {
    const auto& map = NeuronTile::map_of(chunk.rows, place.level);
    const std::size_t first = place.column;
    kernels::MomentsArgs args;
    args.x = {chunk.tile.context->at(place), place.ld, map.data() + chunk.begin};
    args.rows = chunk.count;
    args.cols = place.count;
    args.low = of(low) + first;
    args.high = of(high) + first;
    args.minimum = of(minimum) + first;
    args.maximum = of(maximum) + first;
    args.active = of(active) + first;
    args.sum = of(sum) + first;
    args.square_high = of(square_high) + first;
    args.square_low = of(square_low) + first;
    if (scored_) {
      args.score = chunk.rows.scores.data() + chunk.begin;
      args.cross_high = of(cross_high) + first;
      args.cross_low = of(cross_low) + first;
    }
    kernels.moments(args);
    int all_fit = 1;
    for (std::size_t c = first; c < first + place.count; ++c) all_fit &= fits(c) ? 1 : 0;
    if (all_fit != 0) continue;
    for (std::size_t c = first; c < first + place.count; ++c)
      if (!fits(c)) redo(place, c, chunk, columns, kept);
  }
}

// A value that is not finite leaves a sum that is not. No branches: this is asked of every column of every tile.
bool MomentBlock::fits(std::size_t column) const {
  const int finite = std::abs(of(sum)[column]) <= std::numeric_limits<double>::max();
  const int below = of(high)[column] < above_[column];
  const int above = of(low)[column] >= least_[column];
  return (finite & below & above) != 0;
}

void MomentBlock::redo(const ops::Place& place, std::size_t column, const Chunk& chunk, NeuronColumns& columns,
                       const Kept& kept) {
  for (std::size_t i = column; i < kept_floats * width_; i += width_) floats_[i] = kept.floats[i];
  for (std::size_t i = column; i < doubles_.size(); i += width_) doubles_[i] = kept.doubles[i];
  float largest = std::isfinite(of(high)[column]) ? of(high)[column] : 0;
  settle_column(chunk.class_index, column, columns);
  for (std::size_t i = chunk.begin; i < chunk.begin + chunk.count; ++i) {
    const float x = chunk.tile.at(place, chunk.rows.rows[i])[column - place.column];
    columns.add(chunk.class_index, column, x);
    if (std::isfinite(x)) {
      largest = std::max(largest, std::abs(x));
      if (scored_) columns.cross[column].add(double{x} * chunk.rows.scores[i]);
    } else if (scored_) {
      columns.add_lone_logit(column, chunk.rows.logits[i]);
    }
  }
  set_ceiling(column, largest);
}

void MomentBlock::settle(std::size_t class_index, NeuronColumns& columns) {
  if (pending_ == 0) return;
  for (std::size_t c = 0; c < width_; ++c) settle_column(class_index, c, columns);
  pending_ = 0;
}

void MomentBlock::settle_column(std::size_t class_index, std::size_t column, NeuronColumns& columns) {
  ColumnCell& cell = columns.cell(class_index, column);
  cell.active += static_cast<std::uint64_t>(of(active)[column]);
  cell.sum.add(of(sum)[column]);
  cell.square.add(of(square_high)[column] - square_start_[column]);
  cell.square.add(of(square_low)[column]);
  columns.minimum[column] = std::min(columns.minimum[column], of(minimum)[column]);
  columns.maximum[column] = std::max(columns.maximum[column], of(maximum)[column]);
  if (scored_) {
    columns.cross[column].add(of(cross_high)[column] - cross_start_[column]);
    columns.cross[column].add(of(cross_low)[column]);
  }
  reset(column);
}

void MomentBlock::reset(std::size_t column) {
  of(low)[column] = of(minimum)[column] = float_infinity;
  of(high)[column] = of(active)[column] = 0;
  of(maximum)[column] = -float_infinity;
  of(sum)[column] = of(square_low)[column] = 0;
  of(square_high)[column] = square_start_[column];
  if (!scored_) return;
  of(cross_high)[column] = cross_start_[column];
  of(cross_low)[column] = 0;
}

// An octave of room above what was seen.
void MomentBlock::set_ceiling(std::size_t column, float largest) {
  int ceiling = 2;
  if (largest > 0) ceiling = std::min(std::ilogb(largest) + 1, std::numeric_limits<float>::max_exponent - 1);
  // 2^128 is no float: there finite values are all below infinity
  above_[column] = std::ldexp(1.0f, ceiling + 1);
  least_[column] = std::ldexp(1.0f, ceiling - 20);
  square_start_[column] = std::ldexp(1.0, 2 * ceiling + 11);
  cross_start_[column] = std::ldexp(1.5, ceiling + 17);
  reset(column);
}

}  // namespace clicklens::lens
