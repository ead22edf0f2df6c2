#include "lens/neurons_bins.h"

#include <algorithm>
#include <cmath>
#include <cstring>
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
  std::fill(saturated.begin(), saturated.end(), 0);
  if (classes > 0) keys_.resize((width_ + block - 1) / block * block * most_rows);
  pending_ = 0;
}

void NeuronCounts::merge(const NeuronCounts& other) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  for (std::size_t i = 0; i < saturated.size(); ++i) saturated[i] += other.saturated[i];
}

void NeuronCounts::add(const std::vector<ops::Place>& places, const NeuronTile& tile) {
  for (const std::uint32_t row : tile.counted) {
    if (pending_ == most_rows) settle();
    collect(places, tile, row);
  }
}

void NeuronCounts::collect(const std::vector<ops::Place>& places, const NeuronTile& tile, std::uint32_t row) {
  for (const ops::Place& place : places) {
    const float* const x = tile.at(place, row);
    for (std::size_t c = 0; c < place.count;) {
      const std::size_t column = place.column + c, inside = column % block;
      const std::size_t count = std::min<std::size_t>(block - inside, place.count - c);
      std::uint16_t* const to = &keys_[(column / block * most_rows + pending_) * block + inside];
      for (std::size_t i = 0; i < count; ++i) to[i] = bin_key(x[c + i]);
      c += count;
    }
    for (std::size_t c = 0; has_limits() && c < place.count; ++c)
      saturated[place.column + c] += std::isfinite(x[c]) && (x[c] <= low_ || x[c] >= high_) ? 1 : 0;
  }
  class_of_[pending_++] = tile.classes[row];
}

void NeuronCounts::settle() {
  for (std::size_t first = 0; first < width_ && pending_ > 0; first += block) {
    Bytes bytes[2] = {};
    count_block(first, bytes);
    for (std::size_t k = 0; k < classes_; ++k) add_block(first, k, bytes[k]);
  }
  pending_ = 0;
}

void NeuronCounts::count_block(std::size_t first, Bytes (&bytes)[2]) const {
  const std::size_t columns = std::min(block, width_ - first);
  for (std::size_t row = 0; row < pending_; ++row) {
    const std::uint16_t* const keys = &keys_[(first / block * most_rows + row) * block];
    std::uint8_t* const to = bytes[class_of_[row]].data();
    for (std::size_t c = 0; c < columns; ++c) ++to[c * byte_bins + bin_table[keys[c]]];
  }
}

// Most bins of a column are empty: eight at a time are passed over.
void NeuronCounts::add_block(std::size_t first, std::size_t class_index, const Bytes& bytes) {
  const std::size_t columns = std::min(block, width_ - first);
  for (std::size_t c = 0; c < columns; ++c) {
    const std::uint8_t* const from = &bytes[c * byte_bins];
    std::uint64_t* const to = &counts[((first + c) * classes_ + class_index) * neuron_bins];
    for (std::size_t bin = 0; bin < neuron_bins; bin += 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, from + bin, sizeof eight);
      if (eight == 0) continue;
      for (std::size_t i = bin; i < std::min(bin + 8, neuron_bins); ++i) to[i] += from[i];
    }
  }
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
