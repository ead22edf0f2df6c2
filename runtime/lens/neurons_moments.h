// The fast path of exact sums: a kernel adds the columns of up to 512 rows in doubles, without rounding as long as a
// column's |x| lie within [2^(ceiling - 20), 2^(ceiling + 1)); then they go into ExactSum. Tile by tile the bounds
// are looked at when the sums are made; a column that broke them gets its sums of before the tile back, and the tile's
// values one by one.
//
// With c the ceiling, sums of squares start at 2^(2c + 11) and products with logits, of which only those in
// [2^-12, 2^6) take part, at 1.5 * 2^(c + 17). Units of x are at least 2^(c - 43), so over 512 rows
//   sum x        < 2^(c + 10)                        53 bits
//   errors of x^2 <= 512 * 2^(2c + 11 - 53)          multiples of 2^(2c - 86): 53 bits
//   errors of x z <= 512 * 2^(c + 17 - 53)           multiples of 2^(c - 78): 51 bits
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/table.h"
#include "lens/neurons_columns.h"
#include "lens/neurons_tile.h"

namespace clicklens::lens {

class MomentBlock {
 public:
  static constexpr float least_logit = 0x1p-12f, most_logit = 0x1p6f;

  MomentBlock(std::size_t width, bool scored);

  // What the blocks hold before a tile; one for all of them, so that it stays in the cache.
  struct Kept {
    std::vector<float> floats;
    std::vector<double> doubles;
    void reserve(std::size_t width);
  };

  // Adds the tile's rows of one class to the block and, where they do not fit it, to `columns`. `kept`: at least as
  // wide.
  void add(const kernels::Table& kernels, const std::vector<ops::Place>& places, const NeuronTile& tile,
           std::size_t class_index, NeuronColumns& columns, Kept& kept);
  // Moves what the block holds into `columns`.
  void settle(std::size_t class_index, NeuronColumns& columns);

 private:
  static constexpr std::size_t most_rows = 512;
  // Those of before a tile are kept up to here: what the others were does not matter once a column is redone.
  enum Floats : std::size_t { minimum, maximum, active, kept_floats, low = kept_floats, high, float_arrays };
  enum Doubles : std::size_t { sum, square_high, square_low, cross_high, cross_low, double_arrays };

  struct Chunk {
    const NeuronTile& tile;
    const ClassRows& rows;
    std::size_t class_index, begin, count;
  };

  void add_chunk(const kernels::Table& kernels, const std::vector<ops::Place>& places, const Chunk& chunk,
                 NeuronColumns& columns, Kept& kept);
  [[nodiscard]] bool fits(std::size_t column) const;
  void redo(const ops::Place& place, std::size_t column, const Chunk& chunk, NeuronColumns& columns, const Kept& kept);
  void settle_column(std::size_t class_index, std::size_t column, NeuronColumns& columns);
  void reset(std::size_t column);
  void set_ceiling(std::size_t column, float largest);

  [[nodiscard]] float* of(Floats array) { return &floats_[array * width_]; }
  [[nodiscard]] double* of(Doubles array) { return &doubles_[array * width_]; }
  [[nodiscard]] const float* of(Floats array) const { return &floats_[array * width_]; }
  [[nodiscard]] const double* of(Doubles array) const { return &doubles_[array * width_]; }

  std::size_t width_;
  bool scored_;
  std::size_t pending_ = 0;  // rows since the last settle
  std::vector<float> floats_;
  std::vector<double> doubles_;
  std::vector<float> least_, above_;  // bounds of |x|, from the ceiling
  std::vector<double> square_start_, cross_start_;
};

}  // namespace clicklens::lens
