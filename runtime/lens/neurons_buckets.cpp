#include "lens/neurons_buckets.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lens/metrics_jackknife.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

constexpr double sum_unit = 0x1p-40, square_unit = 0x1p-38;

__extension__ typedef __int128 Signed;  // NOLINT(modernize-use-using): __extension__ needs it

template <class Real>
Real real(FixedSum sum) {
  return static_cast<Real>(static_cast<Signed>(sum));
}

// In this range a double holds the sums of so many rows, in units (kernels/args.h, FixedSumsArgs).
constexpr float fast_reach = 16;
constexpr std::uint32_t fast_rows = 128;

// To the nearest integer, ties to even, as the kernel has it. Above 2^51 a double has at most one bit of fraction.
Signed rounded(double v) {
  constexpr double shift = 0x1.8p52;
  if (std::abs(v) < 0x1p51) return static_cast<std::int64_t>((v + shift) - shift);
  return static_cast<std::int64_t>(std::nearbyint(v));
}

void add_value(BucketCell& to, float x) {
  const double cut = double{std::clamp(x, -bucket_reach, bucket_reach)};
  to.sum += static_cast<FixedSum>(rounded(cut / sum_unit));
  to.square += static_cast<FixedSum>(rounded(cut * cut / square_unit));
  ++to.rows;
  to.active += x > 0 ? 1 : 0;
}

// Sums over rows of either class; with one bucket taken away they are those of the others.
struct Totals {
  struct Class {
    std::int64_t rows = 0, active = 0;
    FixedSum sum = 0, square = 0;
  } classes[2];

  void add(std::size_t k, const BucketCell& cell) {
    classes[k].rows += std::int64_t{cell.rows};
    classes[k].active += std::int64_t{cell.active};
    classes[k].sum += cell.sum;
    classes[k].square += cell.square;
  }
  void remove(std::size_t k, const BucketCell& cell) {
    classes[k].rows -= std::int64_t{cell.rows};
    classes[k].active -= std::int64_t{cell.active};
    classes[k].sum -= cell.sum;
    classes[k].square -= cell.square;
  }
  [[nodiscard]] double rows() const { return static_cast<double>(classes[0].rows + classes[1].rows); }
  [[nodiscard]] double mean() const { return real<double>(classes[0].sum + classes[1].sum) * sum_unit / rows(); }
  // Sum of squared deviations; long double because a mean far from zero cancels.
  [[nodiscard]] double spread() const {
    const auto sum = real<long double>(classes[0].sum + classes[1].sum) * sum_unit;
    const auto square = real<long double>(classes[0].square + classes[1].square) * square_unit;
    return static_cast<double>(std::max(square - sum * sum / static_cast<long double>(rows()), 0.0L));
  }
  [[nodiscard]] double sd() const { return rows() > 1 ? std::sqrt(spread() / (rows() - 1)) : undefined; }
  [[nodiscard]] double active_ratio() const {
    return static_cast<double>(classes[0].active + classes[1].active) / rows();
  }
  // sum (x - mean)(y - mean y) = (N C / n) (mean of clicks - mean of others)
  [[nodiscard]] double label_correlation() const {
    const auto others = static_cast<double>(classes[0].rows), clicks = static_cast<double>(classes[1].rows);
    if (others == 0 || clicks == 0 || !(spread() > 0)) return undefined;
    const double gap =
        real<double>(classes[1].sum) * sum_unit / clicks - real<double>(classes[0].sum) * sum_unit / others;
    return gap * std::sqrt(others * clicks / rows() / spread());
  }
};

}  // namespace

double BucketCell::total() const {
  return real<double>(sum) * sum_unit;
}

void NeuronBuckets::set_classes(std::size_t classes) {
  classes_ = classes;
  cells.assign(buckets_ * classes * width_, {});
  bins.assign(binned_ && classes == 2 ? cells.size() : 0, {});
  waiting_sums_.assign(cells.size(), 0);
  waiting_squares_.assign(cells.size(), 0);
  waiting_actives_.assign(cells.size(), 0);
  waiting_rows_.assign(buckets_ * classes, 0);
  sums_.resize(width_);
  squares_.resize(width_);
  actives_.resize(width_);
  largest_.resize(width_);
}

void NeuronBuckets::settle() {
  for (std::size_t part = 0; part < waiting_rows_.size(); ++part) settle(part);
}

// A bucket and class.
void NeuronBuckets::settle(std::size_t part) {
  const std::uint32_t rows = waiting_rows_[part];
  if (rows == 0) return;
  for (std::size_t i = part * width_; i < (part + 1) * width_; ++i) {
    cells[i].sum += static_cast<FixedSum>(Signed{static_cast<std::int64_t>(waiting_sums_[i])});
    cells[i].square += static_cast<FixedSum>(Signed{static_cast<std::int64_t>(waiting_squares_[i])});
    cells[i].rows += rows;
    cells[i].active += static_cast<std::uint32_t>(waiting_actives_[i]);
    waiting_sums_[i] = waiting_squares_[i] = 0;
    waiting_actives_[i] = 0;
  }
  waiting_rows_[part] = 0;
}

void NeuronBuckets::merge(const NeuronBuckets& other) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i].sum += other.cells[i].sum;
    cells[i].square += other.cells[i].square;
    cells[i].rows += other.cells[i].rows;
    cells[i].active += other.cells[i].active;
  }
  for (std::size_t i = 0; i < bins.size(); ++i)
    for (std::size_t bin = 0; bin < neuron_octaves; ++bin) bins[i][bin] += other.bins[i][bin];
}

void NeuronBuckets::add(const kernels::Table& kernels, const std::vector<ops::Place>& places, const NeuronTile& tile) {
  for (const BucketRows& all : tile.bucket_rows)
    for (std::uint32_t begin = all.begin; begin < all.end; begin += fast_rows) {
      const BucketRows rows{all.bucket, all.class_index, begin, std::min(all.end, begin + fast_rows)};
      const std::size_t part = std::size_t{rows.bucket} * classes_ + rows.class_index;
      if (waiting_rows_[part] + (rows.end - rows.begin) > fast_rows) settle(part);
      for (const ops::Place& place : places) add_sums(kernels, place, tile, rows);
      waiting_rows_[part] += rows.end - rows.begin;
    }
  if (bins.empty()) return;
  for (const ops::Place& place : places) add_bins(place, tile);
}

void NeuronBuckets::add_sums(const kernels::Table& kernels, const ops::Place& place, const NeuronTile& tile,
                             const BucketRows& rows) {
  kernels::FixedSumsArgs args;
  args.x = {tile.context->at(place), place.ld, NeuronTile::map_of(tile.in_buckets, place.level).data() + rows.begin};
  args.rows = rows.end - rows.begin;
  args.cols = place.count;
  args.sum_scale = 1 / sum_unit;
  args.square_scale = 1 / square_unit;
  args.sum = sums_.data();
  args.square = squares_.data();
  args.active = actives_.data();
  args.largest = largest_.data();
  kernels.fixed_sums(args);
  fold(place, tile, rows);
}

void NeuronBuckets::fold(const ops::Place& place, const NeuronTile& tile, const BucketRows& rows) {
  for (std::size_t c = 0; c < place.count; ++c)
    if (!(largest_[c] < fast_reach)) {
      add_large(place, tile, rows, c);
      sums_[c] = squares_[c] = 0;
      actives_[c] = 0;
    }
  const std::size_t first = index(rows.bucket, rows.class_index, place.column);
  double *const sums = &waiting_sums_[first], *const squares = &waiting_squares_[first];
  float* const actives = &waiting_actives_[first];
  for (std::size_t c = 0; c < place.count; ++c) {
    sums[c] += sums_[c];
    squares[c] += squares_[c];
    actives[c] += actives_[c];
  }
}

// A column with values that the kernel's sums do not take: of its rows the cell itself, and none of those that wait.
void NeuronBuckets::add_large(const ops::Place& place, const NeuronTile& tile, const BucketRows& rows,
                              std::size_t column) {
  BucketCell& to = cells[index(rows.bucket, rows.class_index, place.column) + column];
  to.rows -= rows.end - rows.begin;  // which settling adds; unsigned, so below zero meanwhile
  for (std::uint32_t i = rows.begin; i < rows.end; ++i)
    if (const float x = tile.at(place, tile.in_buckets.rows[i])[column]; std::isfinite(x)) add_value(to, x);
}

void NeuronBuckets::add_bins(const ops::Place& place, const NeuronTile& tile) {
  for (const std::uint32_t row : tile.counted) {
    const float* const x = tile.at(place, row);
    auto* const to = &bins[index(tile.buckets[row], tile.classes[row], place.column)];
    for (std::size_t c = 0; c < place.count; ++c)
      if (const std::uint32_t bin = bin_of(x[c]); bin < neuron_bins) ++to[c][octave_of(bin)];
  }
}

double NeuronBuckets::sum(std::size_t bucket, std::size_t column) const {
  FixedSum all = 0;
  for (std::size_t k = 0; k < classes_; ++k) all += cells[index(bucket, k, column)].sum;
  return real<double>(all) * sum_unit;
}

ColumnErrors NeuronBuckets::errors(std::size_t column) const {
  Totals all;
  for (std::size_t b = 0; b < buckets_; ++b)
    for (std::size_t k = 0; k < classes_; ++k) all.add(k, cells[index(b, k, column)]);
  std::vector<double> means, sds, ratios, correlations;
  for (std::size_t b = 0; b < buckets_; ++b) {
    Totals left = all;
    for (std::size_t k = 0; k < classes_; ++k) left.remove(k, cells[index(b, k, column)]);
    if (left.rows() == all.rows()) continue;
    means.push_back(left.mean());
    sds.push_back(left.sd());
    ratios.push_back(left.active_ratio());
    correlations.push_back(left.label_correlation());
  }
  return {jackknife_se(means), jackknife_se(sds), jackknife_se(ratios),
          classes_ == 2 ? jackknife_se(correlations) : undefined, auc_error(column)};
}

double NeuronBuckets::auc_error(std::size_t column) const {
  if (classes_ != 2 || !binned_) return undefined;
  AucCounter pairs(buckets_);
  std::vector<Cell> tie;
  for (std::size_t bin = 0; bin < neuron_octaves; ++bin) {
    tie.clear();
    for (std::uint32_t b = 0; b < buckets_; ++b) {
      const std::uint32_t others = bins[index(b, 0, column)][bin], clicks = bins[index(b, 1, column)][bin];
      if (others + clicks > 0) tie.push_back({0, clicks, others, b});
    }
    if (!tie.empty()) pairs.add_tie(tie);
  }
  return jackknife_se(pairs.delete_one());
}

}  // namespace clicklens::lens
