// Which rows of a batch are profiled, and what stands for each: a hash that is the same however rows come.
#pragma once

#include "exec/batch.h"
#include "lens/metrics_jackknife.h"
#include "lens/neurons.h"
#include "lens/profile_rows.h"

namespace clicklens::lens {

class RowPicker {
 public:
  // `first_row`: number of the batch's first candidate, for rows whose request has no key.
  RowPicker(const exec::Batch& batch, const NeuronRows& rows, std::uint64_t first_row, std::uint32_t buckets)
      : batch_(batch), rows_(rows), first_row_(first_row), buckets_(buckets) {}

  // As the neuron lens has it: of the row's number, or of its request's key and its place in the request.
  [[nodiscard]] std::uint64_t hash(std::uint64_t request, std::uint64_t candidate) const {
    if (rows_.request_keys == nullptr) return mix(first_row_ + candidate);
    constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ull;
    return mix(rows_.request_keys[request] + golden * (candidate - batch_.request_begin(request)));
  }
  // Mixed once more: what else is drawn by the hash (counts, samples) does not depend on this draw.
  static bool is_picked(std::uint64_t hash, std::uint32_t every) { return every == 1 || mix(hash) % every == 0; }

  [[nodiscard]] RowFacts facts(std::uint64_t request, std::uint64_t candidate) const {
    const std::uint64_t cluster = rows_.clusters != nullptr       ? rows_.clusters[candidate]
                                  : rows_.request_keys != nullptr ? rows_.request_keys[request]
                                                                  : first_row_ + batch_.request_begin(request);
    return {hash(request, candidate), bucket_of(cluster, buckets_),
            rows_.labels != nullptr ? rows_.labels[candidate] : format::no_label};
  }

  // pick(request, candidate) of every picked row, in order.
  template <class Pick>
  void pick(std::uint32_t every, const Pick& pick) const {
    for (std::uint64_t r = 0; r < batch_.request_count(); ++r)
      for (std::uint64_t c = batch_.request_begin(r); c < batch_.request_begin(r + 1); ++c)
        if (is_picked(hash(r, c), every)) pick(r, c);
  }

 private:
  const exec::Batch& batch_;
  const NeuronRows& rows_;
  std::uint64_t first_row_;
  std::uint32_t buckets_;
};

}  // namespace clicklens::lens
