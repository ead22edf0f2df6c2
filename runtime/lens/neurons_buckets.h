// Sums and counts of a layer's columns by bucket of the cluster key: what clustered standard errors are computed from
// (metrics_jackknife.h). Fixed point, so that any order of adding gives the same bits: x in units of 2^-40 and x^2 in
// units of 2^-38, rounded to the nearest, of |x| cut at 2^12, in 128 bits. Standard deviations below 2^-15 or so lose
// digits to the units.
//
// The cells of a layer are megabytes, of which a row needs one bucket: a tile's rows are added bucket by bucket, summed
// up by a kernel before they meet the cells.
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
  void merge(const NeuronBuckets& other);
  void add(const kernels::Table& kernels, const std::vector<ops::Place>& places, const NeuronTile& tile);

  // Sum of x of both classes; |x| cut at 2^12.
  [[nodiscard]] double sum(std::size_t bucket, std::size_t column) const;
  [[nodiscard]] ColumnErrors errors(std::size_t column) const;

  std::vector<BucketCell> cells;  // [bucket][class][column]
  std::vector<std::array<std::uint32_t, neuron_octaves>>
      bins;  // likewise, of the counted rows; with labels, for the AUC's error

 private:
  void add_sums(const kernels::Table& kernels, const ops::Place& place, const NeuronTile& tile, const BucketRows& rows);
  void fold(const ops::Place& place, const NeuronTile& tile, const BucketRows& rows);
  void add_bins(const ops::Place& place, const NeuronTile& tile);
  [[nodiscard]] std::size_t index(std::size_t bucket, std::size_t class_index, std::size_t column) const {
    return (bucket * classes_ + class_index) * width_ + column;
  }
  [[nodiscard]] double auc_error(std::size_t column) const;

  std::size_t width_;
  std::uint32_t buckets_;
  bool binned_;
  std::size_t classes_ = 0;
  // Of the rows at hand, by column.
  std::vector<double> sums_, squares_;
  std::vector<float> actives_, largest_;
};

}  // namespace clicklens::lens
