// Which rows of a batch are profiled, and what stands for each: a hash that is the same however rows come.
#pragma once

#include <bit>

#include "exec/batch.h"
#include "lens/metrics_jackknife.h"
#include "lens/neurons.h"
#include "lens/profile_rows.h"

namespace clicklens::lens {

// The multiples of a number, told apart by a multiplication (Granlund and Montgomery 1994, section 9).
class Multiples {
 public:
  explicit constexpr Multiples(std::uint64_t of) noexcept
      : zeros_(std::countr_zero(of)), inverse_(inverse(of >> zeros_)), most_(~std::uint64_t{0} / of) {}
  [[nodiscard]] constexpr bool has(std::uint64_t x) const noexcept { return std::rotr(x * inverse_, zeros_) <= most_; }

 private:
  // Modulo 2^64: an odd number is its own to 3 bits, and each round doubles them.
  static constexpr std::uint64_t inverse(std::uint64_t odd) noexcept {
    std::uint64_t x = odd;
    for (int bits = 3; bits < 64; bits *= 2) x *= 2 - odd * x;
    return x;
  }

  int zeros_;
  std::uint64_t inverse_, most_;
};

class RowPicker {
 public:
  // `first_row`: number of the batch's first candidate, for rows whose request has no key.
  RowPicker(const exec::Batch& batch, const NeuronRows& rows, std::uint64_t first_row, std::uint32_t buckets)
      : batch_(batch), rows_(rows), first_row_(first_row), buckets_(buckets) {}

  // As the neuron lens has it: of the row's number, or of its request's key and its place in the request.
  [[nodiscard]] std::uint64_t hash(std::uint64_t request, std::uint64_t candidate) const {
    return mix(start_of(request) + step() * (candidate - batch_.request_begin(request)));
  }

  [[nodiscard]] RowFacts facts(std::uint64_t request, std::uint64_t candidate) const {
    const std::uint64_t cluster = rows_.clusters != nullptr       ? rows_.clusters[candidate]
                                  : rows_.request_keys != nullptr ? rows_.request_keys[request]
                                                                  : first_row_ + batch_.request_begin(request);
    return {hash(request, candidate), bucket_of(cluster, buckets_),
            rows_.labels != nullptr ? rows_.labels[candidate] : format::no_label};
  }

  // pick(request, candidate) of every picked row, in order. The hash is mixed once more: what else is drawn by it
  // (counts, samples) does not depend on this draw.
  template <class Pick>
  void pick(std::uint32_t every, const Pick& pick) const {
    const Multiples drawn(every);
    for (std::uint64_t r = 0; r < batch_.request_count(); ++r) {
      const std::uint64_t begin = batch_.request_begin(r), end = batch_.request_begin(r + 1);
      std::uint64_t at = start_of(r);
      for (std::uint64_t c = begin; c < end; ++c, at += step())
        if (drawn.has(mix(mix(at)))) pick(r, c);
    }
  }

 private:
  // Hashes of a request's rows are those of start, start + step, ...
  [[nodiscard]] std::uint64_t start_of(std::uint64_t request) const {
    return rows_.request_keys == nullptr ? first_row_ + batch_.request_begin(request) : rows_.request_keys[request];
  }
  [[nodiscard]] std::uint64_t step() const { return rows_.request_keys == nullptr ? 1 : 0x9E3779B97F4A7C15ull; }

  const exec::Batch& batch_;
  const NeuronRows& rows_;
  std::uint64_t first_row_;
  std::uint32_t buckets_;
};

}  // namespace clicklens::lens
