#include "lens/neurons_bins.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clicklens::lens {
namespace {

double edge(std::size_t step) {  // of magnitudes, 0 .. zero_bin
  return std::ldexp(1.0 + 0.25 * static_cast<double>(step % 4), static_cast<int>(step / 4) - 20);
}

}  // namespace

BinEnds bin_ends(std::size_t bin) {
  if (bin == zero_bin) return {0, 0};
  const bool minus = bin < zero_bin;
  const std::size_t step = minus ? zero_bin - 1 - bin : bin - zero_bin - 1;
  const double low = step == 0 ? 0 : edge(step);
  const double high = step + 1 == zero_bin ? std::numeric_limits<double>::infinity() : edge(step + 1);
  return minus ? BinEnds{-high, -low} : BinEnds{low, high};
}

NeuronCounts::NeuronCounts(std::size_t width, float low, float high) : width_(width), low_(low), high_(high) {
  if (low < high) saturated.resize(width);
}

void NeuronCounts::set_classes(std::size_t classes) {
  classes_ = classes;
  counts.assign(width_ * classes * neuron_bins, 0);
  small_.assign(width_ * classes * small_bins, 0);
  pending_ = 0;
}

void NeuronCounts::merge(const NeuronCounts& other) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  for (std::size_t i = 0; i < saturated.size(); ++i) saturated[i] += other.saturated[i];
}

void NeuronCounts::add(const std::vector<ops::Place>& places, const NeuronTile& tile) {
  if (tile.counted.size() > std::numeric_limits<std::uint16_t>::max() - pending_) settle();
  pending_ += tile.counted.size();
  for (const ops::Place& place : places)
    for (std::size_t first = 0; first < place.count; first += block)
      add_block(place, first, std::min<std::size_t>(block, place.count - first), tile);
}

// The counts of a block of columns stay in the nearest cache while the tile's rows go by.
void NeuronCounts::add_block(const ops::Place& place, std::size_t first, std::size_t columns, const NeuronTile& tile) {
  std::uint32_t bins[block];
  const std::size_t column = place.column + first;
  for (const std::uint32_t row : tile.counted) {
    const float* const x = tile.at(place, row) + first;
    for (std::size_t c = 0; c < columns; ++c) bins[c] = bin_of(x[c]);
    std::uint16_t* const to = &small_[(tile.classes[row] * width_ + column) * small_bins];
    for (std::size_t c = 0; c < columns; ++c) ++to[c * small_bins + bins[c]];
    if (!has_limits()) continue;
    for (std::size_t c = 0; c < columns; ++c)
      saturated[column + c] += bins[c] != neuron_bins && ((x[c] <= low_) | (x[c] >= high_)) ? 1 : 0;
  }
}

void NeuronCounts::settle() {
  if (pending_ == 0) return;
  for (std::size_t k = 0; k < classes_; ++k) {
    for (std::size_t c = 0; c < width_; ++c) {
      std::uint16_t* const from = &small_[(k * width_ + c) * small_bins];
      std::uint64_t* const to = &counts[(c * classes_ + k) * neuron_bins];
      for (std::size_t bin = 0; bin < neuron_bins; ++bin) to[bin] += from[bin];
      std::fill_n(from, small_bins, std::uint16_t{0});
    }
  }
  pending_ = 0;
}

std::uint64_t NeuronCounts::counted(std::size_t column) const {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : of(column)) sum += count;
  return sum;
}

std::size_t quantile_bin(std::span<const std::uint64_t> counts, double p) {
  std::uint64_t all = 0;
  for (const std::uint64_t count : counts) all += count;
  const double wanted = std::max(p * static_cast<double>(all), 1.0);
  std::uint64_t seen = 0;
  std::size_t last = 0;
  for (std::size_t bin = 0; bin < neuron_bins; ++bin) {
    std::uint64_t here = 0;
    for (std::size_t i = bin; i < counts.size(); i += neuron_bins) here += counts[i];
    if (here == 0) continue;
    last = bin;
    seen += here;
    if (static_cast<double>(seen) >= wanted) break;
  }
  return last;
}

BinnedAuc binned_auc(std::span<const std::uint64_t> counts) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (counts.size() != 2 * neuron_bins) return {none, none};
  AucCounter pairs(1);
  double tied = 0, clicks = 0, others = 0;
  for (std::size_t bin = 0; bin < neuron_bins; ++bin) {
    const Cell cell{0, counts[neuron_bins + bin], counts[bin], 0};
    pairs.add_tie({&cell, 1});
    tied += static_cast<double>(cell.clicks) * static_cast<double>(cell.others);
    clicks += static_cast<double>(cell.clicks);
    others += static_cast<double>(cell.others);
  }
  return {pairs.auc(), 0.5 * tied / (clicks * others)};
}

}  // namespace clicklens::lens
