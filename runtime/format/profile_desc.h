// A profile as plain C++ data; schemas/profile.fbs says what each field holds, field by field.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace clicklens::format {

inline constexpr std::uint32_t neurons_scores = 1, neurons_clustered = 2, neurons_prove = 4;
inline constexpr std::uint32_t neuron_bins = 257, neuron_octaves = 65;
inline constexpr std::uint32_t sum_limbs = 10, lone_numbers = 2 + 4 * sum_limbs;
inline constexpr std::uint32_t least_buckets = 64, most_buckets = 200;
inline constexpr std::uint8_t no_label = 255;

struct NeuronLayerDesc {
  std::uint32_t value = 0, width = 0;
  std::vector<std::uint64_t> non_finite;
  std::vector<float> minimum, maximum;
  std::vector<std::uint64_t> saturated;
  std::vector<std::uint64_t> rows, active, sums, squares;
  std::vector<std::uint64_t> counts;
  std::vector<std::uint64_t> cross, lone;
  std::vector<std::uint32_t> bucket_rows, bucket_active;
  std::vector<std::uint64_t> bucket_sums, bucket_squares;
  std::vector<std::uint32_t> bucket_counts;
  bool operator==(const NeuronLayerDesc&) const = default;
};

struct NeuronSampleDesc {
  std::vector<std::uint64_t> hashes;
  std::vector<std::uint8_t> labels;
  std::vector<float> logits, values;
};

struct NeuronsDesc {
  std::uint32_t task = 0, count_every = 1, sample_rows = 0, buckets = least_buckets, flags = 0, classes = 0;
  std::uint64_t rows = 0, clicks = 0, counted = 0, counted_clicks = 0, score_rows = 0;
  std::vector<std::uint64_t> scores;
  std::vector<NeuronLayerDesc> layers;
  NeuronSampleDesc sample;

  [[nodiscard]] bool has(std::uint32_t flag) const noexcept { return (flags & flag) != 0; }
};

struct ProfileDesc {
  std::uint64_t model_low = 0, model_high = 0;
  std::optional<NeuronsDesc> neurons;
};

}  // namespace clicklens::format
