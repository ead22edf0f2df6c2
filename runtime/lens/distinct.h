// How many different keys there were, in 4 KiB: HyperLogLog (Flajolet, Fusy, Gandouet and Meunier 2007) over 64-bit
// hashes, as Heule, Nunkesser and Hall (2013) use them, read by Ertl's improved raw estimator (2017, section 4), which
// needs neither a table of biases nor another rule for small counts. Registers merge by maximum: what is kept depends
// on the set of keys alone.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace clicklens::lens {

class DistinctKeys {
 public:
  static constexpr unsigned index_bits = 12;
  static constexpr std::size_t registers = std::size_t{1} << index_bits;
  static constexpr std::uint8_t most = 64 - index_bits + 1;  // in a register
  static constexpr double relative_error = 1.04 / 64;        // standard error: 1.04 / sqrt(registers)

  void add(std::uint64_t hash) noexcept {
    // A set bit below the ones that count ends the run of zeros.
    const auto rank = static_cast<std::uint8_t>(std::countl_zero(hash << index_bits | 1ull << (index_bits - 1)) + 1);
    std::uint8_t& slot = ranks_[hash >> (64 - index_bits)];
    slot = rank > slot ? rank : slot;
  }
  // Ahead of add().
  void fetch(std::uint64_t hash) const noexcept { __builtin_prefetch(&ranks_[hash >> (64 - index_bits)], 1); }
  void merge(const DistinctKeys& other) noexcept;
  void clear() noexcept { ranks_.fill(0); }

  [[nodiscard]] double estimate() const;
  [[nodiscard]] std::span<const std::uint8_t, registers> ranks() const noexcept { return ranks_; }
  // None above `most`.
  void set_ranks(std::span<const std::uint8_t, registers> ranks) noexcept;

  bool operator==(const DistinctKeys&) const = default;

 private:
  std::array<std::uint8_t, registers> ranks_{};
};

}  // namespace clicklens::lens
