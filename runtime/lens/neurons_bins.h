// Counts of a neuron's values on edges that hold for every model and day, so that counts of any parts add up: zero, and
// for either sign four bins in each of the 32 octaves [2^-20, 2^12), edges at 1, 1.25, 1.5 and 1.75 times a power of
// two. What is smaller or larger is in the first or last bin of its sign.
#pragma once

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

// Ascending with x; neuron_bins where x is not finite. Without branches, so that compilers make vectors of it.
[[gnu::always_inline]] inline std::uint32_t bin_of(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t magnitude = bits & 0x7FFFFFFF;
  constexpr std::int32_t first = (127 - 20) * 4, last = zero_bin - 1;
  std::int32_t step = (magnitude >> 21) - first;
  step = step < 0 ? 0 : step;
  step = step > last ? last : step;
  step = magnitude == 0 ? 0 : step + 1;
  const std::int32_t sign = bits >> 31;  // 0 or -1
  const std::int32_t bin = static_cast<std::int32_t>(zero_bin) + ((step ^ sign) - sign);
  return static_cast<std::uint32_t>(magnitude >= 0x7F800000 ? static_cast<std::int32_t>(neuron_bins) : bin);
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

// Settled, but for add(): that counts in 16 bits, which stay in the cache where 64 would not (4 KiB a column).
class NeuronCounts {
 public:
  // `limits`: also counts what is <= low or >= high (saturation); low == high: nothing is.
  NeuronCounts(std::size_t width, float low, float high);

  void set_classes(std::size_t classes);
  void merge(const NeuronCounts& other);
  void add(const std::vector<ops::Place>& places, const NeuronTile& tile);
  // Moves what is counted in small into `counts`.
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
  static constexpr std::size_t small_bins = neuron_bins + 1;  // the last: not finite
  static constexpr std::size_t block = 64;                    // columns at a time

  void add_block(const ops::Place& place, std::size_t first, std::size_t columns, const NeuronTile& tile);

  std::size_t width_, classes_ = 0, pending_ = 0;
  float low_, high_;
  std::vector<std::uint16_t> small_;  // [class][column][small bin]
};

// The bin that holds quantile p (0..1): the first with at least p of all rows at or below it. `counts` of one column.
std::size_t quantile_bin(std::span<const std::uint64_t> counts, double p);

// AUC of a column from its counts by class, and how far from it the exact one can be; NaN without both classes.
struct BinnedAuc {
  double value, error_bound;
};
BinnedAuc binned_auc(std::span<const std::uint64_t> counts);

}  // namespace clicklens::lens
