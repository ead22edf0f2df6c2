// A profile as plain C++ data; schemas/profile.fbs says what each field holds, field by field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clicklens::format {

inline constexpr std::uint32_t neurons_scores = 1, neurons_clustered = 2, neurons_prove = 4;
inline constexpr std::uint32_t neuron_bins = 257, neuron_octaves = 65;
inline constexpr std::uint32_t sum_limbs = 10, lone_numbers = 2 + 4 * sum_limbs;
inline constexpr std::uint32_t least_buckets = 64, most_buckets = 200;
inline constexpr std::uint8_t no_label = 255;
inline constexpr std::uint32_t profile_scores = 1, profile_neurons = 2, profile_saliency = 4, profile_features = 8;
inline constexpr std::uint32_t profile_sections = 15;
inline constexpr std::uint32_t length_bins = 32, id_bins = 64, distinct_registers = 4096, most_distinct_rank = 53;
inline constexpr std::uint32_t most_id_kinds = 7;
inline constexpr std::uint8_t most_neuron_kind = 4;

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
  std::uint8_t kind = 0;
  std::string name;
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

struct FeatureTrafficDesc {
  std::string name, group;
  std::uint8_t kind = 0;
  bool hashed = false;
  std::uint64_t table_rows = 0;
  std::uint32_t inputs = 0, width = 0;
  std::uint64_t missing = 0, bad = 0;
  std::uint32_t id_kinds = 0;
  std::uint64_t ids = 0, unknown = 0, cut = 0;
  std::vector<std::uint64_t> lengths, histogram, bucket_missing, bucket_unknown, bucket_ids;
  std::vector<std::uint8_t> distinct;
};

struct TrafficDesc {
  std::uint32_t sections = 0, task = 0, every = 1, buckets = least_buckets, classes = 0;
  std::uint64_t rows = 0, clicks = 0, seen = 0, skipped = 0;
  std::vector<std::string> tasks, groups;
  std::vector<float> means;
  std::optional<NeuronLayerDesc> scores, pooled, raw, saliency, sizes;
  std::vector<FeatureTrafficDesc> features;
  std::vector<std::uint64_t> bucket_rows;

  [[nodiscard]] bool has(std::uint32_t section) const noexcept { return (sections & section) != 0; }
};

struct ProfileDesc {
  std::uint64_t model_low = 0, model_high = 0;
  std::optional<NeuronsDesc> neurons;
  std::optional<TrafficDesc> traffic;
};

}  // namespace clicklens::format
