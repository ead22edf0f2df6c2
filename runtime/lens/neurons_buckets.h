// Sums and counts of a layer's columns by bucket of the cluster key: what clustered standard errors are computed from
// (metrics_jackknife.h). Fixed point, so that any order of adding gives the same bits: x in units of 2^-40 and x^2 in
// units of 2^-38, rounded to the nearest, of |x| cut at 2^12, in 128 bits. Standard deviations below 2^-15 or so lose
// digits to the units.
//
// The cells of a layer are megabytes, of which a row needs one bucket: a tile's rows are added bucket by bucket, summed
// up by a kernel, to sums in double that take less than half of the memory. Those are exact for so many rows of a
// bucket, and meet the cells when it has them, or when the cells are read (settle).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/table.h"
#include "lens/neurons_bins.h"

namespace clicklens::lens {

// Two's complement in an unsigned type: whatever a file holds, adding is defined.
__extension__ typedef unsigned __int128 FixedSum;  // NOLINT(modernize-use-using): __extension__ needs it

inline constexpr float bucket_reach = 0x1p12f;

struct BucketCell {
  FixedSum sum = 0, square = 0;
  std::uint32_t rows = 0, active = 0;

  [[nodiscard]] double total() const;  // of x
};

struct ColumnErrors {
  double mean, sd, active_ratio, label_correlation, auc;  // standard errors; NaN: not defined
};

class NeuronBuckets {
 public:
  NeuronBuckets(std::size_t width, std::uint32_t buckets, bool binned)
      : width_(width), buckets_(buckets), binned_(binned) {}

  void set_classes(std::size_t classes);
  void merge(const NeuronBuckets& other);  // both settled
  // Sums at hand go to the cells, which nobody reads before.
  void settle();
  void add(const kernels::Table& kernels, const std::vector<ops::Place>& places, const NeuronTile& tile);

  // Sum of x of both classes; |x| cut at 2^12.
  [[nodiscard]] double sum(std::size_t bucket, std::size_t column) const;
  [[nodiscard]] ColumnErrors errors(std::size_t column) const;

  // Bytes that a column takes of each bucket and class, without bins.
  static constexpr std::size_t column_bytes = sizeof(BucketCell) + 2 * sizeof(double) + sizeof(float);

  std::vector<BucketCell> cells;  // [bucket][class][column]
  std::vector<std::array<std::uint32_t, neuron_octaves>>
      bins;  // likewise, of the counted rows; with labels, for the AUC's error

 private:
  void add_sums(const kernels::Table& kernels, const ops::Place& place, const NeuronTile& tile, const BucketRows& rows);
  void fold(const ops::Place& place, const NeuronTile& tile, const BucketRows& rows);
  void add_large(const ops::Place& place, const NeuronTile& tile, const BucketRows& rows, std::size_t column);
  void settle(std::size_t part);
  void add_bins(const ops::Place& place, const NeuronTile& tile);
  [[nodiscard]] std::size_t index(std::size_t bucket, std::size_t class_index, std::size_t column) const {
    return (bucket * classes_ + class_index) * width_ + column;
  }
  [[nodiscard]] double auc_error(std::size_t column) const;

  std::size_t width_;
  std::uint32_t buckets_;
  bool binned_;
  std::size_t classes_ = 0;
  // Of one place's rows of a bucket, by column of the place.
  std::vector<double> sums_, squares_;
  std::vector<float> actives_, largest_;
  // Of rows on their way to the cells: as those, and how many by [bucket][class].
  std::vector<double> waiting_sums_, waiting_squares_;
  std::vector<float> waiting_actives_;
  std::vector<std::uint32_t> waiting_rows_;
};

}  // namespace clicklens::lens
