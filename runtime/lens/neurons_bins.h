// Counts of a neuron's values on edges that hold for every model and day, so that counts of any parts add up: zero, and
// for either sign four bins in each of the 32 octaves [2^-20, 2^12), edges at 1, 1.25, 1.5 and 1.75 times a power of
// two. What is smaller or larger is in the first or last bin of its sign.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "format/profile_desc.h"
#include "lens/metrics_auc.h"
#include "lens/neurons_tile.h"

namespace clicklens::lens {

inline constexpr std::size_t neuron_bins = format::neuron_bins, zero_bin = neuron_bins / 2;
inline constexpr std::size_t neuron_octaves = format::neuron_octaves;

// What a bin depends on: sign, exponent, two bits of the mantissa, and whether x is 0. Few instructions, which
// compilers make vectors of; the bin itself comes from a table.
[[gnu::always_inline]] inline std::uint16_t bin_key(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return static_cast<std::uint16_t>((bits >> 20 & 0xFFEu) | ((bits << 1) != 0 ? 1u : 0u));
}
inline constexpr std::size_t bin_keys = 1u << 12;

constexpr std::uint16_t bin_of_key(std::uint32_t key) {
  constexpr std::uint32_t first = (127 - 20) * 4, last = zero_bin - 1;
  if ((key & 1) == 0) return zero_bin;
  const std::uint32_t magnitude = key >> 1 & 0x3FF;
  if (magnitude >= 255 * 4) return neuron_bins;  // not finite
  const std::uint32_t step = magnitude < first ? 0 : magnitude - first > last ? last : magnitude - first;
  return static_cast<std::uint16_t>(key >> 11 != 0 ? zero_bin - 1 - step : zero_bin + 1 + step);
}

inline constexpr auto bin_table = [] {
  std::array<std::uint16_t, bin_keys> table{};
  for (std::uint32_t key = 0; key < bin_keys; ++key) table[key] = bin_of_key(key);
  return table;
}();

// Ascending with x; neuron_bins where x is not finite.
inline std::uint32_t bin_of(float x) {
  return bin_table[bin_key(x)];
}

struct BinEnds {
  double low, high;  // of the values in the bin; not finite where it is open
};
BinEnds bin_ends(std::size_t bin);

// Four bins to an octave.
constexpr std::size_t octave_of(std::size_t bin) {
  constexpr std::size_t middle = neuron_octaves / 2;
  if (bin == zero_bin) return middle;
  return bin > zero_bin ? middle + 1 + (bin - zero_bin - 1) / 4 : middle - 1 - (zero_bin - 1 - bin) / 4;
}

// Bins of up to 255 rows are collected, then counted in bytes, a block of columns at a time: those bytes stay in the
// nearest cache, where the counts themselves (4 KiB a column) would come and go with every tile.
class NeuronCounts {
 public:
  // `limits`: also counts what is <= low or >= high (saturation); low == high: nothing is.
  NeuronCounts(std::size_t width, float low, float high);

  void set_classes(std::size_t classes);
  void merge(const NeuronCounts& other);
  void add(const std::vector<ops::Place>& places, const NeuronTile& tile);
  // Counts what was collected.
  void settle();

  [[nodiscard]] bool has_limits() const { return !saturated.empty(); }
  // counts[class * neuron_bins + bin]
  [[nodiscard]] std::span<const std::uint64_t> of(std::size_t column) const {
    return {counts.data() + column * classes_ * neuron_bins, classes_ * neuron_bins};
  }
  [[nodiscard]] std::uint64_t counted(std::size_t column) const;

  std::vector<std::uint64_t> counts;     // [column][class][bin]
  std::vector<std::uint64_t> saturated;  // [column]; only with limits

 private:
  static constexpr std::size_t most_rows = 255;  // collected: what a byte can count
  static constexpr std::size_t block = 64;       // columns that are counted together
  static constexpr std::size_t byte_bins = 264;  // neuron_bins, not finite, and whole words
  using Bytes = std::array<std::uint8_t, block * byte_bins>;

  void collect(const std::vector<ops::Place>& places, const NeuronTile& tile, std::uint32_t row);
  void count_block(std::size_t first, Bytes (&bytes)[2]) const;
  void add_block(std::size_t first, std::size_t class_index, const Bytes& bytes);

  std::size_t width_, classes_ = 0, pending_ = 0;
  float low_, high_;
  std::vector<std::uint16_t> keys_;                 // [block][row][column of the block]
  std::array<std::uint8_t, most_rows> class_of_{};  // of the collected rows
};

// The bin that holds quantile p (0..1): the first with at least p of all rows at or below it. `counts` of one column.
std::size_t quantile_bin(std::span<const std::uint64_t> counts, double p);

// AUC of a column from its counts by class, and how far from it the exact one can be; NaN without both classes.
struct BinnedAuc {
  double value, error_bound;
};
BinnedAuc binned_auc(std::span<const std::uint64_t> counts);

}  // namespace clicklens::lens
